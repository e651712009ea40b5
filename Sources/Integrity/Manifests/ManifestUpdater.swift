public import SystemPackage

/// Makes the manifest that follows another one of the same folder. Files that nothing can have written to are taken over without reading
/// them, so that a rotten one keeps the hash that it had: only what was written is recorded anew. What lies in a folder that cannot be looked
/// into is taken over, too, and said to be unreadable.
public struct ManifestUpdater: Sendable {
    public struct Summary: Sendable {
        /// Of the new manifest; nil when something is damaged and that was not to be accepted: then nothing was written.
        public let lineage: Lineage?
        /// What changed.
        public let report: VerificationReport
        public let fileCount: UInt64
        public let byteCount: UInt64
    }

    private let manifest: Manifest
    private let folder: FilePath
    private let head: NewManifestHead
    private let settings: TreeRunSettings

    /// - Parameter head: its options are those that the new manifest records, best those of the old one.
    public init(_ manifest: Manifest, folder: FilePath, head: NewManifestHead, settings: TreeRunSettings) {
        self.manifest = manifest
        self.folder = folder
        self.head = head.ofWalk
        self.settings = settings
    }

    /// - Parameters:
    ///   - target: where the new manifest goes, best in the place of the old one.
    ///   - acceptsDamage: whether what is rotten, cut off or unreadable is recorded as it is. What it was would then be known no more.
    /// - Throws: as `ManifestCreator.create` and `ManifestVerifier.verify` do; `notSigned` when a signed manifest is to follow one that nobody signed, or the other way round.
    public func update(_ target: NewManifestFile, acceptingDamage acceptsDamage: Bool) async throws(IntegrityError) -> Summary {
        try await update(target, acceptingDamage: acceptsDamage, SystemTreeCalls())
    }

    func update<Calls: TreeCalls>(
        _ target: NewManifestFile, acceptingDamage acceptsDamage: Bool, _ calls: Calls
    ) async throws(IntegrityError) -> Summary {
        guard (target.signer == nil) == (manifest.signer == nil) else {
            throw IntegrityError(
                .notSigned,
                "\(manifest.name): a manifest that is signed and one that is not cannot follow each other; make a new one instead")
        }
        try head.check(after: manifest.lineage)
        let output = try ManifestOutput(target)
        let recording = try await OwnThread.run { [self] (isCancelled) throws(IntegrityError) in
            try record(settings.stopping(when: isCancelled), target, output, calls)
        }
        let count = manifest.checkpoint.entryCount
        guard count == 0 || recording.report[.removed] < count else {
            throw IntegrityError(
                .invalidArgument,
                "\(folder): nothing of what the manifest names is in it: is it the right folder, and is it mounted? (If all of it was replaced, make a new manifest.)"
            )
        }
        let isAccepted = acceptsDamage || !recording.hasNewDamage
        let lineage = isAccepted ? try await output.finish(head, after: manifest.lineage) : nil
        return Summary(lineage: lineage, report: recording.report, fileCount: recording.fileCount, byteCount: recording.byteCount)
    }

    private func record<Calls: TreeCalls>(
        _ settings: TreeRunSettings, _ target: NewManifestFile, _ output: ManifestOutput, _ calls: Calls
    ) throws(IntegrityError) -> Recording {
        var settings = settings
        settings.leftOut.append(target.path)
        settings.leftOutFiles.formUnion(output.file + manifest.file.identification)
        var run = try ManifestCreator.run(folder, head.options, settings, calls)
        run.reading = .changed
        var recording = Recording()
        var moves = MoveFinder(digest: nil, comparison: run.comparison, scratchFolder: settings.scratchFolder)
        try run.run(beside: try manifest.entries()) { (outcome) throws(IntegrityError) in
            try recording.take(outcome, output)
            guard outcome.verdict == nil else { return }
            if let old = outcome.old { try moves.add(old.entry, .old) } else if let new = outcome.new { try moves.add(new, .new) }
        }
        try moves.finish { (verdict) in recording.report.add(verdict) }
        recording.report.finish()
        return recording
    }
}
