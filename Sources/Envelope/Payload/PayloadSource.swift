import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Hands the chunks of a payload out to workers, in units of some chunks.
protocol PayloadSource: Sendable {
    /// How many workers can have something to do.
    var unitCount: UInt64 { get }
    /// The most chunks in a unit.
    var slotCount: Int { get }

    /// Fills a worker's buffer with the next unit; nil when all are handed out.
    func next(into unit: inout WorkUnit) -> UnitPlace?
}

/// Where in a payload a unit is.
struct UnitPlace: Sendable {
    /// Units have consecutive numbers from 0, in the order of the payload.
    let number: UInt64
    let firstChunk: UInt64
    /// Whether the payload ends with it.
    let isAtEnd: Bool
    /// Why there is nothing in it.
    var failure: EnvelopeError?
}

/// A payload that is read from its beginning to its end: a pipe, or whatever has no size to plan with.
///
/// A unit is handed out when it is known whether more follows, because its last chunk depends on that.
final class StreamSource: PayloadSource {
    private struct State {
        /// Bytes that were read beyond the last unit.
        var ahead: ArraySlice<UInt8>
        var unitCount: UInt64 = 0
        var chunkCount: UInt64 = 0
        var isAtEnd = false
        /// To be told when the chunks before it are handed out.
        var failure: EnvelopeError?
    }

    private static let lookAheadByteCount = 4096

    private let reader: any ByteSource
    private let state: Mutex<State>

    /// - Parameter beginning: bytes of the payload that are read already.
    init(_ reader: any ByteSource, beginning: ArraySlice<UInt8> = []) {
        self.reader = reader
        state = Mutex(State(ahead: beginning))
    }

    var unitCount: UInt64 { .max }
    var slotCount: Int { WorkUnit.maximumSlotCount }

    func next(into unit: inout WorkUnit) -> UnitPlace? {
        state.withLock { state in
            guard !state.isAtEnd else { return nil }
            if state.failure == nil {
                do throws(EnvelopeError) {
                    try fill(&unit, &state)
                } catch {
                    state.failure = error
                    // Behind these something was read, so that none of them is the last.
                    unit.keep(chunkCount: max(0, unit.byteCount - 1) / (unit.capacity / unit.slotCount))
                }
            } else {
                unit.begin()
            }
            var place = UnitPlace(number: state.unitCount, firstChunk: state.chunkCount, isAtEnd: state.isAtEnd)
            if let failure = state.failure, unit.byteCount == 0 {
                state.isAtEnd = true
                place.failure = failure
            }
            state.unitCount += 1
            state.chunkCount += UInt64(unit.filledSlotCount)
            return place
        }
    }

    private func fill(_ unit: inout WorkUnit, _ state: inout State) throws(EnvelopeError) {
        let now = state.ahead.prefix(unit.capacity)
        unit.begin(with: now)
        state.ahead = state.ahead.dropFirst(now.count)
        guard state.ahead.isEmpty else { return }
        try unsafe unit.fill(upTo: unit.capacity) { buffers, _ throws(EnvelopeError) in try unsafe reader.read(into: buffers) }
        if unit.byteCount == unit.capacity { state.ahead = try lookAhead() }
        state.isAtEnd = state.ahead.isEmpty
    }

    private func lookAhead() throws(EnvelopeError) -> ArraySlice<UInt8> {
        try reader.readBlock(atMost: Self.lookAheadByteCount)
    }
}

/// A payload in a regular file: its size is known, and any part of it can be read by itself.
final class FileSource: PayloadSource {
    /// Which chunks are of interest.
    enum Selection: Sendable {
        case chunks(Range<UInt64>)
        /// So many chunks, one at random from each of as many equal parts of the payload.
        case sample(UInt64)
    }

    private let reader: InputReader
    private let start: UInt64
    private let byteCount: UInt64
    private let chunkByteCount: Int
    private let selection: Selection
    private let handedOutCount = Atomic<UInt64>(0)

    /// - Parameters:
    ///   - start: where in the file the first chunk is.
    ///   - byteCount: of all chunks together.
    ///   - chunkByteCount: of one full chunk.
    ///   - selection: nil for all of them.
    init(_ reader: InputReader, start: UInt64, byteCount: UInt64, chunkByteCount: Int, selection: Selection? = nil) {
        self.reader = reader
        self.start = start
        self.byteCount = byteCount
        self.chunkByteCount = chunkByteCount
        self.selection = selection ?? .chunks(0..<Self.chunkCount(byteCount, chunkByteCount))
    }

    /// The only chunk of an empty payload is empty.
    static func chunkCount(_ byteCount: UInt64, _ chunkByteCount: Int) -> UInt64 {
        max(1, byteCount / UInt64(chunkByteCount) + (byteCount % UInt64(chunkByteCount) == 0 ? 0 : 1))
    }

    var unitCount: UInt64 {
        switch selection {
        case .chunks(let chunks): (UInt64(chunks.count) + UInt64(slotCount) - 1) / UInt64(slotCount)
        case .sample(let count): count
        }
    }

    var slotCount: Int {
        switch selection {
        case .chunks(let chunks): max(1, min(chunks.count, WorkUnit.maximumSlotCount))
        case .sample: 1
        }
    }

    func next(into unit: inout WorkUnit) -> UnitPlace? {
        let number = handedOutCount.wrappingAdd(1, ordering: .relaxed).oldValue
        guard number < unitCount else { return nil }
        let chunks = chunks(ofUnit: number)
        let position = chunks.lowerBound * UInt64(chunkByteCount)
        let count = Int(min(UInt64(chunks.count * chunkByteCount), byteCount - position))
        var place = UnitPlace(number: number, firstChunk: chunks.lowerBound, isAtEnd: position + UInt64(count) == byteCount)
        do throws(EnvelopeError) {
            unit.begin()
            try unsafe unit.fill(upTo: count) { buffers, done throws(EnvelopeError) in
                try unsafe reader.read(into: buffers, at: start + position + UInt64(done))
            }
            guard unit.byteCount == count else {
                throw EnvelopeError(.inputChanged, "\(reader.name): has become shorter while it was read")
            }
        } catch {
            place.failure = error
        }
        return place
    }

    /// Where the n-th of `count` equal parts of `total` begins.
    private static func bound(_ number: UInt64, _ total: UInt64, _ count: UInt64) -> UInt64 {
        count.dividingFullWidth(number.multipliedFullWidth(by: total)).quotient
    }

    private func chunks(ofUnit number: UInt64) -> Range<UInt64> {
        switch selection {
        case .chunks(let chunks):
            let first = chunks.lowerBound + number * UInt64(slotCount)
            return first..<min(first + UInt64(slotCount), chunks.upperBound)
        case .sample(let count):
            let total = Self.chunkCount(byteCount, chunkByteCount)
            let part = Self.bound(number, total, count)..<Self.bound(number + 1, total, count)
            let chunk = UInt64.random(in: part)
            return chunk..<chunk + 1
        }
    }
}
