import AgeFormat

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A worker's buffer: up to eight chunks, which are read, sealed or opened in place, and written.
///
/// Each chunk has a slot with room for its sealed form, so that a tag finds its place behind the plaintext:
///
///     | 65536 plaintext | 16 tag | 65536 plaintext | 16 tag | …
///
/// Sealed chunks lie there as they do in the file, without gaps; plaintext is gathered from and scattered to the slots by the vectored
/// calls. No byte of the payload is copied.
@safe struct WorkUnit: ~Copyable {
    /// Half a MiB in all: fits the second-level cache, and makes system calls few.
    static let maximumSlotCount = 8
    static let slotByteCount = PayloadLayout.sealedChunkByteCount
    private static let pageByteCount = 4096

    /// Bytes that are read into each slot: of plaintext for sealing, sealed ones for opening.
    private let chunkByteCount: Int
    let slotCount: Int
    private let isSecret: Bool
    private let buffer: UnsafeMutableRawBufferPointer
    private let vectors: UnsafeMutableBufferPointer<iovec>
    /// Bytes that were read.
    private(set) var byteCount = 0

    /// - Parameters:
    ///   - slotCount: fewer than the most for a payload of few chunks.
    ///   - isSecret: whether to keep the buffer out of swap space and dumps, as far as the system lets us.
    init(chunkByteCount: Int, slotCount: Int = maximumSlotCount, isSecret: Bool = false) {
        precondition(chunkByteCount <= Self.slotByteCount && slotCount > 0 && slotCount <= Self.maximumSlotCount)
        self.chunkByteCount = chunkByteCount
        self.slotCount = slotCount
        self.isSecret = isSecret
        unsafe buffer = .allocate(byteCount: slotCount * Self.slotByteCount, alignment: Self.pageByteCount)
        unsafe vectors = .allocate(capacity: slotCount)
        unsafe vectors.initialize(repeating: iovec(iov_base: nil, iov_len: 0))
        if isSecret {
            unsafe mlock(buffer.baseAddress, buffer.count)
            #if os(Linux)
                unsafe madvise(buffer.baseAddress, buffer.count, MADV_DONTDUMP)
            #endif
        }
    }

    deinit {
        // Plaintext was in it. A store to memory that is about to be freed would be optimized away.
        if let start = unsafe buffer.baseAddress {
            unsafe explicit_bzero(start, buffer.count)
            if isSecret { unsafe munlock(start, buffer.count) }
        }
        unsafe buffer.deallocate()
        unsafe vectors.deallocate()
    }

    /// Bytes that can be read into it.
    var capacity: Int { slotCount * chunkByteCount }
    /// How many slots are filled. The only chunk of an empty input is empty.
    var filledSlotCount: Int { max(1, (byteCount + chunkByteCount - 1) / chunkByteCount) }

    /// How many bytes were read into a slot.
    func filledByteCount(ofSlot index: Int) -> Int { max(0, min(byteCount - index * chunkByteCount, chunkByteCount)) }

    /// A slot, with the room for a tag.
    func slot(_ index: Int) -> UnsafeMutableRawBufferPointer {
        precondition(index >= 0 && index < slotCount)
        return unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[index * Self.slotByteCount..<(index + 1) * Self.slotByteCount])
    }

    // MARK: Reading

    /// Starts anew, with bytes that were read before.
    mutating func begin(with bytes: ArraySlice<UInt8> = []) {
        precondition(bytes.count <= capacity)
        var rest = bytes
        for index in 0..<slotCount where !rest.isEmpty {
            let part = rest.prefix(chunkByteCount)
            unsafe slot(index).copyBytes(from: part)
            rest = rest.dropFirst(part.count)
        }
        byteCount = bytes.count
    }

    /// Forgets what was read behind so many full chunks.
    mutating func keep(chunkCount: Int) {
        byteCount = min(byteCount, chunkCount * chunkByteCount)
    }

    /// Reads until so many bytes are there; fewer where the input ends.
    /// - Parameter read: fills buffers in turn, and is told how many bytes were read before; gives 0 at the end.
    mutating func fill(
        upTo limit: Int, _ read: (UnsafeBufferPointer<iovec>, _ byteCount: Int) throws(EnvelopeError) -> Int
    ) throws(EnvelopeError) {
        precondition(limit <= capacity)
        while byteCount < limit {
            let count = try unsafe read(vectorsForReading(upTo: limit), byteCount)
            guard count > 0 else { return }
            precondition(count <= limit - byteCount)
            byteCount += count
        }
    }

    /// What of the buffer is still to be read into.
    private func vectorsForReading(upTo limit: Int) -> UnsafeBufferPointer<iovec> {
        var count = 0
        var position = byteCount
        while position < limit {
            let (index, offset) = position.quotientAndRemainder(dividingBy: chunkByteCount)
            let length = min(chunkByteCount - offset, limit - position)
            unsafe vectors[count] = unsafe iovec(iov_base: slot(index).baseAddress?.advanced(by: offset), iov_len: length)
            count += 1
            position += length
        }
        return unsafe UnsafeBufferPointer(rebasing: vectors[..<count])
    }

    // MARK: Writing

    /// The vectors that gather a range of bytes from each of the slots, in order.
    func vectorsForWriting(_ ranges: ArraySlice<Range<Int>>) -> UnsafeMutableBufferPointer<iovec> {
        var count = 0
        for (index, range) in zip(ranges.indices, ranges) where !range.isEmpty {
            let start = unsafe slot(index).baseAddress?.advanced(by: range.lowerBound)
            if count > 0, unsafe vectors[count - 1].iov_base?.advanced(by: vectors[count - 1].iov_len) == start {
                // Not `+=`, at which the compiler's pass for the thread sanitizer breaks (Swift 6.3).
                unsafe vectors[count - 1].iov_len = vectors[count - 1].iov_len + range.count
            } else {
                unsafe vectors[count] = unsafe iovec(iov_base: start, iov_len: range.count)
                count += 1
            }
        }
        return unsafe UnsafeMutableBufferPointer(rebasing: vectors[..<count])
    }

    /// Whether these bytes of a slot are zeros, and could be a hole in a file.
    func isZero(_ index: Int, _ range: Range<Int>) -> Bool {
        let bytes = unsafe UnsafeRawBufferPointer(rebasing: slot(index)[range])
        guard unsafe !bytes.isEmpty, let start = bytes.baseAddress, unsafe bytes[0] == 0 else { return false }
        // All bytes are zero if the first is, and each is what the one before it is.
        return unsafe memcmp(start, start.advanced(by: 1), bytes.count - 1) == 0
    }
}
