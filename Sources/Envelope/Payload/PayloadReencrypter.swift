import AgeFormat
import KeyStore

/// Opens each chunk with the old key and seals it with the new one in the same place: plaintext exists for one chunk at a time.
struct PayloadReencrypter: ChunkCoder, ~Copyable {
    static var inputByteCount: Int { PayloadLayout.sealedChunkByteCount }
    static var outputByteCount: Int { PayloadLayout.sealedChunkByteCount }

    private var opener: PayloadOpener
    private var sealer: PayloadSealer

    init(from opener: consuming PayloadOpener, to sealer: consuming PayloadSealer) {
        self.opener = opener
        self.sealer = sealer
    }

    borrowing func copy() throws(EnvelopeError) -> PayloadReencrypter {
        PayloadReencrypter(from: try opener.copy(), to: try sealer.copy())
    }

    mutating func code(
        _ slot: UnsafeMutableRawBufferPointer, byteCount: Int, chunk: UInt64, isLast: Bool
    ) throws(EnvelopeError) -> CodedChunk {
        let opened = try unsafe opener.code(slot, byteCount: byteCount, chunk: chunk, isLast: isLast)
        // What is authentic but not whole is not made into something that looks whole.
        if let defect = opened.defect { throw defect }
        return try unsafe sealer.code(slot, byteCount: opened.byteCount, chunk: chunk, isLast: isLast)
    }
}
