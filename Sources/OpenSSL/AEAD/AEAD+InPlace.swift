/// The hot path of streaming: no allocation, no copy, no associated data.
extension AEAD {
    /// Seals where the plaintext lies.
    /// - Parameters:
    ///   - buffer: begins with the plaintext and has room for the tag behind it.
    ///   - plaintextCount: the length of the plaintext in bytes.
    ///   - nonce: `AEADAlgorithm.nonceByteCount` bytes, never used before under this key.
    /// - Returns: the length of ciphertext and tag, `plaintextCount` + 16.
    public mutating func sealInPlace(
        _ buffer: UnsafeMutableRawBufferPointer, plaintextCount: Int, nonce: UnsafeRawBufferPointer
    ) throws(OpenSSLError) -> Int {
        let sealedCount = plaintextCount + AEADAlgorithm.tagByteCount
        try algorithm.sealOperation.require(
            plaintextCount >= 0 && plaintextCount <= Self.maximumMessageByteCount && sealedCount <= buffer.count,
            "\(plaintextCount) bytes and a tag do not fit into \(buffer.count) bytes")
        let plaintext = unsafe UnsafeRawBufferPointer(rebasing: buffer.prefix(plaintextCount))
        try unsafe seal(plaintext, into: buffer, nonce: nonce, authenticating: UnsafeRawBufferPointer(start: nil, count: 0))
        return sealedCount
    }

    /// Opens where the ciphertext lies. If the authentication fails, the buffer holds what it held before, so that
    /// another nonce can be tried.
    /// - Parameters:
    ///   - buffer: begins with the ciphertext and the tag.
    ///   - sealedCount: the length of both in bytes.
    /// - Returns: the length of the plaintext, `sealedCount` - 16.
    public mutating func openInPlace(
        _ buffer: UnsafeMutableRawBufferPointer, sealedCount: Int, nonce: UnsafeRawBufferPointer
    ) throws(OpenSSLError) -> Int {
        let plaintextCount = sealedCount - AEADAlgorithm.tagByteCount
        try algorithm.openOperation.require(
            sealedCount >= 0 && sealedCount <= buffer.count && plaintextCount <= Self.maximumMessageByteCount,
            "\(sealedCount) bytes are not in a buffer of \(buffer.count) bytes")
        try algorithm.openOperation.require(plaintextCount >= 0, "shorter than a tag", code: .authenticationFailed)
        let sealed = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer.prefix(sealedCount))
        let plaintext = unsafe UnsafeMutableRawBufferPointer(rebasing: sealed.prefix(plaintextCount))
        let noData = unsafe UnsafeRawBufferPointer(start: nil, count: 0)
        do {
            try unsafe attemptToOpen(UnsafeRawBufferPointer(sealed), into: plaintext, nonce: nonce, authenticating: noData)
            return plaintextCount
        } catch {
            if error.code == .authenticationFailed {
                try unsafe restore(sealed, plaintextCount: plaintextCount, nonce: nonce)
            } else {
                unsafe sealed.initializeMemory(as: UInt8.self, repeating: 0)
            }
            throw error
        }
    }

    /// Makes ciphertext again of what a failed opening has left. Both directions XOR the same key stream; only the tag, which was
    /// not written to, has to be kept from being replaced by the right one for these bytes.
    private mutating func restore(
        _ sealed: UnsafeMutableRawBufferPointer, plaintextCount: Int, nonce: UnsafeRawBufferPointer
    ) throws(OpenSSLError) {
        let tag = unsafe sealed.loadUnaligned(fromByteOffset: plaintextCount, as: (UInt64, UInt64).self)
        do {
            _ = try unsafe sealInPlace(sealed, plaintextCount: plaintextCount, nonce: nonce)
        } catch {
            unsafe sealed.initializeMemory(as: UInt8.self, repeating: 0)
            throw error
        }
        unsafe sealed.storeBytes(of: tag, toByteOffset: plaintextCount, as: (UInt64, UInt64).self)
    }
}
