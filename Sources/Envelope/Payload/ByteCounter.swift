import AgeFormat

/// Leaves chunks as they are: a pass that only counts them.
struct ByteCounter: ChunkCoder {
    static var inputByteCount: Int { PayloadLayout.sealedChunkByteCount }

    mutating func code(_ slot: UnsafeMutableRawBufferPointer, byteCount: Int, chunk: UInt64, isLast: Bool) -> CodedChunk {
        CodedChunk(byteCount: byteCount)
    }
}
