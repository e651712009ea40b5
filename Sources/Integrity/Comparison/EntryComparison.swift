/// What reading a file, or another manifest, says of its content in relation to what was recorded.
enum ContentRelation: Sendable, Hashable {
    case same
    /// It is the same, but the recorded leaves are not those that were signed.
    case sameByRoot(damagedManifest: String)
    /// - Parameters:
    ///   - ranges: where, if it is known.
    ///   - keepsWholeLeaves: whether all leaves that lie wholly in both are the same; false where leaves are not known.
    ///   - extends: whether the new content begins with the old one.
    case different(ranges: [Range<UInt64>], keepsWholeLeaves: Bool, extends: Bool)
    /// It is another one, and the recorded leaves cannot say where: they are not those that were signed.
    case differentSomewhere(damagedManifest: String)
    /// Nobody looked, or there is nothing to compare with.
    case unknown

    var isSame: Bool {
        switch self {
        case .same, .sameByRoot: true
        case .different, .differentSomewhere, .unknown: false
        }
    }
}

/// Gives one entry, of which an old and a new state are known, its verdict. Moves are found later, among what was removed and added (`MoveFinder`).
struct EntryComparison: Sendable {
    /// What is not compared, because a copy does not have it.
    var ignored: Set<MetadataField> = []

    /// - Parameters:
    ///   - old: as recorded.
    ///   - new: as it is.
    ///   - isUnstable: somebody was changing the content while it was read.
    ///   - unreadable: ranges of the content that could not be read.
    func verdict(
        _ old: ManifestEntry, _ new: ManifestEntry, _ content: ContentRelation, isUnstable: Bool = false, unreadable: [Range<UInt64>] = []
    ) -> EntryVerdict {
        guard old.type == new.type else {
            var verdict = EntryVerdict(old.path, .typeChanged, old.type)
            verdict.newType = new.type
            return verdict
        }
        var verdict = contentVerdict(old, new, content, isUnstable: isUnstable, unreadable: unreadable)
        let isContentIntact = verdict.verdict == .intact
        if verdict.verdict != .unreadable, !MetadataComparison.areEqual(old, new) {
            verdict.changedFields = MetadataComparison.changes(old, new, ignoring: ignored)
            if isContentIntact, !verdict.changedFields.isEmpty { verdict = verdict.with(.metadataChanged) }
        }
        if verdict.verdict != .intact {
            verdict.byteCount = old.byteCount
            verdict.newByteCount = new.byteCount
        }
        return verdict
    }

    private func contentVerdict(
        _ old: ManifestEntry, _ new: ManifestEntry, _ content: ContentRelation, isUnstable: Bool, unreadable: [Range<UInt64>]
    ) -> EntryVerdict {
        if let errno = new.unreadable ?? old.unreadable {
            var verdict = EntryVerdict(old.path, .unreadable, old.type)
            verdict.errno = errno
            verdict.ranges = unreadable
            if new.unreadable == nil { verdict.remark = .unreadWhenRecorded }
            return verdict
        }
        guard !isUnstable else {
            var verdict = EntryVerdict(old.path, .modified, old.type)
            verdict.remark = .changedWhileRead
            return verdict
        }
        switch content {
        case .same: return EntryVerdict(old.path, .intact, old.type)
        case .sameByRoot(let name):
            var verdict = EntryVerdict(old.path, .intact, old.type)
            verdict.remark = .leavesDamaged(name)
            return verdict
        case .unknown: return unread(old, new)
        case .different(let ranges, let keepsWholeLeaves, let extends):
            return different(old, new, ranges, keepsWholeLeaves: keepsWholeLeaves, extends: extends)
        case .differentSomewhere(let name):
            var verdict = different(old, new, [], keepsWholeLeaves: new.byteCount == 0, extends: false)
            verdict.remark = .leavesDamaged(name)
            return verdict
        }
    }

    /// Without a look at the content, its size says whether it can be the same.
    private func unread(_ old: ManifestEntry, _ new: ManifestEntry) -> EntryVerdict {
        let isSameSize = old.byteCount == nil || new.byteCount == nil || old.byteCount == new.byteCount
        var verdict = EntryVerdict(old.path, isSameSize ? .intact : .modified, old.type)
        if old.type == .file { verdict.remark = .notRead }
        return verdict
    }

    private func different(
        _ old: ManifestEntry, _ new: ManifestEntry, _ ranges: [Range<UInt64>], keepsWholeLeaves: Bool, extends: Bool
    ) -> EntryVerdict {
        let (oldCount, newCount) = (old.byteCount ?? 0, new.byteCount ?? 0)
        let hasSizes = old.byteCount != nil && new.byteCount != nil
        var kind = Verdict.modified
        var remark: EntryVerdict.Remark?
        if hasSizes, newCount < oldCount {
            if keepsWholeLeaves, isCutOff(old, new) { kind = .truncated }
        } else if hasSizes, newCount > oldCount {
            if extends { kind = .extended }
        } else if hasSameModificationTime(old, new) {
            if isUntouched(old, new) { kind = .rotted } else { remark = .modificationTimeKept }
        }
        var verdict = EntryVerdict(old.path, kind, old.type)
        verdict.ranges = ranges
        verdict.remark = remark ?? (old.root == nil ? .digestOnly : nil)
        return verdict
    }

    /// A shorter file whose whole leaves are what they were was cut off, if there is a whole leaf, or nothing at all left to say so. A small file that became
    /// shorter was more likely edited, unless its times say that nobody did.
    private func isCutOff(_ old: ManifestEntry, _ new: ManifestEntry) -> Bool {
        let newCount = new.byteCount ?? 0
        return newCount == 0 || newCount >= UInt64(LeafLayout.leafByteCount) || hasSameModificationTime(old, new)
    }

    private func hasSameModificationTime(_ old: ManifestEntry, _ new: ManifestEntry) -> Bool {
        guard let before = old.metadata, let after = new.metadata else { return false }
        return before.modificationTime == after.modificationTime
    }

    /// Whether no call can have written the file since. The change time says so of the same file; of a copy, whose change time is its own, the modification time that was
    /// copied with it is all there is.
    private func isUntouched(_ old: ManifestEntry, _ new: ManifestEntry) -> Bool {
        guard let before = old.identity, let after = new.identity else { return false }
        let isSameFile = before.device == after.device && before.inode == after.inode
        return !isSameFile || before.changeTime == after.changeTime
    }
}
