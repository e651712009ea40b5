import AgeFormat
import KeyStore
import Synchronization

/// An object of several payloads as one age file: each chunk is opened, and sealed again under the same file key and a nonce of its own.
final class ResealedBody: ObjectBody {
    private struct State: ~Copyable {
        var cipher: PayloadCipher
        /// One chunk, plaintext and then sealed.
        let buffer = SecretBuffer(byteCount: PayloadLayout.sealedChunkByteCount)
        /// The number of the next chunk.
        var chunk: UInt64 = 0
        /// What is to be given next: of the front, then of the buffer.
        var front: ArraySlice<UInt8>
        var ready: Range<Int> = 0..<0
    }

    let byteCount: UInt64?
    private let plaintext: PayloadBody
    private let plaintextByteCount: UInt64
    private let state: Mutex<State>

    /// - Parameters:
    ///   - header: Without the nonce.
    ///   - objectName: Stands for the object in errors.
    /// - Throws: `DamagedObject`, `isMissingBlob` among them; `EntityTooLarge` for more than 64 bits can count.
    init(
        header: [UInt8], _ segments: [PayloadSegment], fileKey: borrowing FileKey, folder: BlobFolder, objectName: String
    ) throws(ObjectStoreError) {
        let total = segments.reduce(0) { $0 + $1.byteCount }
        guard let sealed = PayloadLayout.sealedByteCount(plaintext: total) else { throw ObjectStoreError(.entityTooLarge) }
        let nonce = try [UInt8].random(PayloadLayout.nonceByteCount)
        let front = header + nonce
        plaintext = try PayloadBody(segments, range: 0..<total, fileKey: fileKey, folder: folder, objectName: objectName)
        plaintextByteCount = total
        byteCount = UInt64(front.count) + sealed
        state = Mutex(State(cipher: try fileKey.cipher(nonce: nonce), front: front[...]))
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) async throws(ObjectStoreError) -> Int {
        guard !buffer.isEmpty else { return 0 }
        return try state.withLock { state throws(ObjectStoreError) in
            if !state.front.isEmpty {
                let part = state.front.prefix(buffer.count)
                buffer.copyBytes(from: part)
                state.front = state.front.dropFirst(part.count)
                return part.count
            }
            if state.ready.isEmpty { try sealNext(&state) }
            let count = min(buffer.count, state.ready.count)
            let part = state.ready.lowerBound..<state.ready.lowerBound + count
            buffer.copyMemory(from: UnsafeRawBufferPointer(state.buffer[part]))
            state.ready = part.upperBound..<state.ready.upperBound
            return count
        }
    }

    /// Seals another chunk, if there is one.
    private func sealNext(_ state: inout State) throws(ObjectStoreError) {
        let chunkCount = PayloadLayout.chunkCount(plaintext: plaintextByteCount)
        guard state.chunk < chunkCount else { return }
        var filled = 0
        while filled < PayloadLayout.chunkByteCount {
            let count = try plaintext.readNow(into: state.buffer[filled..<PayloadLayout.chunkByteCount])
            guard count > 0 else { break }
            filled += count
        }
        do throws(KeyStoreError) {
            let isLast = state.chunk == chunkCount - 1
            let count = try state.cipher.seal(state.buffer.bytes, plaintextCount: filled, chunk: state.chunk, isLast: isLast)
            state.ready = 0..<count
            state.chunk += 1
        } catch {
            throw .cipher(error)
        }
    }
}
