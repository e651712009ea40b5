import AgeFormat
import KeyStore

/// Seals chunk after chunk.
struct PayloadSealer: ChunkCoder, ~Copyable {
    static var inputByteCount: Int { PayloadLayout.chunkByteCount }

    private var cipher: PayloadCipher

    init(_ cipher: consuming PayloadCipher) {
        self.cipher = cipher
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
