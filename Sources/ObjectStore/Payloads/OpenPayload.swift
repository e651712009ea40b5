import AgeFormat
import KeyStore

/// A payload that is open for reading: its chunks are read and opened, some at a time.
struct OpenPayload: ~Copyable, Sendable {
    private let bytes: StoredBytes
    private let byteCount: UInt64
    private var cipher: PayloadCipher
    /// Chunk after chunk, each in a slot as large as its sealed form.
    private let buffer: SecretBuffer
    /// Chunks that are in the buffer, the first one in the first slot.
    private var loaded: Range<UInt64> = 0..<0
    /// One of them that is opened.
    private var opened: UInt64?
    /// Chunks that are worth reading.
    private let wanted: Range<UInt64>

    private static let maximumSlotCount: UInt64 = 8

    /// - Parameter range: The plaintext that will be read.
    /// - Throws: `DamagedObject` when the file is missing (`isMissingBlob`), or the sizes do not belong together.
    init(
        _ segment: PayloadSegment, range: Range<UInt64>, fileKey: borrowing FileKey, folder: BlobFolder, objectName: String
    ) throws(ObjectStoreError) {
        let bytes = try StoredBytes(segment.place, in: folder, objectName: objectName)
        guard let sealed = PayloadLayout.sealedByteCount(plaintext: segment.byteCount), bytes.byteCount >= bytes.chunksStart,
            bytes.byteCount - bytes.chunksStart == sealed
        else { throw .damaged(objectName, "its payload has not the size of \(segment.byteCount) bytes") }
        let cipher = try fileKey.cipher(nonce: bytes.readNonce())
        let size = UInt64(PayloadLayout.chunkByteCount)
        let first = min(range.lowerBound / size, PayloadLayout.chunkCount(plaintext: segment.byteCount) - 1)
        wanted = first..<max(first + 1, (range.upperBound + size - 1) / size)
        let slotCount = min(UInt64(wanted.count), Self.maximumSlotCount)
        buffer = SecretBuffer(byteCount: Int(min(slotCount * UInt64(PayloadLayout.sealedChunkByteCount), sealed)))
        self.cipher = cipher
        self.bytes = bytes
        byteCount = segment.byteCount
    }

    /// Copies plaintext, up to the end of a chunk.
    ///
    /// - Parameter position: In the payload, within the range that it was opened for.
    /// - Returns: How many bytes were copied.
    mutating func read(into target: UnsafeMutableRawBufferPointer, at position: UInt64, atMost limit: UInt64) throws(ObjectStoreError)
        -> Int
    {
        let (chunk, offset) = position.quotientAndRemainder(dividingBy: UInt64(PayloadLayout.chunkByteCount))
        let plaintext = try open(chunk)
        let count = min(target.count, plaintext.count - Int(offset), Int(min(limit, UInt64(target.count))))
        target.copyMemory(from: UnsafeRawBufferPointer(rebasing: plaintext[Int(offset)..<Int(offset) + count]))
        return count
    }

    /// Authenticates the end of an empty payload: that nothing belongs to it.
    mutating func requireEmpty() throws(ObjectStoreError) {
        _ = try open(0)
    }

    /// The plaintext of a chunk.
    private mutating func open(_ chunk: UInt64) throws(ObjectStoreError) -> UnsafeRawBufferPointer {
        if !loaded.contains(chunk) { try load(from: chunk) }
        let slot = slot(of: chunk)
        guard opened != chunk else { return UnsafeRawBufferPointer(rebasing: slot.dropLast(PayloadLayout.tagByteCount)) }
        let isLast = chunk == lastChunk
        if isLast { try bytes.requireEnd() }
        do throws(KeyStoreError) {
            let count = try cipher.open(slot, sealedCount: slot.count, chunk: chunk, isLast: isLast)
            opened = chunk
            return UnsafeRawBufferPointer(rebasing: slot[..<count])
        } catch {
            guard error.code == .invalidCiphertext else { throw .cipher(error) }
            throw .damaged(
                bytes.objectName,
                "chunk \(chunk) of its payload (from byte \(chunk * UInt64(PayloadLayout.chunkByteCount)) on) is not authentic")
        }
    }

    private var lastChunk: UInt64 { PayloadLayout.chunkCount(plaintext: byteCount) - 1 }

    /// Reads as many of the wanted chunks as there is room for.
    private mutating func load(from chunk: UInt64) throws(ObjectStoreError) {
        let end = min(chunk + Self.maximumSlotCount, max(wanted.upperBound, chunk + 1), lastChunk + 1)
        let position = chunk * UInt64(PayloadLayout.sealedChunkByteCount)
        let count = min(UInt64(buffer.bytes.count), (end - chunk) * UInt64(PayloadLayout.sealedChunkByteCount), sealedByteCount - position)
        (loaded, opened) = (0..<0, nil)
        try bytes.read(into: buffer[0..<Int(count)], at: bytes.chunksStart + position)
        loaded = chunk..<end
    }

    private var sealedByteCount: UInt64 { bytes.byteCount - bytes.chunksStart }

    private func slot(of chunk: UInt64) -> UnsafeMutableRawBufferPointer {
        let start = Int(chunk - loaded.lowerBound) * PayloadLayout.sealedChunkByteCount
        let count = min(UInt64(PayloadLayout.sealedChunkByteCount), sealedByteCount - chunk * UInt64(PayloadLayout.sealedChunkByteCount))
        return buffer[start..<start + Int(count)]
    }
}
