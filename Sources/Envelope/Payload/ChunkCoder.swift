/// What a pass over a payload does to one chunk. Each worker has its own.
protocol ChunkCoder: ~Copyable, Sendable, SendableMetatype {
    /// Bytes of a full chunk before.
    static var inputByteCount: Int { get }
    /// Bytes of a full chunk after.
    static var outputByteCount: Int { get }

    /// Another one that does the same, for another thread.
    borrowing func copy() throws(EnvelopeError) -> Self

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
