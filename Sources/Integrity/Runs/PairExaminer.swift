internal import CIntegrityShims
import OpenSSL
import SystemPackage

/// What a worker of a run does with each pair: looks at the entry of the tree, reads what has to be read, and compares.
struct PairExaminer<Calls: TreeCalls>: ~Copyable {
    private let calls: Calls
    private let reading: ContentReading
    private let comparison: EntryComparison
    private let sealedFiles: SealedFileCheck?
    /// In front of paths, in messages about sealed files.
    private let folder: FilePath
    private var examiner: EntryExaminer<Calls>
    private var hasher: TreeHasher

    init(_ run: TreeRun<Calls>, spool: LeafSpool?, _ crew: Crew) throws(IntegrityError) {
        var options = ExaminationOptions()
        options.digests = run.digests
        options.isRecording = run.keepsLeaves
        options.spool = spool
        // In variables first: a value that cannot be copied is made whole or not at all.
        let examiner = try EntryExaminer(options, run.calls, crew: crew)
        let hasher = try TreeHasher()
        (calls, reading, comparison, folder) = (run.calls, run.reading, run.comparison, run.folder)
        sealedFiles = run.settings.sealedFiles
        self.examiner = examiner
        self.hasher = hasher
    }

    mutating func examine(_ pair: EntryPair) throws(IntegrityError) -> PairOutcome {
        guard let walked = pair.new else {
            var outcome = PairOutcome(old: pair.old)
            guard let errno = pair.hidden, let old = pair.old else { return outcome }
            outcome.verdict = Self.hidden(old.entry, errno)
            // Nobody knows that it is gone: the next manifest still says what it was.
            if reading == .changed {
                try old.requireAuthenticLeaves(&hasher)
                (outcome.new, outcome.leaves) = (old.entry, Self.leaves(old))
            }
            return outcome
        }
        if reading == .changed, let old = pair.old, let kept = try keep(old, walked) { return kept }
        var examined = try examiner.examine(walked, mode(pair))
        if !pair.reads, let old = pair.old?.entry, Self.wasTouched(old, examined.entry) {
            var pair = pair
            pair.reads = true
            examined = try examiner.examine(walked, mode(pair))
        }
        if examined.isGone { return PairOutcome(old: pair.old) }
        return try compare(pair, walked, examined)
    }

    private func mode(_ pair: EntryPair) -> ExaminationMode {
        let old = pair.old?.entry
        guard pair.reads else { return .metadata(expectedChangeTime: old?.identity?.changeTime) }
        guard let old else { return .content(nil) }
        let digest = old.root == nil ? old.digests.map(\.algorithm).strongest : nil
        return .content(
            ContentExpectation(
                byteCount: old.byteCount, root: old.root, digests: digest.map { [$0] } ?? [], leaves: pair.old?.leaves))
    }

    // MARK: Without reading

    /// Takes over what was recorded, if nothing can have changed the entry since.
    private mutating func keep(_ old: ManifestEntries.Element, _ walked: WalkedEntry) throws(IntegrityError) -> PairOutcome? {
        let entry = old.entry
        guard walked.type == .file, entry.type == .file, entry.root != nil, entry.unreadable == nil, let identity = entry.identity else {
            return nil
        }
        let examined = try examiner.examine(walked, .metadata(expectedChangeTime: identity.changeTime))
        let now = examined.entry
        guard now.type == .file, now.unreadable == nil, now.byteCount == entry.byteCount, now.metadata == entry.metadata,
            now.identity?.isSame(identity) == true
        else { return nil }
        // Their entry is signed anew, and they are to be believed as long as it is.
        try old.requireAuthenticLeaves(&hasher)
        var new = entry
        new.identity = now.identity
        var outcome = PairOutcome(old: old, new: new, leaves: Self.leaves(old), verdict: EntryVerdict(entry.path, .intact, .file))
        outcome.doesNotOpen = sealedReason(walked, new)
        if let reason = outcome.doesNotOpen { outcome.verdict = .sealedAndUnopened(new, reason) }
        return outcome
    }

