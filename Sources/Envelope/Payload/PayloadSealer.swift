import AgeFormat
import KeyStore

/// Seals chunk after chunk.
struct PayloadSealer: ChunkCoder, ~Copyable {
    static var inputByteCount: Int { PayloadLayout.chunkByteCount }
    static var outputByteCount: Int { PayloadLayout.sealedChunkByteCount }

    private var cipher: PayloadCipher

    init(_ cipher: consuming PayloadCipher) {
        self.cipher = cipher
    }

    borrowing func copy() throws(EnvelopeError) -> PayloadSealer {
        PayloadSealer(try cipher.copy(while: "preparing a worker"))
    }

    mutating func code(
        _ slot: UnsafeMutableRawBufferPointer, byteCount: Int, chunk: UInt64, isLast: Bool
    ) throws(EnvelopeError) -> CodedChunk {
        do throws(KeyStoreError) {
            return CodedChunk(byteCount: try unsafe cipher.seal(slot, plaintextCount: byteCount, chunk: chunk, isLast: isLast))
        } catch {
            throw EnvelopeError(error, while: "sealing chunk \(chunk)")
        }
    }
}

extension PayloadCipher {
    borrowing func copy(while what: String) throws(EnvelopeError) -> PayloadCipher {
        do {
            return try copy()
        } catch {
            throw EnvelopeError(error, while: what)
        }
    }
}
