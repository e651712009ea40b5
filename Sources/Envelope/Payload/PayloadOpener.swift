import AgeFormat
import KeyStore

/// Opens chunk after chunk, and tells a payload that is whole from one that was cut, added to, reordered or changed.
///
/// A chunk says whether it is the last. Where that is not what the end of the input says, the chunk is nevertheless
/// authentic and is released before the error, as age does: a reader of a stream has got all that was there.
struct PayloadOpener: ChunkCoder, ~Copyable {
    static var inputByteCount: Int { PayloadLayout.sealedChunkByteCount }
    static var outputByteCount: Int { PayloadLayout.chunkByteCount }

    private let name: String
    private var cipher: PayloadCipher

    init(_ cipher: consuming PayloadCipher, name: String) {
        self.cipher = cipher
        self.name = name
    }

    borrowing func copy() throws(EnvelopeError) -> PayloadOpener {
        PayloadOpener(try cipher.copy(while: "preparing a worker"), name: name)
    }

    mutating func code(
        _ slot: UnsafeMutableRawBufferPointer, byteCount: Int, chunk: UInt64, isLast: Bool
    ) throws(EnvelopeError) -> CodedChunk {
        guard byteCount >= PayloadLayout.tagByteCount else {
            throw EnvelopeError(.truncated, "\(name): is cut off: it ends inside chunk \(chunk) of its payload")
        }
        guard byteCount > PayloadLayout.tagByteCount || chunk == 0 else {
            throw EnvelopeError(.damagedPayload, "\(name): is damaged: its last chunk is empty")
        }
        let isFull = byteCount == PayloadLayout.sealedChunkByteCount
        if let count = try unsafe open(slot, byteCount, chunk, isLast: isLast) { return CodedChunk(byteCount: count) }
        if isFull, let count = try unsafe open(slot, byteCount, chunk, isLast: !isLast) {
            return CodedChunk(byteCount: count, defect: isLast ? truncated(after: chunk) : trailingData(after: chunk))
        }
        throw EnvelopeError(
            .damagedPayload,
            "\(name): is damaged: chunk \(chunk) of its payload is not authentic\(isLast ? " (changed, or the file is cut off)" : "")")
    }

    /// The number of plaintext bytes, or nil when the chunk is not authentic.
    private mutating func open(
        _ slot: UnsafeMutableRawBufferPointer, _ byteCount: Int, _ chunk: UInt64, isLast: Bool
    ) throws(EnvelopeError) -> Int? {
        do throws(KeyStoreError) {
            return try unsafe cipher.open(slot, sealedCount: byteCount, chunk: chunk, isLast: isLast)
        } catch {
            guard error.code == .invalidCiphertext else { throw EnvelopeError(error, while: "\(name): opening chunk \(chunk)") }
            return nil
        }
    }

    private func truncated(after chunk: UInt64) -> EnvelopeError {
        EnvelopeError(.truncated, "\(name): is cut off: more must follow chunk \(chunk) of its payload")
    }

    private func trailingData(after chunk: UInt64) -> EnvelopeError {
        EnvelopeError(.trailingData, "\(name): something follows chunk \(chunk) of its payload, which is the last")
    }
}
