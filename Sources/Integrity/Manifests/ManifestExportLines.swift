import OpenSSL

/// Writes what a manifest knows of files as the lines of a list.
struct ManifestExportLines: Sendable {
    private enum Writer {
        case list(ChecksumListWriter)
        case bag(DigestAlgorithm)
    }

    /// What is known of each file when its line is written, in the order of `DigestAlgorithm.allCases`.
    let digests: [DigestAlgorithm]
    private let format: ManifestExportFormat
    private let writer: Writer
    private var needsSize: Bool { format == .hashdeep }

    /// - Throws: `invalidArgument` for what the format cannot say.
    init(_ format: ManifestExportFormat, _ digests: [DigestAlgorithm]) throws(IntegrityError) {
        let functions = digests.map { ChecksumFunction($0) }
        switch format {
        case .gnu: writer = .list(try ChecksumListWriter(.gnu, functions: functions))
        case .bsd: writer = .list(try ChecksumListWriter(.bsd, functions: functions))
        case .hashdeep: writer = .list(try ChecksumListWriter(.hashdeep, functions: functions))
        case .bagIt:
            guard digests.count == 1, BagManifestName.algorithms.contains(digests[0]) else {
                throw IntegrityError(
                    .invalidArgument,
                    "a manifest of a bag has one digest: \(BagManifestName.algorithms.map(\.rawValue).joined(separator: ", "))")
            }
            writer = .bag(digests[0])
        }
        self.format = format
        self.digests = DigestAlgorithm.allCases.filter(digests.contains)
    }

    var header: [UInt8] {
        guard case .list(let writer) = writer else { return [] }
        return writer.header
    }

    /// Whether all that a line needs is known.
    func isComplete(_ entry: ManifestEntry) -> Bool {
        (!needsSize || entry.byteCount != nil) && digests.allSatisfy { entry.digest($0) != nil }
    }

    /// - Throws: `invalidArgument`, `unsupported` or `unsafePath` for a name that the list cannot hold.
    func requireName(of entry: ManifestEntry) throws(IntegrityError) {
        switch format {
        // Escapes say everything.
        case .gnu, .bsd: return
        case .hashdeep, .bagIt:
            var stand = entry
            stand.digests = digests.map { ContentDigest($0, bytes: [UInt8](repeating: 0, count: $0.byteCount)) }
            stand.byteCount = entry.byteCount ?? 0
            _ = try lines(for: stand)
        }
    }

    /// The lines of a file.
    /// - Throws: as `requireName`; `invalidArgument` where something is not known.
    func lines(for entry: ManifestEntry) throws(IntegrityError) -> [UInt8] {
        switch writer {
        case .list(let writer):
            if needsSize, entry.path.bytes.last == ListEscapes.carriageReturn {
                throw IntegrityError(
                    .invalidArgument,
                    "\(entry.path): hashdeep would take the carriage return at the end for a part of the line's end; use another format")
            }
            let checksums = entry.digests.map { ContentChecksum(ChecksumFunction($0.algorithm), bytes: $0.bytes) }
            return try writer.lines(for: ListedFile(path: listed(entry.path), byteCount: entry.byteCount, checksums: checksums))
        case .bag(let algorithm):
            guard let digest = entry.digest(algorithm) else {
                throw IntegrityError(.invalidArgument, "\(entry.path): its \(algorithm.rawValue) is not known")
            }
            return try BagManifest.line(digest.bytes, BagPath.payloadPrefix + entry.path.bytes, .v10)
        }
    }

    /// A file that is called `-` is not stdin.
    private func listed(_ path: EntryPath) -> [UInt8] {
        !needsSize && path.bytes == [UInt8(ascii: "-")] ? Array("./-".utf8) : path.bytes
    }
}

extension ManifestEntry {
    func digest(_ algorithm: DigestAlgorithm) -> ContentDigest? { digests.first { $0.algorithm == algorithm } }
}
