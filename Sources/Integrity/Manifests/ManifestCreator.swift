public import SystemPackage

/// Makes the manifest of a folder.
public struct ManifestCreator: Sendable {
    /// What was recorded.
    public struct Summary: Sendable {
        /// Of the new manifest.
        public let lineage: Lineage
        /// What could not be read, by path, as far as it is kept: it is in the manifest as unreadable.
        public let report: VerificationReport
        public let fileCount: UInt64
        public let byteCount: UInt64
    }

    private let folder: FilePath
    private let head: NewManifestHead
    private let settings: TreeRunSettings

    public init(folder: FilePath, head: NewManifestHead, settings: TreeRunSettings) {
        self.folder = folder
        self.head = head.ofWalk
        self.settings = settings
    }

    /// - Throws: `notFound`, `notAFolder`, `unreadable` of the folder; `outputExists`, `unwritable`; `keyService`; `invalidArgument` for a pattern; `cancelled`.
    public func create(_ target: NewManifestFile) async throws(IntegrityError) -> Summary {
        try await create(target, SystemTreeCalls())
    }

    func create<Calls: TreeCalls>(_ target: NewManifestFile, _ calls: Calls) async throws(IntegrityError) -> Summary {
        try head.check(after: nil)
        let output = try ManifestOutput(target)
        let recording = try await OwnThread.run { [self] (isCancelled) throws(IntegrityError) in
            var settings = settings.stopping(when: isCancelled)
            settings.leftOut.append(target.path)
            settings.leftOutFiles.formUnion(output.file)
            var recording = Recording()
            try Self.run(folder, head.options, settings, calls).run(beside: nil) { (outcome) throws(IntegrityError) in
                try recording.take(outcome, output)
            }
            recording.report.finish()
            return recording
        }
        let lineage = try await output.finish(head, after: nil)
        return Summary(lineage: lineage, report: recording.report, fileCount: recording.fileCount, byteCount: recording.byteCount)
    }

    /// A run that records.
    static func run<Calls: TreeCalls>(
        _ folder: FilePath, _ options: ManifestOptions, _ settings: TreeRunSettings, _ calls: Calls
    ) throws(IntegrityError) -> TreeRun<Calls> {
        var run = TreeRun(folder: folder, settings: settings, calls: calls)
        run.digests = options.digests
        run.exclusions = try Exclusions(options)
        run.oneFileSystem = options.oneFileSystem
        run.keepsLeaves = true
        return run
    }
}

/// What a run has recorded so far.
struct Recording: Sendable {
    var report = VerificationReport()
    /// Whether something is damaged that was not recorded as unreadable before.
    private(set) var hasNewDamage = false
    private(set) var fileCount: UInt64 = 0
    private(set) var byteCount: UInt64 = 0

    mutating func take(_ outcome: PairOutcome, _ output: ManifestOutput) throws(IntegrityError) {
        if outcome.wasRead { report.readFileCount += 1 }
        if outcome.isTold { report.toldFileCount += 1 }
        if let verdict = outcome.verdict {
            let verdict = verdict.accepted(outcome.new)
            report.add(verdict)
            // What could not be read then and cannot be read now is no news.
            if verdict.verdict.isDamage, outcome.old?.entry.unreadable == nil { hasNewDamage = true }
        }
        guard let entry = outcome.new else { return }
        if let reason = outcome.doesNotOpen, outcome.old == nil {
            report.add(.sealedAndUnopened(entry, reason))
            hasNewDamage = true
        }
        if entry.type == .file {
            fileCount += 1
            byteCount = byteCount.addingCapped(entry.byteCount ?? 0)
        }
        // Of a file that was read in part only, there is no tree.
        try output.append(entry, leaves: entry.storedLeafCount > 0 ? outcome.leaves : .none)
    }
}

extension EntryVerdict {
    /// As seen by whoever records the entry anew: what could not be read before, and can be now, is well.
    fileprivate func accepted(_ new: ManifestEntry?) -> EntryVerdict {
        guard remark == .unreadWhenRecorded, let new, new.unreadable == nil else { return self }
        return with(.modified)
    }

    /// A new sealed file that no given key opens.
    static func sealedAndUnopened(_ entry: ManifestEntry, _ reason: String) -> EntryVerdict {
        var verdict = EntryVerdict(entry.path, .unreadable, entry.type)
        (verdict.newByteCount, verdict.remark) = (entry.byteCount, .doesNotOpen(reason))
        return verdict
    }
}
