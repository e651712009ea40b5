/// Records in order, one after the other: from memory, or merged from runs in a file.
final class SortedRecords<Order: RecordOrder> {
    private let order: Order
    private let chunk: SortChunk
    private var nextIndex = 0
    /// A heap: no reader comes before the one above it. Empty for what is in memory.
    private var readers: [(reader: RunReader<Order>, number: Int)] = []
    private var hasGivenFirst = false
    private let file: ScratchFile?
    /// What these records keep in memory, in bytes.
    let memoryByteCount: Int

    /// - Parameter chunk: sorted.
    init(_ order: Order, _ chunk: SortChunk) {
        self.order = order
        self.chunk = chunk
        file = nil
        memoryByteCount = chunk.memoryByteCount
    }

    init(_ order: Order, _ file: ScratchFile, _ runs: [SortRun], budget: Int) throws(IntegrityError) {
        self.order = order
        self.file = file
        chunk = SortChunk()
        let bufferByteCount = max(4096, min(256 << 10, budget / max(runs.count, 1)))
        memoryByteCount = bufferByteCount * runs.count
        for (number, run) in runs.enumerated() {
            let reader = RunReader(order, file, run, bufferByteCount: bufferByteCount)
            if try reader.advance() { readers.append((reader, number)) }
        }
        for index in stride(from: readers.count / 2 - 1, through: 0, by: -1) { sink(index) }
    }

    /// Whether a call of `next` is known to give nothing more.
    var isAtEnd: Bool { file == nil ? nextIndex == chunk.count : readers.isEmpty }

    /// The next record, which stays where it is until the next call; nil at the end.
    func next() throws(IntegrityError) -> UnsafeRawBufferPointer? {
        if file == nil {
            guard nextIndex < chunk.count else { return nil }
            nextIndex += 1
            return unsafe chunk.record(nextIndex - 1)
        }
        if hasGivenFirst {
            guard let top = readers.first else { return nil }
            if try !top.reader.advance() {
                readers.swapAt(0, readers.count - 1)
                readers.removeLast()
            }
            sink(0)
        }
        hasGivenFirst = true
        return unsafe readers.first?.reader.record
    }

    /// A copy of the next record; nil at the end.
    func nextBytes() throws(IntegrityError) -> [UInt8]? {
        guard let record = try unsafe next() else { return nil }
        return unsafe Array(record)
    }

    private func sink(_ start: Int) {
        var index = start
        while true {
            var first = index
            for child in [2 * index + 1, 2 * index + 2] where child < readers.count && isInOrder(child, first) { first = child }
            if first == index { return }
            readers.swapAt(index, first)
            index = first
        }
    }

    private func isInOrder(_ left: Int, _ right: Int) -> Bool {
        let (first, second) = (readers[left], readers[right])
        if first.reader.key != second.reader.key { return first.reader.key < second.reader.key }
        let difference = unsafe order.compare(first.reader.record, second.reader.record)
        return difference == 0 ? first.number < second.number : difference < 0
    }
}
