/// Cuts bytes that come in pieces into lines of bounded length.
struct ListLines: Sendable {
    enum Line: Sendable, Equatable {
        case line([UInt8])
        /// Longer than `maximumByteCount`; it was passed over.
        case tooLong
    }

    /// A path with each byte escaped, and room for checksums.
    static let maximumByteCount = 2 * EntryPath.maximumByteCount + 4096

    private let delimiter: UInt8
    private var block: [UInt8] = []
    private var position = 0
    /// The beginning of a line whose end has not come yet.
    private var pending: [UInt8] = []
    private var isTooLong = false
    private var isAtStart = true

    init(delimiter: UInt8) { self.delimiter = delimiter }

    /// Takes the next bytes. Whoever calls this has taken all lines before.
    mutating func append(_ bytes: [UInt8]) {
        precondition(position == block.count)
        block = bytes
        position = 0
    }

    /// The next line whose end is there, without it; nil when more bytes are needed.
    mutating func next() -> Line? {
        let rest = block[position...]
        guard let end = rest.firstIndex(of: delimiter) else {
            position = block.count
            keep(rest)
            return nil
        }
        position = end + 1
        keep(rest[..<end])
        return take()
    }

    /// The line behind the last delimiter; nil if there is nothing.
    mutating func last() -> Line? { isAtStart ? nil : take() }

    private mutating func keep(_ bytes: ArraySlice<UInt8>) {
        if !bytes.isEmpty { isAtStart = false }
        isTooLong = isTooLong || pending.count + bytes.count > Self.maximumByteCount
        if isTooLong { pending = [] } else { pending += bytes }
    }

    private mutating func take() -> Line {
        defer {
            pending = []
            isTooLong = false
            isAtStart = true
        }
        return isTooLong ? .tooLong : .line(pending)
    }
}
