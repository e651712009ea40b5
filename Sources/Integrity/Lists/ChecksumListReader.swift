public import SystemPackage

/// What a list of checksums says next.
public enum ChecksumListItem: Sendable, Equatable {
    case file(ListedFile)
    case malformed(MalformedListLine)
}

/// Reads a list of checksums from a file, in memory for one line.
public struct ChecksumListReader: Sendable {
    private static let blockByteCount = 64 * 1024

    private let descriptor: FileDescriptor
    private let name: String
    private var lines: ListLines
    private var isAtEnd = false
    public private(set) var parser: ChecksumListParser

    /// - Parameters:
    ///   - descriptor: read from where it stands, and not closed.
    ///   - name: stands for it in errors.
    public init(_ descriptor: FileDescriptor, name: String, parser: ChecksumListParser) {
        self.descriptor = descriptor
        self.name = name
        self.parser = parser
        lines = ListLines(delimiter: parser.isZeroTerminated ? 0 : ListEscapes.lineFeed)
    }

    /// - Returns: nil at the end.
    /// - Throws: `unreadable`.
    public mutating func next() throws(IntegrityError) -> ChecksumListItem? {
        while let line = try nextLine() {
            switch line {
            case .tooLong: return .malformed(parser.skipLine())
            case .line(let line):
                do {
                    if let file = try parser.parse(line) { return .file(file) }
                } catch {
                    return .malformed(error)
                }
            }
        }
        return nil
    }

    private mutating func nextLine() throws(IntegrityError) -> ListLines.Line? {
        while true {
            if let line = lines.next() { return line }
            if isAtEnd { return lines.last() }
            let block = try readBlock()
            isAtEnd = block.isEmpty
            lines.append(block)
        }
    }

    private func readBlock() throws(IntegrityError) -> [UInt8] {
        do {
            return try unsafe [UInt8](unsafeUninitializedCapacity: Self.blockByteCount) { buffer, count in
                count = try unsafe descriptor.read(into: UnsafeMutableRawBufferPointer(buffer))
            }
        } catch let error as Errno {
            throw IntegrityError(.unreadable, "\(name): cannot be read: \(error)", errno: error)
        } catch {
            preconditionFailure("FileDescriptor.read throws Errno only")
        }
    }
}
