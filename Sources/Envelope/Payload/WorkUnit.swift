import AgeFormat

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The one buffer of a pass over a payload: eight chunks, which are read, sealed or opened in place, and written.
///
/// Each chunk has a slot with room for its sealed form, so that a tag finds its place behind the plaintext:
///
///     | 65536 plaintext | 16 tag | 65536 plaintext | 16 tag | … | look-ahead |
///
/// Sealed chunks lie there as they do in the file, without gaps; plaintext is gathered from and scattered to the slots by `readv` and
/// `writev`. No byte of the payload is copied, but for the look-ahead: what was read beyond the last slot shows that more
/// chunks follow, and moves to the front of the next unit.
@safe struct WorkUnit: ~Copyable {
    /// Half a MiB in all: fits the second-level cache, and makes system calls few.
    static let slotCount = 8
    static let slotByteCount = PayloadLayout.sealedChunkByteCount
    static let lookAheadByteCount = 4096
    private static let pageByteCount = 4096

    /// Bytes that are read into each slot: of plaintext for sealing, sealed ones for opening.
    private let chunkByteCount: Int
    private let buffer: UnsafeMutableRawBufferPointer
    private let vectors: UnsafeMutableBufferPointer<iovec>
    /// Bytes that were read, look-ahead included.
    private var byteCount = 0
    /// Whether the input ended with them.
    private(set) var isAtEnd = false

    init(chunkByteCount: Int) {
        precondition(chunkByteCount <= Self.slotByteCount && Self.lookAheadByteCount <= chunkByteCount)
        self.chunkByteCount = chunkByteCount
        unsafe buffer = .allocate(byteCount: Self.slotCount * Self.slotByteCount + Self.lookAheadByteCount, alignment: Self.pageByteCount)
        unsafe vectors = .allocate(capacity: Self.slotCount + 1)
        unsafe vectors.initialize(repeating: iovec(iov_base: nil, iov_len: 0))
    }

    deinit {
        // Plaintext was in it. A store to memory that is about to be freed would be optimized away.
        if let start = unsafe buffer.baseAddress { unsafe explicit_bzero(start, buffer.count) }
        unsafe buffer.deallocate()
        unsafe vectors.deallocate()
    }

    private var capacity: Int { Self.slotCount * chunkByteCount }

    /// How many slots are filled. The only chunk of an empty input is empty.
    var filledSlotCount: Int { max(1, (min(byteCount, capacity) + chunkByteCount - 1) / chunkByteCount) }

    /// How many bytes were read into a slot.
    func filledByteCount(ofSlot index: Int) -> Int { max(0, min(byteCount - index * chunkByteCount, chunkByteCount)) }

    /// A slot, with the room for a tag.
    func slot(_ index: Int) -> UnsafeMutableRawBufferPointer {
        precondition(index >= 0 && index < Self.slotCount)
        return unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[index * Self.slotByteCount..<(index + 1) * Self.slotByteCount])
    }

    /// Starts with bytes that were read before: what came together with the header.
    mutating func begin(with bytes: ArraySlice<UInt8>) {
        precondition(byteCount == 0 && bytes.count <= chunkByteCount)
        unsafe slot(0).copyBytes(from: bytes)
        byteCount = bytes.count
    }

    /// Reads until all slots are full and it is known whether more follows.
    mutating func fill(from input: borrowing OpenInput, _ monitor: WorkMonitor) throws(EnvelopeError) {
        while byteCount <= capacity {
            let count = try unsafe input.read(into: vectorsForReading(), monitor)
            guard count > 0 else {
                isAtEnd = true
                return
            }
            byteCount += count
        }
    }

    /// Forgets the slots, and takes the look-ahead for the first bytes of the next unit.
    mutating func advance() {
        precondition(!isAtEnd && byteCount > capacity)
        let count = byteCount - capacity
        unsafe slot(0).copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[lookAheadStart..<lookAheadStart + count]))
        byteCount = count
    }

    /// Writes the first slots, each with a number of bytes.
    func write(byteCounts: some Collection<Int>, to output: borrowing OpenOutput, _ monitor: WorkMonitor) throws(EnvelopeError) {
        var count = 0
        for (index, byteCount) in byteCounts.enumerated() {
            let start = unsafe slot(index).baseAddress
            if count > 0, unsafe vectors[count - 1].iov_base?.advanced(by: vectors[count - 1].iov_len) == start {
                unsafe vectors[count - 1].iov_len += byteCount
            } else {
                unsafe vectors[count] = unsafe iovec(iov_base: start, iov_len: byteCount)
                count += 1
            }
        }
        try unsafe output.write(UnsafeMutableBufferPointer(rebasing: vectors[..<count]), monitor)
    }

    private var lookAheadStart: Int { Self.slotCount * Self.slotByteCount }

    /// What of the buffer is still to be read into.
    private func vectorsForReading() -> UnsafeBufferPointer<iovec> {
        var count = 0
        var position = byteCount
        while position < capacity {
            let (index, offset) = position.quotientAndRemainder(dividingBy: chunkByteCount)
            unsafe vectors[count] = unsafe iovec(iov_base: slot(index).baseAddress?.advanced(by: offset), iov_len: chunkByteCount - offset)
            count += 1
            position += chunkByteCount - offset
        }
        let offset = position - capacity
        unsafe vectors[count] = unsafe iovec(
            iov_base: buffer.baseAddress?.advanced(by: lookAheadStart + offset), iov_len: Self.lookAheadByteCount - offset)
        return unsafe UnsafeBufferPointer(rebasing: vectors[...count])
    }
}
