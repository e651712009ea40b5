import OpenSSL

/// Compares what a source has with a manifest, of a folder or of a source.
public struct SourceVerifier<Source: EntrySource>: Sendable {
    private let manifest: Manifest
    private let source: Source
    private let reading: ContentReading
    private let settings: TreeRunSettings

    /// - Parameter reading: `all`, `none` or a sample. What was stored with a content is compared in any case.
    public init(_ manifest: Manifest, source: Source, reading: ContentReading, settings: TreeRunSettings) {
        self.manifest = manifest
        self.source = source
        self.reading = reading
        self.settings = settings
    }

    /// - Throws: what the source throws of all contents; `damaged` when the manifest is not what was signed; `cancelled`. What is wrong
    ///   with one content is a verdict.
    public func verify() async throws(IntegrityError) -> VerificationReport {
        try await OwnThread.run { [self] (isCancelled) throws(IntegrityError) in try verify(settings.stopping(when: isCancelled)) }
    }

    private func verify(_ settings: TreeRunSettings) throws(IntegrityError) -> VerificationReport {
        let options = manifest.checkpoint.options
        // By which moves are found.
        let digest = options.digests.strongest
        var run = SourceRun(source: source, settings: settings)
        run.reading = reading
        run.digests = digest.map { [$0] } ?? []
        run.exclusions = try Exclusions(options)
        var report = VerificationReport()
        var moves = MoveFinder(digest: digest, comparison: run.comparison, scratchFolder: settings.scratchFolder)
        let notes = try run.run(beside: try manifest.entries()) { (outcome) throws(IntegrityError) in try report.take(outcome, &moves) }
        try moves.finish { (verdict) in report.add(verdict) }
        report.take(notes)
        report.finish()
        return report
    }
}
