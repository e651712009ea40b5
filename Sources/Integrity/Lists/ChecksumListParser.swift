/// Reads a list of checksums line by line: what GNU's `sha256sum`, the BSDs, `shasum`, `openssl dgst` and hashdeep write.
///
/// Lines of GNU and BSD may stand in one list, as `sha256sum --check` allows it; a list of hashdeep begins with its header.
public struct ChecksumListParser: Sendable {
    private enum State {
        /// No line has told yet what kind of list this is.
        case undecided
        case text
        case hashdeep(HashdeepLayout)
    }

    /// What lines may have; all functions when it is empty.
    let functions: [ChecksumFunction]
    /// Whether 64 bytes without a name of their function are BLAKE2b and not SHA-512.
    let prefersBLAKE2b: Bool
    /// Whether lines end in a zero byte, and names are written as they are (`sha256sum --zero`).
    public let isZeroTerminated: Bool

    private var state = State.undecided
    /// Whether names stand one blank behind the hash, as `md5 -r` writes them; nil until a line without a tag told. The two are not mixed, or somebody
    /// could rename a file to one with a blank in front (digest.c, `bsd_reversed`).
    var isReversed: Bool?
    /// Lines so far.
    public private(set) var lineNumber: UInt64 = 0
    /// Of the first line that was read; nil until then.
    public internal(set) var format: ChecksumListFormat?

    /// - Parameters:
    ///   - functions: the only ones that lines may have; all when it is empty. A line without a tag has the one of its hash's length.
    ///   - listName: of the list's file: `B2SUMS` and `x.b2sum` hold BLAKE2b, whose hashes are as long as SHA-512's.
    public init(functions: [ChecksumFunction] = [], listName: [UInt8] = [], isZeroTerminated: Bool = false) {
        self.functions = functions
        self.isZeroTerminated = isZeroTerminated
        let name = String(decoding: listName.split(separator: EntryPath.slash).last ?? [], as: UTF8.self).lowercased()
        prefersBLAKE2b = name.contains("b2sum") || name.contains("blake2b")
    }

    /// Reads the next line, without what ends it.
    /// - Returns: nil for a line that is about no file: a comment, a header, nothing.
    public mutating func parse(_ line: [UInt8]) throws(MalformedListLine) -> ListedFile? {
        lineNumber += 1
        switch state {
        case .undecided where !isZeroTerminated && HashdeepLayout.isHeader(line):
            state = .hashdeep(try HashdeepLayout(version: line, self))
            return nil
        case .undecided, .text:
            guard let file = try parseText(line) else { return nil }
            state = .text
            return file
        case .hashdeep(var layout):
            let file = try layout.parse(line, self)
            state = .hashdeep(layout)
            if file != nil { format = .hashdeep }
            return file
        }
    }

    /// Notes a line that is too long to be read.
    mutating func skipLine() -> MalformedListLine {
        lineNumber += 1
        return malformed("is longer than \(ListLines.maximumByteCount) bytes")
    }

    /// What is wrong with the line that was read last; also for those who know more about it.
    public func malformed(_ reason: String) -> MalformedListLine { MalformedListLine(lineNumber: lineNumber, reason: reason) }

    func isAllowed(_ function: ChecksumFunction) -> Bool { functions.isEmpty || functions.contains(function) }
}
