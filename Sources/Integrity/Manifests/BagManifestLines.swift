import OpenSSL
import SystemPackage

/// The lines of a manifest of a bag, in memory for one of them. Paths are those in the bag, `data/…`.
struct BagManifestLines {
    private static let blockByteCount = 64 * 1024

    private let algorithm: DigestAlgorithm
    private let version: BagVersion
    private var lines = ListLines(delimiter: BagLines.lineFeed)
    private var isAtEnd = false
    private var number: UInt64 = 0
    private var isFirst = true
    /// Of the last line that ended in a line feed, which holds several where carriage returns end lines.
    private var entries: ArraySlice<BagManifest.Entry> = []
    private var base: UInt64 = 0

    /// - Parameters:
    ///   - path: of the manifest, beside which `bagit.txt` says how it is written.
    ///   - algorithms: those that are allowed; all when it is empty.
    init(_ name: BagManifestName, _ path: FilePath, _ algorithms: [DigestAlgorithm]) throws(IntegrityError) {
        guard let algorithm = name.algorithm, algorithms.isEmpty || algorithms.contains(algorithm) else {
            throw IntegrityError(
                .invalidArgument, "\(path): has digests of \(name.algorithmName), which is not known here or none that was asked for")
        }
        self.algorithm = algorithm
        version = try Self.version(beside: path)
    }

    /// How paths are encoded; as the standard has it where nothing says so.
    private static func version(beside path: FilePath) throws(IntegrityError) -> BagVersion {
        let file = path.removingLastComponent().appending(BagDeclaration.fileName)
        let bytes: [UInt8]
        do {
            let descriptor = try FileDescriptor.open(file, .readOnly, options: [.closeOnExec])
            bytes = try descriptor.closeAfter {
                unsafe try [UInt8](unsafeUninitializedCapacity: BagLimits.maximumDeclarationByteCount + 1) { buffer, count in
                    count = unsafe try descriptor.read(into: UnsafeMutableRawBufferPointer(buffer))
                }
            }
        } catch Errno.noSuchFileOrDirectory {
            return .v10
        } catch {
            throw .reading(file.string, error)
        }
        let declaration = try BagDeclaration(parsing: bytes)
        guard declaration.encoding == .utf8 || declaration.encoding == .ascii else {
            throw IntegrityError(.unsupported, "\(path): is in \(declaration.encoding.rawValue), and only UTF-8 is read; use coffer bag")
        }
        return declaration.version
    }

    /// - Parameter descriptor: of the manifest, read from where it stands.
    mutating func next(_ descriptor: FileDescriptor, _ name: String) throws(LineProblem) -> ImportedLine? {
        while entries.isEmpty {
            guard let line = try nextLine(descriptor, name) else { return nil }
            try take(line)
        }
        let entry = entries.removeFirst()
        var file = ManifestEntry(path: entry.path, type: .file)
        file.digests = [ContentDigest(algorithm, bytes: entry.digest)]
        return ImportedLine(number: base + UInt64(entry.line), entry: file)
    }

    private mutating func take(_ line: ListLines.Line) throws(LineProblem) {
        base = number
        guard case .line(var bytes) = line else {
            number += 1
            throw .line(
                MalformedListLine(lineNumber: number, reason: "is longer than \(ListLines.maximumByteCount) bytes"), .malformed)
        }
        if isFirst, bytes.starts(with: BagEncoding.byteOrderMark) { bytes.removeFirst(BagEncoding.byteOrderMark.count) }
        isFirst = false
        number += UInt64(max(1, BagLines(bytes).reduce(0) { count, _ in count + 1 }))
        let manifest = BagManifest(parsing: bytes, algorithm: algorithm, version: version)
        for problem in manifest.problems {
            let code: IntegrityError.Code
            switch problem.kind {
            case .malformedLine, .tooLarge: code = .malformed
            case .unsafePath: code = .unsafePath
            // Habits of tools, which mean what they seem to.
            default: continue
            }
            let path = problem.path.isEmpty ? "" : " (\(problem.path.visiblePath))"
            throw .line(
                MalformedListLine(lineNumber: base + UInt64(problem.line ?? 1), reason: "is wrong: \(problem.detail)\(path)"), code)
        }
        entries = manifest.entries[...]
    }

    private mutating func nextLine(_ descriptor: FileDescriptor, _ name: String) throws(LineProblem) -> ListLines.Line? {
        while true {
            if let line = lines.next() { return line }
            if isAtEnd { return lines.last() }
            let block = try Self.readBlock(descriptor, name)
            isAtEnd = block.isEmpty
            lines.append(block)
        }
    }

    private static func readBlock(_ descriptor: FileDescriptor, _ name: String) throws(LineProblem) -> [UInt8] {
        do {
            return try unsafe [UInt8](unsafeUninitializedCapacity: blockByteCount) { buffer, count in
                count = unsafe try descriptor.read(into: UnsafeMutableRawBufferPointer(buffer))
            }
        } catch {
            throw .failed(.reading(name, error))
        }
    }
}
