import Dispatch

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The one place where payloads flow: a worker takes a unit, seals or opens its chunks in place, writes it, and takes the next.
///
/// There is a worker for each core. In a regular file they write where their unit belongs; to a stream they write in turn.
struct PayloadPipeline<Coder: ChunkCoder & ~Copyable>: ~Copyable, Sendable {
    private let coder: Coder
    private let monitor: WorkMonitor

    init(_ coder: consuming Coder, _ monitor: WorkMonitor) {
        self.coder = coder
        self.monitor = monitor
    }

    /// Moves chunks from a source to an output. On a failure every authentic chunk before it is written, and to a stream none
    /// behind it.
    ///
    /// - Parameters:
    ///   - start: where in an output file the first byte goes.
    ///   - window: which bytes of what the whole payload becomes are written; nil for all.
    /// - Returns: the number of bytes written.
    func run(
        from source: some PayloadSource, to output: borrowing OpenOutput, at start: UInt64 = 0, window: Range<UInt64>? = nil
    ) throws(EnvelopeError) -> UInt64 {
        let pass = PayloadPass(monitor)
        let window = window ?? 0..<UInt64.max
        let workerCount = Int(min(UInt64(Processors.count), source.unitCount))
        if workerCount > 1 {
            DispatchQueue.concurrentPerform(iterations: workerCount) { _ in work(source, output, pass, start, window) }
        } else {
            work(source, output, pass, start, window)
        }
        return try pass.result()
    }

    /// Moves chunks into memory, on the calling thread, until the window is full.
    ///
    /// - Parameters:
    ///   - window: which bytes of what the whole payload becomes.
    ///   - buffer: has room for the window.
    ///   - isSecret: whether to keep the chunks out of swap space and dumps.
    /// - Returns: the number of bytes.
    func read(
        _ window: Range<UInt64>, from source: some PayloadSource, into buffer: UnsafeMutableRawBufferPointer, isSecret: Bool = false
    ) throws(EnvelopeError) -> Int {
        precondition(window.upperBound - window.lowerBound <= UInt64(buffer.count))
        var unit = WorkUnit(chunkByteCount: Coder.inputByteCount, slotCount: source.slotCount, isSecret: isSecret)
        var coder = try coder.copy()
        var count = 0
        while count < window.upperBound - window.lowerBound, let place = source.next(into: &unit) {
            if let failure = place.failure { throw failure }
            let coded = Self.code(&unit, place, &coder, monitor)
            if let failure = coded.failure { throw failure }
            for (index, range) in coded.ranges(from: place.firstChunk * UInt64(Coder.outputByteCount), within: window).enumerated() {
                let bytes = unsafe UnsafeRawBufferPointer(rebasing: unit.slot(index)[range])
                unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[count...]).copyMemory(from: bytes)
                count += range.count
            }
        }
        return count
    }

    /// What one worker does, until there is nothing left to do.
    private func work(
        _ source: some PayloadSource, _ output: borrowing OpenOutput, _ pass: PayloadPass, _ start: UInt64, _ window: Range<UInt64>
    ) {
        guard pass.goesOn else { return }
        var unit = WorkUnit(chunkByteCount: Coder.inputByteCount, slotCount: source.slotCount)
        let own: Coder
        do throws(EnvelopeError) {
            own = try coder.copy()
        } catch {
            return pass.finish(0, byteCount: 0, failure: error)
        }
        var coder = own
        while pass.goesOn, let place = source.next(into: &unit) {
            let coded = place.failure.map { CodedUnit(failure: $0) } ?? Self.code(&unit, place, &coder, monitor)
            if !output.isPositioned, !pass.waitForTurn(of: place.number) { return }
            let (byteCount, failure) = Self.write(coded, of: unit, place, to: output, start, window, monitor)
            pass.finish(place.number, byteCount: byteCount, failure: failure)
        }
    }

    /// Codes the chunks of the unit up to the first failure.
    private static func code(
        _ unit: inout WorkUnit, _ place: UnitPlace, _ coder: inout Coder, _ monitor: WorkMonitor
    ) -> CodedUnit {
        var coded = CodedUnit()
        let count = unit.filledSlotCount
        do throws(EnvelopeError) {
            try monitor.check()
            for index in 0..<count {
                let chunk = try unsafe coder.code(
                    unit.slot(index), byteCount: unit.filledByteCount(ofSlot: index), chunk: place.firstChunk + UInt64(index),
                    isLast: place.isAtEnd && index == count - 1)
                coded.byteCounts.append(chunk.byteCount)
                if let defect = chunk.defect { throw defect }
            }
        } catch {
            coded.failure = error
        }
        return coded
    }

    private static func write(
        _ coded: CodedUnit, of unit: borrowing WorkUnit, _ place: UnitPlace, to output: borrowing OpenOutput, _ start: UInt64,
        _ window: Range<UInt64>, _ monitor: WorkMonitor
    ) -> (byteCount: Int, failure: EnvelopeError?) {
        let position = place.firstChunk * UInt64(Coder.outputByteCount)
        let ranges = coded.ranges(from: position, within: window)
        let offset = start + max(position, window.lowerBound) - window.lowerBound
        do throws(EnvelopeError) {
            try output.write(unit, ranges, at: offset, monitor)
            return (ranges.reduce(0) { $0 + $1.count }, coded.failure)
        } catch {
            return (0, error)
        }
    }
}

/// What became of a unit.
private struct CodedUnit {
    /// Of each chunk up to the first failure.
    var byteCounts: [Int] = []
    var failure: EnvelopeError?

    init(failure: EnvelopeError? = nil) {
        self.failure = failure
        byteCounts.reserveCapacity(WorkUnit.maximumSlotCount)
    }

    /// Which bytes of each slot are written.
    /// - Parameter position: where the first slot's first byte is in what the whole payload becomes.
    func ranges(from position: UInt64, within window: Range<UInt64>) -> [Range<Int>] {
        var position = position
        return byteCounts.map { count in
            let bytes = (position..<position + UInt64(count)).clamped(to: window)
            defer { position += UInt64(count) }
            return bytes.isEmpty ? 0..<0 : Int(bytes.lowerBound - position)..<Int(bytes.upperBound - position)
        }
    }
}

/// How many threads can work at once.
package enum Processors {
    /// More would share the same memory bandwidth.
    private static let maximumCount = 8

    package static let count = max(1, min(maximumCount, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))))
}
