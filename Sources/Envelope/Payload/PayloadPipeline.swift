/// What a pass over a payload does to one chunk.
protocol ChunkCoder: ~Copyable {
    /// Bytes of a full chunk before.
    static var inputByteCount: Int { get }

    /// Seals or opens a chunk in its slot.
    ///
    /// - Parameter isLast: whether the input ends with it.
    /// - Returns: the bytes of the chunk after, and what is wrong with the payload although these bytes are authentic.
    mutating func code(
        _ slot: UnsafeMutableRawBufferPointer, byteCount: Int, chunk: UInt64, isLast: Bool
    ) throws(EnvelopeError) -> CodedChunk
}

struct CodedChunk {
    let byteCount: Int
    /// To be thrown when the chunk is written.
    var defect: EnvelopeError?
}

/// The one place where payloads flow: read a unit, seal or open its chunks in place, write it.
struct PayloadPipeline<Coder: ChunkCoder & ~Copyable>: ~Copyable {
    private var coder: Coder
    private var unit = WorkUnit(chunkByteCount: Coder.inputByteCount)
    private let monitor: WorkMonitor

    init(_ coder: consuming Coder, _ monitor: WorkMonitor) {
        self.coder = coder
        self.monitor = monitor
    }

    /// Moves the whole payload. On a failure every authentic chunk before it is written.
    ///
    /// - Parameter beginning: bytes of the payload that are read already, at most one chunk.
    /// - Returns: the number of bytes written.
    mutating func run(
        beginning: ArraySlice<UInt8> = [], from input: borrowing OpenInput, to output: borrowing OpenOutput
    ) throws(EnvelopeError) -> UInt64 {
        unit.begin(with: beginning)
        var chunk: UInt64 = 0
        var total: UInt64 = 0
        while true {
            try monitor.check()
            try unit.fill(from: input, monitor)
            let (byteCounts, failure) = codeUnit(firstChunk: chunk)
            try unit.write(byteCounts: byteCounts, to: output, monitor)
            if let failure { throw failure }
            total += UInt64(byteCounts.reduce(0, +))
            monitor.didAdvance(total)
            if unit.isAtEnd { return total }
            chunk += UInt64(byteCounts.count)
            unit.advance()
        }
    }

    /// Codes the chunks of the unit up to the first failure, and tells how many bytes each of them now has.
    private mutating func codeUnit(firstChunk: UInt64) -> (byteCounts: [Int], failure: EnvelopeError?) {
        var byteCounts: [Int] = []
        byteCounts.reserveCapacity(WorkUnit.slotCount)
        let count = unit.filledSlotCount
        for index in 0..<count {
            do throws(EnvelopeError) {
                let coded = try unsafe coder.code(
                    unit.slot(index), byteCount: unit.filledByteCount(ofSlot: index), chunk: firstChunk + UInt64(index),
                    isLast: unit.isAtEnd && index == count - 1)
                byteCounts.append(coded.byteCount)
                if let defect = coded.defect { return (byteCounts, defect) }
            } catch {
                return (byteCounts, error)
            }
        }
        return (byteCounts, nil)
    }
}