    /// Whether a file that looks the same was changed nevertheless, and its modification time set back: its change time tells. So few are like this that
    /// they are read even where contents are not.
    private static func wasTouched(_ old: ManifestEntry, _ new: ManifestEntry) -> Bool {
        guard old.type == .file, new.type == .file, old.byteCount == new.byteCount, old.metadata == new.metadata,
            let before = old.identity, let after = new.identity
        else { return false }
        return before.device == after.device && before.inode == after.inode && before.changeTime != after.changeTime
    }

    private static func leaves(_ old: ManifestEntries.Element) -> KeptLeaves {
        old.leaves.map { .stored($0, count: $0.count) } ?? .none
    }

    private static func hidden(_ entry: ManifestEntry, _ errno: Errno) -> EntryVerdict {
        var verdict = EntryVerdict(entry.path, .unreadable, entry.type)
        (verdict.byteCount, verdict.errno) = (entry.byteCount, errno)
        return verdict
    }

    // MARK: Comparing

    private mutating func compare(
        _ pair: EntryPair, _ walked: WalkedEntry, _ examined: ExaminedEntry
    ) throws(IntegrityError) -> PairOutcome {
        var new = examined.entry
        let content = examined.content
        // What is written to all the time has no content that could be recorded.
        if content?.isUnstable == true { new.unreadable = .resourceBusy }
        // A second wall: what was to be read and was not is never called intact.
        if pair.reads, content == nil, new.type == .file, new.unreadable == nil { new.unreadable = .resourceBusy }
        var outcome = PairOutcome(old: pair.old, new: new, leaves: content?.leaves ?? .none, wasRead: content != nil)
        outcome.doesNotOpen = content == nil ? nil : sealedReason(walked, new)
        guard let old = pair.old else {
            if new.unreadable != nil { outcome.verdict = Self.unreadable(new, content) }
            return outcome
        }
        var compared = new
        if !examined.hasAttributes { compared.attributes = old.entry.attributes }
        if content?.isUnstable == true { compared.unreadable = nil }
        let relation = try old.relation(to: compared, content, &hasher)
        var verdict = comparison.verdict(
            old.entry, compared, relation, isUnstable: content?.isUnstable ?? false, unreadable: content?.unreadable ?? [])
        // Where the bytes are others, that they do not open is no wonder.
        if let reason = outcome.doesNotOpen, relation.isSame {
            verdict = verdict.with(.unreadable)
            verdict.remark = .doesNotOpen(reason)
        }
        outcome.verdict = verdict
        return outcome
    }

    private static func unreadable(_ entry: ManifestEntry, _ content: ContentExamination?) -> EntryVerdict {
        var verdict = EntryVerdict(entry.path, .unreadable, entry.type)
        (verdict.newByteCount, verdict.errno, verdict.ranges) = (entry.byteCount, entry.unreadable, content?.unreadable ?? [])
        if content?.isUnstable == true { verdict.remark = .changedWhileRead }
        return verdict
    }

    // MARK: Sealed files

    /// - Returns: why a sealed file does not open; nil when it does, or is none.
    private func sealedReason(_ walked: WalkedEntry, _ entry: ManifestEntry) -> String? {
        guard let sealedFiles, entry.unreadable == nil, SealedFileCheck.isSealed(entry.path), let parent = walked.parent
        else {
            return nil
        }
        let name = walked.name.map { CChar(bitPattern: $0) } + [0]
        let descriptor = unsafe calls.openFile(parent.descriptor, name)
        guard descriptor >= 0 else { return "it cannot be opened: \(Errno(rawValue: -descriptor))" }
        let file = OpenedFile(descriptor)
        return sealedFiles.reason(FileDescriptor(rawValue: file.descriptor), name: "\(folder)/\(entry.path)")
    }
}

extension EntryIdentity {
    /// Whether it is the same file, not written to and not changed in between. (A name more or less is no change, but sets the change time.)
    fileprivate func isSame(_ other: EntryIdentity) -> Bool {
        changeTime == other.changeTime && device == other.device && inode == other.inode
    }
}
