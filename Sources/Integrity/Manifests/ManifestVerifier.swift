public import SystemPackage

/// Compares a folder with its manifest.
public struct ManifestVerifier: Sendable {
    private let manifest: Manifest
    private let folder: FilePath
    private let reading: ContentReading
    private let ignored: Set<MetadataField>
    private let settings: TreeRunSettings

    /// - Parameters:
    ///   - reading: `all`, `none` or a sample.
    ///   - ignored: metadata that is not compared.
    public init(
        _ manifest: Manifest, folder: FilePath, reading: ContentReading, ignoring ignored: Set<MetadataField> = [],
        settings: TreeRunSettings
    ) {
        self.manifest = manifest
        self.folder = folder
        self.reading = reading
        self.ignored = ignored
        self.settings = settings
    }

    /// - Throws: `notFound`, `notAFolder`, `unreadable` of the folder; `damaged` when the manifest is not what was signed; `cancelled`. What is wrong with an entry is
    ///   a verdict.
    public func verify() async throws(IntegrityError) -> VerificationReport { try await verify(SystemTreeCalls()) }

    func verify<Calls: TreeCalls>(_ calls: Calls) async throws(IntegrityError) -> VerificationReport {
        try await OwnThread.run { [self] (isCancelled) throws(IntegrityError) in
            try verify(settings.stopping(when: isCancelled), calls)
        }
    }

    private func verify<Calls: TreeCalls>(_ settings: TreeRunSettings, _ calls: Calls) throws(IntegrityError) -> VerificationReport {
        var settings = settings
        settings.leftOutFiles.formUnion(manifest.file.identification)
        let options = manifest.checkpoint.options
        var run = TreeRun(folder: folder, settings: settings, calls: calls)
        run.reading = reading
        run.comparison.ignored = ignored
        run.exclusions = try Exclusions(options)
        run.oneFileSystem = options.oneFileSystem
        // Of new files, for finding moves where the manifest has no trees.
        let digest = options.digests.strongest
        run.digests = digest.map { [$0] } ?? []
        var report = VerificationReport()
        var moves = MoveFinder(digest: digest, comparison: run.comparison, scratchFolder: settings.scratchFolder)
        try run.run(beside: try manifest.entries()) { (outcome) throws(IntegrityError) in
            // A list has no folders, so one that is there is not too many. One that cannot be read is a verdict all the same.
            if options.filesOnly, outcome.old == nil, outcome.verdict == nil, outcome.new?.type != .file { return }
            try report.take(outcome, &moves)
        }
        try moves.finish { (verdict) in report.add(verdict) }
        report.finish()
        return report
    }
}

extension VerificationReport {
    /// Counts what one pair came to. What is on one side only waits for what may be its other half.
    mutating func take(_ outcome: PairOutcome, _ moves: inout MoveFinder) throws(IntegrityError) {
        if outcome.wasRead {
            readFileCount += 1
            readByteCount = readByteCount.addingCapped(outcome.new?.byteCount ?? 0)
        } else if outcome.isTold {
            toldFileCount += 1
        } else if outcome.new?.type == .file {
            unreadFileCount += 1
        }
        if let verdict = outcome.verdict {
            add(verdict)
        } else if let old = outcome.old {
            try moves.add(old.entry, .old)
        } else if let new = outcome.new {
            if let reason = outcome.doesNotOpen { add(.sealedAndUnopened(new, reason)) } else { try moves.add(new, .new) }
        }
    }
}
