/// Reads the event lines of a file from the newest to the oldest, in blocks, with memory for one line and one block.
struct BackwardLineReader {
    static let blockByteCount = 64 * 1024

    enum Step {
        /// Where the line stands in `buffer`, without its line feed; valid until the next step.
        case line(Range<Int>)
        /// No line feed within the longest line that there can be, or none behind the head line.
        case malformed
        case end
    }

    /// The head's line feed: the first byte that is read, so that each event line lies between two line feeds.
    private static let floor = Int64(HeadLine.byteCount - 1)

    private(set) var buffer: [UInt8] = []
    private let file: any AuditFile
    /// Where `buffer` begins in the file.
    private var offset: Int64
    /// Everything in `buffer` from this index on has been given out; after `skipUnfinishedLine` a line feed stands here.
    private var unread = 0

    /// - Parameter size: bytes from here on are not read.
    init(file: any AuditFile, size: Int64) {
        self.file = file
        offset = max(size, Self.floor)
    }

    /// Has to be called once, first. Returns the size of the file up to and with its last line feed; nil when there is none where
    /// one has to be.
    mutating func skipUnfinishedLine() throws(SystemCallError) -> Int64? {
        guard let lineFeed = try previousLineFeed() else { return nil }
        unread = lineFeed
        return offset + Int64(lineFeed) + 1
    }

    mutating func next() throws(SystemCallError) -> Step {
        if offset + Int64(unread) == Self.floor { return .end }
        guard let lineFeed = try previousLineFeed() else { return .malformed }
        defer { unread = lineFeed }
        return .line((lineFeed + 1)..<unread)
    }

    /// The last line feed before `unread`; reads more of the file when there is none in the buffer.
    private mutating func previousLineFeed() throws(SystemCallError) -> Int? {
        var end = unread
        while true {
            if let lineFeed = lastLineFeed(before: end) { return lineFeed }
            guard offset > Self.floor, unread <= EventLine.byteLimit else { return nil }
            let count = min(Int64(Self.blockByteCount), offset - Self.floor)
            let block = try file.read(at: offset - count, count: Int(count))
            // Only somebody who truncates the file under us can make this read short.
            guard block.count == Int(count) else { return nil }
            offset -= count
            end = block.count
            unread += block.count
            buffer = block + buffer[..<(unread - block.count)]
        }
    }

    private func lastLineFeed(before end: Int) -> Int? {
        let bytes = buffer.span
        var index = end - 1
        while index >= 0, bytes[index] != 0x0A { index -= 1 }
        return index >= 0 ? index : nil
    }
}
