public import SystemPackage

extension Manifest {
    /// Reads all entries, so that what is read afterwards can be shown as it comes.
    /// - Throws: `invalidSignature` or `damaged` when they are not what was signed; `cancelled`.
    public func checkEntries() async throws(IntegrityError) {
        try await OwnThread.run { [self] (isCancelled) throws(IntegrityError) in
            try entries().drain { () throws(IntegrityError) in
                if isCancelled() { throw IntegrityError(.cancelled, "cancelled") }
            }
        }
    }

    /// Shows all entries in order.
    /// - Throws: what `body` throws; `invalidSignature` at the end when they are not what was signed.
    public func forEachEntry(_ body: (ManifestEntry) throws -> Void) throws {
        var entries = try entries()
        while let element = try entries.next() { try body(element.entry) }
    }

    /// What changed from this manifest to another one.
    /// - Parameter ignored: metadata that is not compared.
    /// - Throws: `invalidSignature` or `damaged` when one of them is not what was signed; `cancelled`.
    public func compare(
        with other: Manifest, ignoring ignored: Set<MetadataField> = [], _ settings: TreeRunSettings
    ) async throws(IntegrityError) -> VerificationReport {
        try await OwnThread.run { [self] (isCancelled) throws(IntegrityError) in
            let settings = settings.stopping(when: isCancelled)
            let comparison = ManifestComparison(
                comparison: EntryComparison(ignored: ignored),
                passesFolders: checkpoint.options.filesOnly || other.checkpoint.options.filesOnly, scratchFolder: settings.scratchFolder)
            return try comparison.report(try entries(), try other.entries()) { () throws(IntegrityError) in try settings.check() }
        }
    }

    /// Whether this manifest is the one with that head, or grew from it.
    /// - Throws: `rolledBack` when it did not.
    public func requireDescent(from checkpoint: Checkpoint) throws(IntegrityError) {
        guard self.checkpoint == checkpoint || lineage.ancestors.contains(checkpoint) else {
            throw IntegrityError(
                .rolledBack,
                "\(name): neither is nor follows the manifest \(checkpoint.sequence) of \(checkpoint.time) that was proven from")
        }
    }
}

extension ManifestEntry {
    /// Whether a file has the content that is recorded here.
    /// - Parameter path: symbolic links are followed.
    /// - Throws: `notFound`, `unreadable`; `invalidArgument` when nothing is recorded of the content.
    public func isContent(of path: FilePath) async throws(IntegrityError) -> Bool {
        guard type == .file, root != nil || !digests.isEmpty else {
            throw IntegrityError(.invalidArgument, "\(self.path): no content is recorded of it, so no file can be compared with it")
        }
        return try await OwnThread.run { (isCancelled) throws(IntegrityError) in
            let content = try FileContent.read(path, digests.map(\.algorithm), isCancelled)
            var found = ManifestEntry(path: self.path, type: .file)
            (found.byteCount, found.root, found.digests) = (content.byteCount, content.root, content.digests)
            return LeafComparison.isSame(self, found) ?? false
        }
    }
}
