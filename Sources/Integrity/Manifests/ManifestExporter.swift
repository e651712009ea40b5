public import OpenSSL
public import SystemPackage

/// Writes a list of the files in a manifest for other tools.
///
/// Digests of whole files are those of the manifest. What it does not have is read from a folder, and listed only if the content is the
/// one that the manifest was made of: whoever trusts the manifest may trust the list.
public struct ManifestExporter: Sendable {
    /// What a manifest can say by itself.
    public struct Survey: Sendable {
        public fileprivate(set) var fileCount: UInt64 = 0
        /// Entries that are no files, which no list holds.
        public fileprivate(set) var otherCount: UInt64 = 0
        /// Files whose size or digests are not all in the manifest, and the first of them.
        public fileprivate(set) var unknownCount: UInt64 = 0
        public fileprivate(set) var firstUnknown: EntryPath?
    }

    /// How much is written at once.
    private static let pieceByteCount = 1 << 16

    private let manifest: Manifest
    private let lines: ManifestExportLines

    /// - Parameter digests: what each file is listed with, in the order of the columns.
    /// - Throws: `invalidArgument` for digests that the format cannot hold.
    public init(_ manifest: Manifest, _ format: ManifestExportFormat, _ digests: [DigestAlgorithm]) throws(IntegrityError) {
        self.manifest = manifest
        lines = try ManifestExportLines(format, digests)
    }

    /// Reads all entries, before anything is written.
    /// - Throws: `invalidSignature` or `damaged` when they are not what was signed; `invalidArgument`, `unsupported` or `unsafePath` for a
    ///   name that the format cannot hold; `unreadable` for a file of whose content nothing was recorded that could prove it; `cancelled`.
    public func survey() async throws(IntegrityError) -> Survey {
        try await OwnThread.run { [self] (isCancelled) throws(IntegrityError) in
            var survey = Survey()
            var entries = try manifest.entries()
            while let element = try entries.next() {
                if element.index & 0xFFFF == 0, isCancelled() { throw IntegrityError(.cancelled, "cancelled") }
                try take(element.entry, &survey)
            }
            return survey
        }
    }

    private func take(_ entry: ManifestEntry, _ survey: inout Survey) throws(IntegrityError) {
        guard entry.type == .file else {
            survey.otherCount += 1
            return
        }
        survey.fileCount += 1
        try lines.requireName(of: entry)
        guard !lines.isComplete(entry) else { return }
        guard entry.isProvable else {
            throw IntegrityError(
                .unreadable,
                "\(entry.path): what the manifest knows of its content proves nothing (\(entry.weakness)), so it cannot be listed",
                errno: entry.unreadable)
        }
        survey.unknownCount += 1
        survey.firstUnknown = survey.firstUnknown ?? entry.path
    }

    /// Writes the list in pieces. What has to be read is read before anything is written.
    ///
    /// - Parameters:
    ///   - survey: of the same manifest.
    ///   - folder: what the manifest was made of, or a copy; it is read only for what the manifest does not have.
    /// - Throws: `contentDiffers` for a file that is not what was recorded, `unreadable`; `invalidArgument` when a folder is needed and nil;
    ///   `cancelled`; and what `write` throws.
    public func export(
        _ survey: Survey, from folder: FilePath?, _ settings: TreeRunSettings, _ write: ([UInt8]) throws -> Void
    ) async throws {
        guard survey.unknownCount > 0 else { return try exportRecorded(write) }
        guard let folder else {
            throw IntegrityError(
                .invalidArgument, "\(manifest.name): does not have all digests that are asked for, and no folder is named to read them from"
            )
        }
        let spool = try await OwnThread.run { [self] (isCancelled) throws(IntegrityError) in
            try read(folder, settings.stopping(when: isCancelled), SystemTreeCalls())
        }
        try spool.forEachPiece(write)
    }

    private func exportRecorded(_ write: ([UInt8]) throws -> Void) throws {
        var piece = lines.header
        try manifest.forEachEntry { entry in
            guard entry.type == .file else { return }
            piece += try lines.lines(for: entry)
            guard piece.count >= Self.pieceByteCount else { return }
            try write(piece)
            piece.removeAll(keepingCapacity: true)
        }
        try write(piece)
    }

    // MARK: Reading

    /// - Returns: the whole list.
    private func read<Calls: TreeCalls>(_ folder: FilePath, _ settings: TreeRunSettings, _ calls: Calls) throws(IntegrityError) -> ByteSpool
    {
        let options = manifest.checkpoint.options
        var run = TreeRun(folder: folder, settings: settings, calls: calls)
        run.exclusions = try Exclusions(options)
        run.oneFileSystem = options.oneFileSystem
        run.digests = lines.digests
        run.isWanted = { [lines] recorded in recorded.map { !lines.isComplete($0) } ?? false }
        let spool = try ByteSpool(in: settings.scratchFolder)
        try spool.append(lines.header)
        try run.run(beside: try manifest.entries()) { (outcome) throws(IntegrityError) in
            guard let old = outcome.old?.entry, old.type == .file else { return }
            try spool.append(try lines.lines(for: lines.isComplete(old) ? old : try proven(old, outcome)))
        }
        try spool.flush()
        return spool
    }

    /// A file with all that was read of it, if it is what was recorded.
    private func proven(_ old: ManifestEntry, _ outcome: PairOutcome) throws(IntegrityError) -> ManifestEntry {
        if let errno = outcome.verdict?.errno { throw IntegrityError(.unreadable, "\(old.path): cannot be read: \(errno)", errno: errno) }
        guard let new = outcome.new else { throw differs(old, "is not there") }
        guard let verdict = outcome.verdict, [.intact, .metadataChanged].contains(verdict.verdict), verdict.remark == nil, outcome.wasRead
        else { throw differs(old, "is not what was recorded (\(outcome.verdict?.verdict.rawValue ?? "unknown"))") }
        var entry = old
        entry.byteCount = new.byteCount
        entry.digests = new.digests
        return entry
    }

    private func differs(_ entry: ManifestEntry, _ reason: String) -> IntegrityError {
        IntegrityError(.contentDiffers, "\(entry.path): \(reason), so the list was not written")
    }
}

extension ManifestEntry {
    /// Whether what was recorded tells a content from every other one, whoever made it.
    fileprivate var isProvable: Bool { unreadable == nil && (root != nil || digests.contains { $0.algorithm.isStrong }) }

    fileprivate var weakness: String {
        if let unreadable { return "it could not be read: \(unreadable)" }
        return digests.isEmpty ? "nothing was recorded" : "\(digests.map(\.algorithm.rawValue).joined(separator: ", ")) alone"
    }
}
