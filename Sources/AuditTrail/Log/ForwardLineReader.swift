#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Reads a file line by line towards its end, in blocks, with memory for one line and one block.
struct ForwardLineReader {
    static let blockByteCount = 64 * 1024

    enum Step {
        /// Where the line stands in `buffer`, without its line feed; valid until the next step.
        case line(Range<Int>)
        /// The file ends with this many bytes that no line feed closes.
        case unfinished(Int)
        /// No line feed within the longest line that there can be.
        case tooLong
        case end
    }

    private(set) var buffer: [UInt8] = []
    private let file: any AuditFile
    private let end: Int64
    private var offset: Int64
    private var start = 0

    /// - Parameters:
    ///   - offset: where the first line begins.
    ///   - end: bytes from here on are not read, whatever others append meanwhile.
    init(file: any AuditFile, from offset: Int64, to end: Int64) {
        self.file = file
        self.offset = offset
        self.end = max(offset, end)
    }

    mutating func next() throws(SystemCallError) -> Step {
        var searched = start
        while true {
            if let lineFeed = lineFeed(from: searched) {
                defer { start = lineFeed + 1 }
                return .line(start..<lineFeed)
            }
            guard buffer.count - start <= EventLine.byteLimit else { return .tooLong }
            buffer.removeSubrange(0..<start)
            start = 0
            searched = buffer.count
            let block = try file.read(at: offset, count: Int(min(Int64(Self.blockByteCount), end - offset)))
            guard !block.isEmpty else { return buffer.isEmpty ? .end : .unfinished(buffer.count) }
            offset += Int64(block.count)
            buffer.append(contentsOf: block)
        }
    }

    private func lineFeed(from index: Int) -> Int? {
        // Sound: the pointer that memchr gives back lies in the buffer that it was given, which lives for the closure.
        unsafe buffer.withUnsafeBytes { bytes in
            guard index < bytes.count, let base = bytes.baseAddress,
                let found = unsafe memchr(base.advanced(by: index), 0x0A, bytes.count - index)
            else { return nil }
            return unsafe UnsafeRawPointer(found) - base
        }
    }
}
