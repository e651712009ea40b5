/// Where the bytes of an age payload lie: `nonce(16) || chunk || chunk || …`, each chunk 64 KiB of plaintext and a tag of 16 bytes.
///
/// The last chunk may be shorter, but is empty only where the whole payload is. "Sealed" byte counts are those of
/// the chunks, without header and nonce. Format: [age v1](https://c2sp.org/age#payload).
public enum PayloadLayout {
    /// Plaintext bytes in a full chunk.
    public static let chunkByteCount = 65_536
    public static let tagByteCount = 16
    /// Bytes of a full chunk in the file.
    public static let sealedChunkByteCount = chunkByteCount + tagByteCount
    /// Bytes of the random nonce in front of the first chunk; the payload key is derived with it.
    public static let nonceByteCount = 16
    /// Bytes of the AEAD's nonce, different for each chunk.
    public static let chunkNonceByteCount = 12

    /// How many chunks hold this much plaintext: at least one.
    public static func chunkCount(plaintext: UInt64) -> UInt64 {
        let (full, rest) = plaintext.quotientAndRemainder(dividingBy: UInt64(chunkByteCount))
        return max(1, rest == 0 ? full : full + 1)
    }

    /// How many chunks these sealed bytes are, the last one perhaps cut short.
    public static func chunkCount(sealed: UInt64) -> UInt64 {
        let (full, rest) = sealed.quotientAndRemainder(dividingBy: UInt64(sealedChunkByteCount))
        return rest == 0 ? full : full + 1
    }

    /// Sealed bytes for this much plaintext, or nil when they are more than 64 bits can count.
    public static func sealedByteCount(plaintext: UInt64) -> UInt64? {
        let (sum, overflow) = plaintext.addingReportingOverflow(chunkCount(plaintext: plaintext) * UInt64(tagByteCount))
        return overflow ? nil : sum
    }

    /// Plaintext bytes in this many sealed bytes, or nil when no payload has that size (it was cut or added to).
    public static func plaintextByteCount(sealed: UInt64) -> UInt64? {
        let rest = sealed % UInt64(sealedChunkByteCount)
        let isWhole = sealed == UInt64(tagByteCount) || (sealed > 0 && (rest == 0 || rest > UInt64(tagByteCount)))
        return isWhole ? sealed - chunkCount(sealed: sealed) * UInt64(tagByteCount) : nil
    }

    /// The AEAD nonce of a chunk: its index as 11 bytes, big-endian, and 1 for the last chunk, else 0.
    public static func chunkNonce(index: UInt64, isLast: Bool) -> [UInt8] {
        var nonce = [UInt8](repeating: 0, count: chunkNonceByteCount)
        unsafe nonce.withUnsafeMutableBytes { buffer in
            unsafe writeChunkNonce(index: index, isLast: isLast, to: buffer)
        }
        return nonce
    }

    /// Writes `chunkNonce(index:isLast:)` into the first 12 bytes of a buffer, without an allocation.
    public static func writeChunkNonce(index: UInt64, isLast: Bool, to buffer: UnsafeMutableRawBufferPointer) {
        precondition(buffer.count >= chunkNonceByteCount)
        // Sound: the bytes 0..<12 are written, and the buffer has them. Of the counter's 11 bytes the upper 3 are always zero.
        unsafe buffer.storeBytes(of: 0, toByteOffset: 0, as: UInt32.self)
        unsafe buffer.storeBytes(of: index.bigEndian, toByteOffset: 3, as: UInt64.self)
        unsafe buffer.storeBytes(of: isLast ? 1 : 0, toByteOffset: 11, as: UInt8.self)
    }
}
