import AgeFormat
import KeyStore

/// Up to eight chunks of a blob that is being written: filled from the body, sealed where they lie, and written at once.
///
/// Each chunk has a slot with room for its tag, so that sealed chunks lie as they do in the file, without gaps:
///
///     | 65536 plaintext | 16 tag | 65536 plaintext | 16 tag | …
///
/// `@unchecked Sendable`: it has one owner at a time. Who reads the body fills it and gives it to one task, which seals it and
/// gives it back when it ends.
final class SealingUnit: @unchecked Sendable {
    /// Half a MiB in all: fits the second-level cache, and makes system calls few.
    static let maximumSlotCount = 8
    private static let slotByteCount = PayloadLayout.sealedChunkByteCount

    private let buffer: SecretBuffer
    private let slotCount: Int
    private var cipher: PayloadCipher
    /// Bytes of plaintext in it.
    private(set) var byteCount = 0
    private var firstChunk: UInt64 = 0

    init(slotCount: Int, cipher: borrowing PayloadCipher) throws(ObjectStoreError) {
        do throws(KeyStoreError) {
            self.cipher = try cipher.copy()
        } catch {
            throw .cipher(error)
        }
        self.slotCount = slotCount
        buffer = SecretBuffer(byteCount: slotCount * Self.slotByteCount)
    }

    var isFull: Bool { byteCount == slotCount * PayloadLayout.chunkByteCount }
    /// The only chunk of an empty payload is empty.
    var chunkCount: Int { max(1, (byteCount + PayloadLayout.chunkByteCount - 1) / PayloadLayout.chunkByteCount) }

    /// Fills it with the next bytes of a body, until it is full or the body ends.
    /// - Parameter beginning: Bytes of the body that were read before; not more than a chunk.
    func fill(
        from reader: inout BodyReader, chunk: UInt64, beginning: UnsafeRawBufferPointer = UnsafeRawBufferPointer(start: nil, count: 0)
    ) async throws(ObjectStoreError) {
        firstChunk = chunk
        byteCount = beginning.count
        slot(0).copyMemory(from: beginning)
        for index in 0..<slotCount {
            let filled = index == 0 ? beginning.count : 0
            let room = UnsafeMutableRawBufferPointer(rebasing: slot(index)[filled..<PayloadLayout.chunkByteCount])
            let count = try await reader.fill(room)
            byteCount += count
            guard count == room.count else { return }
        }
    }

    /// Seals and writes the chunks.
    /// - Parameters:
    ///   - isLast: Whether the payload ends with them.
    ///   - start: Where in the file the first chunk of the payload is.
    /// - Returns: How many bytes were written.
    @discardableResult
    func seal(isLast: Bool, to blob: NewBlob, payloadStart start: UInt64) throws(ObjectStoreError) -> Int {
        var sealedByteCount = 0
        do throws(KeyStoreError) {
            for index in 0..<chunkCount {
                let count = min(byteCount - index * PayloadLayout.chunkByteCount, PayloadLayout.chunkByteCount)
                sealedByteCount += try cipher.seal(
                    slot(index), plaintextCount: count, chunk: firstChunk + UInt64(index), isLast: isLast && index == chunkCount - 1)
            }
        } catch {
            throw .cipher(error)
        }
        try blob.write(UnsafeRawBufferPointer(buffer[0..<sealedByteCount]), at: start + firstChunk * UInt64(Self.slotByteCount))
        return sealedByteCount
    }

    private func slot(_ index: Int) -> UnsafeMutableRawBufferPointer {
        buffer[index * Self.slotByteCount..<(index + 1) * Self.slotByteCount]
    }
}
