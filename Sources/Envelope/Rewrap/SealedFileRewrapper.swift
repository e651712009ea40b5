public import KeyStore
public import SystemPackage

/// Gives sealed files other recipients, or their keys' current versions, by replacing headers alone.
///
///     let rewrapper = SealedFileRewrapper(identities: [identity], service: keys, plan: RewrapPlan())
///     let summary = try await rewrapper.rewrap(tree: "/srv/backups") { event in print(event) }
///
/// The payload is not read, and stays the same to the byte. A header is written over the old one where it has the same size, which padding
/// makes it have mostly; else a new file takes the place of the old. At any instant, and after any crash, a file is the old or the new one,
/// whole: what a crash tears is made whole from a journal at the beginning of the next run in the folder.
///
/// Rewrapping does not revoke: who kept an old header, and may use an old key, opens the file still.
public struct SealedFileRewrapper: Sendable {
    let identities: [any Identity]
    let service: FileKeyWrapping
    let plan: RewrapPlan
    let monitor: WorkMonitor
    let calls: any FileCalls

    /// - Parameters:
    ///   - identities: open the files; tried in this order on each.
    ///   - service: wraps file keys for the KMS keys that the plan means.
    public init(identities: [any Identity], service: any KeyService, plan: RewrapPlan, monitor: WorkMonitor = WorkMonitor()) {
        self.init(identities: identities, service: service, plan: plan, monitor: monitor, calls: SystemFileCalls())
    }

    /// - Parameters:
    ///   - identities: open the files; tried in this order on each.
    ///   - service: gives the key service; called only when a KMS key is to wrap something.
    public init(
        identities: [any Identity], plan: RewrapPlan, monitor: WorkMonitor = WorkMonitor(),
        service: @escaping @Sendable () async throws(EnvelopeError) -> any KeyService
    ) {
        self.init(identities: identities, plan: plan, monitor: monitor, calls: SystemFileCalls(), service: FileKeyWrapping(service))
    }

    package init(
        identities: [any Identity], service: any KeyService, plan: RewrapPlan, monitor: WorkMonitor = WorkMonitor(), calls: any FileCalls
    ) {
        self.init(
            identities: identities, plan: plan, monitor: monitor, calls: calls,
            service: FileKeyWrapping { () async throws(EnvelopeError) in service })
    }

    private init(
        identities: [any Identity], plan: RewrapPlan, monitor: WorkMonitor, calls: any FileCalls, service: FileKeyWrapping
    ) {
        self.identities = identities
        self.service = service
        self.plan = plan
        self.monitor = monitor
        self.calls = calls
    }

    /// Rewraps files that a person named. A symbolic link is followed to the file.
    ///
    /// - Parameters:
    ///   - isDryRun: whether to do everything but write.
    ///   - report: called with what became of each file, in their order, one call after the other.
    /// - Throws: `inUse`, `cancelled`. What fails for one file is reported, and the run goes on.
    @discardableResult
    public func rewrap(
        _ paths: [FilePath], isDryRun: Bool = false, report: @escaping @Sendable (RewrapEvent) async -> Void
    ) async throws(EnvelopeError) -> RewrapSummary {
        let versions = KeyVersions(service: service)
        var summary = RewrapSummary()
        for path in paths {
            do throws(EnvelopeError) {
                let file = try LocatedFile.named(path, calls: calls)
                let folder = path.removingLastComponent()
                var run = RewrapRun(
                    self, file.folder, folder.isEmpty ? "." : folder, versions, isOfNamedFile: true, isDryRun: isDryRun, report)
                try await run.begin(resuming: false)
                try await run.add(file)
                try await run.end()
                summary += run.summary
            } catch {
                guard error.code != .cancelled, error.code != .inUse else { throw error }
                await report(.file(path, .failure(error)))
                summary.failedCount += 1
            }
        }
        if !isDryRun { summary.keysRotatedMeanwhile = await versions.rotatedMeanwhile() }
        return summary
    }

    /// Rewraps every sealed file of a tree (`FileTree`). Files that do not begin as sealed ones do are skipped.
    ///
    /// - Parameters:
    ///   - resuming: whether to go on behind the last file of a run that was interrupted, with the files that failed in it, instead of
    ///     from the beginning. What a crash left half written is made whole in any case.
    ///   - isDryRun: whether to do everything but write.
    ///   - report: called with what became of each entry, one call after the other.
    /// - Throws: `inputNotFound` and the like for the root; `inUse`; `invalidRecipients` when the interrupted run had another plan;
    ///   `cancelled`; and when the journal cannot be written. What fails for one file is reported, and the run goes on.
    @discardableResult
    public func rewrap(
        tree path: FilePath, resuming: Bool = false, isDryRun: Bool = false, report: @escaping @Sendable (RewrapEvent) async -> Void
    ) async throws(EnvelopeError) -> RewrapSummary {
        let tree = try FileTree(path, calls: calls)
        let versions = KeyVersions(service: service)
        var run = RewrapRun(self, tree.root, path, versions, isOfNamedFile: false, isDryRun: isDryRun, report)
        try await run.begin(resuming: resuming)
        for entry in tree {
            try monitor.check()
            switch entry {
            case .file(let file):
                if file.relativePath.string != RewrapJournal.name { try await run.add(file) }
            case .folder: break
            case .skipped(let skipped): try await run.add(skipped)
            }
        }
        try await run.end()
        var summary = run.summary
        if !isDryRun { summary.keysRotatedMeanwhile = await versions.rotatedMeanwhile() }
        return summary
    }
}

extension RewrapSummary {
    static func += (total: inout RewrapSummary, part: RewrapSummary) {
        total.currentCount += part.currentCount
        total.rewrappedCount += part.rewrappedCount
        total.failedCount += part.failedCount
        total.skippedCount += part.skippedCount
        total.failedEntryCount += part.failedEntryCount
        total.resumedCount += part.resumedCount
    }
}
