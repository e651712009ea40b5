import AgeFormat

/// Leaves chunks as they are: a pass that only counts them.
struct ByteCounter: ChunkCoder {
    static var inputByteCount: Int { PayloadLayout.sealedChunkByteCount }
    static var outputByteCount: Int { PayloadLayout.sealedChunkByteCount }

    func copy() -> ByteCounter { self }

    mutating func code(_ slot: UnsafeMutableRawBufferPointer, byteCount: Int, chunk: UInt64, isLast: Bool) -> CodedChunk {
        CodedChunk(byteCount: byteCount)
    }
}
