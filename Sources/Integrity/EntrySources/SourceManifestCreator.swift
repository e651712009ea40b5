import OpenSSL

/// Makes the manifest of what a source has. It lists files only, and says so.
public struct SourceManifestCreator<Source: EntrySource>: Sendable {
    private let source: Source
    private let head: NewManifestHead
    private let settings: TreeRunSettings

    /// - Parameter head: where all digests that its options name were stored with a content, they are recorded and the content is not
    ///   read; elsewhere they are recorded beside the tree of its leaves.
    public init(source: Source, head: NewManifestHead, settings: TreeRunSettings) {
        self.source = source
        var head = head
        head.options.filesOnly = true
        self.head = head
        self.settings = settings
    }

    /// - Throws: what the source throws; `outputExists`, `unwritable`; `keyService`; `invalidArgument` for a pattern; `cancelled`.
    public func create(_ target: NewManifestFile) async throws(IntegrityError) -> ManifestCreator.Summary {
        let output = try ManifestOutput(target)
        let recording = try await OwnThread.run { [self] (isCancelled) throws(IntegrityError) in
            var run = SourceRun(source: source, settings: settings.stopping(when: isCancelled))
            run.digests = head.options.digests
            run.exclusions = try Exclusions(head.options)
            run.keepsLeaves = true
            var recording = Recording()
            let notes = try run.run(beside: nil) { (outcome) throws(IntegrityError) in try recording.take(outcome, output) }
            recording.report.take(notes)
            recording.report.finish()
            return recording
        }
        let lineage = try await output.finish(head, after: nil)
        return ManifestCreator.Summary(
            lineage: lineage, report: recording.report, fileCount: recording.fileCount, byteCount: recording.byteCount)
    }
}
