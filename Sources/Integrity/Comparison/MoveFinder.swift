import OpenSSL
import SystemPackage

/// Finds, among what is gone and what is new, the entries that are only at another place: the same file by device, inode, size and modification time, or else one with
/// the same content. Each is paired once. What is empty, or has no content, is found by the first way only: too much is equal to it.
struct MoveFinder: ~Copyable {
    private var byIdentity: PairFinder
    private var byContent: PairFinder
    /// By which content is compared where an entry has it; by the root of its tree elsewhere.
    private let digest: DigestAlgorithm?
    private let comparison: EntryComparison

    init(digest: DigestAlgorithm?, comparison: EntryComparison, scratchFolder: FilePath) {
        byIdentity = PairFinder(scratchFolder: scratchFolder)
        byContent = PairFinder(scratchFolder: scratchFolder)
        self.digest = digest
        self.comparison = comparison
    }

    mutating func add(_ entry: ManifestEntry, _ side: PairFinder.Side) throws(IntegrityError) {
        if let key = Self.identityKey(entry) {
            try byIdentity.append(entry, side, key: key)
        } else if let key = Self.contentKey(entry, digest) {
            try byContent.append(entry, side, key: key)
        } else {
            // Alone with a key that no other entry has.
            try byIdentity.append(entry, side, key: [side.rawValue] + entry.path.bytes.prefix(1024))
        }
    }

    /// Gives a verdict to each entry that was added to either side.
    consuming func finish(_ report: (EntryVerdict) throws(IntegrityError) -> Void) throws(IntegrityError) {
        let (digest, comparison) = (digest, comparison)
        var byContent = byContent
        try byIdentity.finish(
            onPair: { (old, new) throws(IntegrityError) in
                try report(Self.isChanged(old, new) ? Self.movedAndChanged(old, new, comparison) : Self.moved(old, new, comparison))
                return true
            },
            onRest: { (entry, side) throws(IntegrityError) in
                if let key = Self.contentKey(entry, digest) {
                    try byContent.append(entry, side, key: key)
                } else {
                    try report(Self.alone(entry, side))
                }
            })
        try byContent.finish(
            onPair: { (old, new) throws(IntegrityError) in
                try report(Self.moved(old, new, comparison))
                return true
            },
            onRest: { (entry, side) throws(IntegrityError) in try report(Self.alone(entry, side)) })
    }

    // MARK: Keys

    private static func identityKey(_ entry: ManifestEntry) -> [UInt8]? {
        guard let identity = entry.identity, let metadata = entry.metadata else { return nil }
        var writer = ByteWriter()
        writer.append(entry.type.rawValue)
        writer.append(number: identity.device)
        writer.append(number: identity.inode)
        // The number of a removed entry is soon another's; both having the same time is no accident.
        writer.append(metadata.modificationTime)
        writer.append(number: entry.byteCount ?? 0)
        return writer.bytes
    }

    private static func contentKey(_ entry: ManifestEntry, _ algorithm: DigestAlgorithm?) -> [UInt8]? {
        guard entry.type == .file, entry.byteCount != 0, entry.unreadable == nil else { return nil }
        if let algorithm, let digest = entry.digests.first(where: { $0.algorithm == algorithm }) { return digest.bytes }
        return entry.root?.bytes
    }

    // MARK: Verdicts

    private static func moved(_ old: ManifestEntry, _ new: ManifestEntry, _ comparison: EntryComparison) -> EntryVerdict {
        var verdict = EntryVerdict(old.path, .moved, old.type)
        verdict.newPath = new.path
        (verdict.byteCount, verdict.newByteCount) = (old.byteCount, new.byteCount)
        verdict.changedFields = MetadataComparison.changes(old, new, ignoring: comparison.ignored)
        if LeafComparison.isSame(old, new) == nil, old.type == .file { verdict.remark = .notRead }
        return verdict
    }

    private static func isChanged(_ old: ManifestEntry, _ new: ManifestEntry) -> Bool { LeafComparison.isSame(old, new) == false }

    /// The same file under another name, which may not hide that its content is another.
    private static func movedAndChanged(_ old: ManifestEntry, _ new: ManifestEntry, _ comparison: EntryComparison) -> EntryVerdict {
        var verdict = comparison.verdict(old, new, .different(ranges: [], keepsWholeLeaves: false, extends: false))
        verdict.newPath = new.path
        return verdict
    }

    private static func alone(_ entry: ManifestEntry, _ side: PairFinder.Side) -> EntryVerdict {
        var verdict = EntryVerdict(entry.path, side == .old ? .removed : .added, entry.type)
        if side == .old { verdict.byteCount = entry.byteCount } else { verdict.newByteCount = entry.byteCount }
        return verdict
    }
}
