import OpenSSL
import SystemPackage

/// What one line of a list says of one file.
struct ImportedLine: Sendable, Equatable {
    /// From 1.
    let number: UInt64
    /// A path and digests, and a size where the list has them.
    let entry: ManifestEntry
}

/// Reads a list as entries of a manifest, and refuses all of it when one line is wrong.
final class ImportedListReader {
    /// Of those that are wrong, so many are told.
    private static let maximumToldCount = 8

    private enum Lines {
        case list(ChecksumListReader)
        case bag(BagManifestLines)
    }

    /// For messages.
    let name: String
    private let descriptor: FileDescriptor
    private var lines: Lines

    /// - Parameter algorithms: the only ones that lines may have; all when it is empty.
    /// - Throws: `notFound`, `unreadable`; what is wrong with the `bagit.txt` beside a manifest of a bag; `invalidArgument`.
    init(_ path: FilePath, _ algorithms: [DigestAlgorithm]) throws(IntegrityError) {
        let name = Self.bytes(of: path)
        self.name = name.visiblePath
        let bag = BagManifestName(Array(name.split(separator: EntryPath.slash).last ?? []))
        let bagLines = try bag.map { (bag) throws(IntegrityError) in try BagManifestLines(bag, path, algorithms) }
        do {
            descriptor = try FileDescriptor.open(path, .readOnly, options: [.closeOnExec])
        } catch {
            throw .reading(name.visiblePath, error)
        }
        if let bagLines {
            lines = .bag(bagLines)
        } else {
            let parser = ChecksumListParser(functions: algorithms.map { ChecksumFunction($0) }, listName: name)
            lines = .list(ChecksumListReader(descriptor, name: name.visiblePath, parser: parser))
        }
    }

    deinit {
        // Nothing was written, so nothing can be lost.
        _ = try? descriptor.close()
    }

    /// - Returns: nil at the end.
    /// - Throws: `malformed` or `unsafePath`, which tells the lines that are wrong.
    func next() throws(IntegrityError) -> ImportedLine? {
        do throws(LineProblem) {
            return try nextLine()
        } catch {
            throw try refusal(error)
        }
    }

    private func nextLine() throws(LineProblem) -> ImportedLine? {
        switch lines {
        case .list(var reader):
            defer { lines = .list(reader) }
            return try Self.line(&reader)
        case .bag(var reader):
            defer { lines = .bag(reader) }
            return try reader.next(descriptor, name)
        }
    }

    /// Looks for more that is wrong, so that nobody mends a list line by line.
    private func refusal(_ first: LineProblem) throws(IntegrityError) -> IntegrityError {
        var problems: [MalformedListLine] = []
        var code = IntegrityError.Code.malformed
        var next: LineProblem? = first
        while let problem = next, problems.count < Self.maximumToldCount {
            switch problem {
            case .failed(let error): return error
            case .line(let line, let lineCode):
                if problems.isEmpty { code = lineCode }
                problems.append(line)
            }
            next = nil
            do throws(LineProblem) {
                while try nextLine() != nil {}
            } catch {
                next = error
            }
        }
        let more = next == nil ? "" : "; and there are more"
        return IntegrityError(code, "\(name): \(problems.map(\.description).joined(separator: "; "))\(more)")
    }

    // MARK: Lists of checksums

    private static func line(_ reader: inout ChecksumListReader) throws(LineProblem) -> ImportedLine? {
        let item: ChecksumListItem?
        do throws(IntegrityError) {
            item = try reader.next()
        } catch {
            throw .failed(error)
        }
        switch item {
        case nil: return nil
        case .malformed(let line): throw .line(line, .malformed)
        case .file(let file): return try entry(file, reader.parser)
        }
    }

    private static func entry(_ file: ListedFile, _ parser: ChecksumListParser) throws(LineProblem) -> ImportedLine {
        guard parser.format == .hashdeep || file.path != [UInt8(ascii: "-")] else {
            throw .line(parser.malformed("is about stdin, which is no file"), .malformed)
        }
        var digests: [ContentDigest] = []
        for checksum in file.checksums {
            guard let algorithm = checksum.function.digest else {
                throw .line(parser.malformed("has a CRC, by which no content can be proven"), .malformed)
            }
            digests.append(ContentDigest(algorithm, bytes: checksum.bytes))
        }
        let path = withoutDot(file.path)
        if let reason = EntryPath.reasonToRefuse(path) {
            throw .line(parser.malformed("names \(file.path.visiblePath), which \(reason)"), .unsafePath)
        }
        var entry = ManifestEntry(path: EntryPath(trusted: path), type: .file)
        entry.byteCount = file.byteCount
        entry.digests = digests.inOrder
        return ImportedLine(number: parser.lineNumber, entry: entry)
    }

    /// `./a` is `a`.
    private static func withoutDot(_ path: [UInt8]) -> [UInt8] {
        var rest = path[...]
        while rest.starts(with: [UInt8(ascii: "."), EntryPath.slash]) { rest = rest.dropFirst(2) }
        return Array(rest)
    }

    private static func bytes(of path: FilePath) -> [UInt8] {
        unsafe path.withPlatformString { unsafe UnsafeBufferPointer(start: $0, count: path.length).map(UInt8.init(bitPattern:)) }
    }
}

/// Why a line gives no entry.
enum LineProblem: Error {
    case line(MalformedListLine, IntegrityError.Code)
    /// Nothing more can be read.
    case failed(IntegrityError)
}
