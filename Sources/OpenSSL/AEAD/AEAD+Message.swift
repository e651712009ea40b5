import COpenSSL

/// One message through the context: nonce, associated data, text, tag. Output and input may be the same memory.
extension AEAD {
    /// - Parameter output: at least as long as the plaintext and a tag.
    mutating func seal(
        _ plaintext: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer, nonce: UnsafeRawBufferPointer,
        authenticating associated: UnsafeRawBufferPointer
    ) throws(OpenSSLError) {
        let operation = algorithm.sealOperation
        let tag = unsafe UnsafeMutableRawBufferPointer(rebasing: output.dropFirst(plaintext.count).prefix(AEADAlgorithm.tagByteCount))
        try unsafe begin(operation, nonce: nonce, authenticating: associated, sealing: true)
        try unsafe update(operation, plaintext, into: output)
        var written: Int32 = 0
        try unsafe operation.check(EVP_CipherFinal_ex(context.pointer, tag.baseAddress, &written))
        try unsafe operation.check(EVP_CIPHER_CTX_ctrl(context.pointer, EVP_CTRL_AEAD_GET_TAG, Int32(tag.count), tag.baseAddress))
    }

    /// - Parameter output: as long as the plaintext. What stands in it before this function returns is unauthenticated, and zero
    ///   after it threw.
    mutating func open(
        _ sealed: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer, nonce: UnsafeRawBufferPointer,
        authenticating associated: UnsafeRawBufferPointer
    ) throws(OpenSSLError) {
        do {
            try unsafe attemptToOpen(sealed, into: output, nonce: nonce, authenticating: associated)
        } catch {
            unsafe OPENSSL_cleanse(output.baseAddress, output.count)
            throw error
        }
    }

    /// As `open`, but when this throws `authenticationFailed`, `output` is all decrypted and not authentic, and the caller has to see
    /// to it that nobody gets it.
    mutating func attemptToOpen(
        _ sealed: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer, nonce: UnsafeRawBufferPointer,
        authenticating associated: UnsafeRawBufferPointer
    ) throws(OpenSSLError) {
        let operation = algorithm.openOperation
        let ciphertext = unsafe UnsafeRawBufferPointer(rebasing: sealed.dropLast(AEADAlgorithm.tagByteCount))
        let tag = unsafe UnsafeRawBufferPointer(rebasing: sealed.suffix(AEADAlgorithm.tagByteCount))
        try unsafe begin(operation, nonce: nonce, authenticating: associated, sealing: false)
        // libcrypto copies the tag; that the pointer is mutable is an accident of the function's many uses.
        let tagStart = unsafe UnsafeMutableRawPointer(mutating: tag.baseAddress)
        try unsafe operation.check(EVP_CIPHER_CTX_ctrl(context.pointer, EVP_CTRL_AEAD_SET_TAG, Int32(tag.count), tagStart))
        try unsafe update(operation, ciphertext, into: output)
        // Only 1 from here means that the tag is right; the final block itself is empty in these ciphers.
        var written: Int32 = 0
        var nothing: UInt8 = 0
        try unsafe operation.check(EVP_CipherFinal_ex(context.pointer, &nothing, &written), else: .authenticationFailed)
    }

    private func begin(
        _ operation: Operation, nonce: UnsafeRawBufferPointer, authenticating associated: UnsafeRawBufferPointer, sealing: Bool
    ) throws(OpenSSLError) {
        try operation.require(
            nonce.count == AEADAlgorithm.nonceByteCount, "the nonce has \(nonce.count) bytes, not \(AEADAlgorithm.nonceByteCount)")
        try operation.require(associated.count <= Self.maximumMessageByteCount, "too much associated data")
        // Neither cipher nor key: both stay.
        try unsafe operation.check(EVP_CipherInit_ex2(context.pointer, nil, nil, nonce.baseAddress, sealing ? 1 : 0, nil))
        guard associated.count > 0 else { return }
        var count: Int32 = 0
        try unsafe operation.check(
            EVP_CipherUpdate(context.pointer, nil, &count, associated.baseAddress, Int32(associated.count)))
    }

    private func update(
        _ operation: Operation, _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
    ) throws(OpenSSLError) {
        // Without input the address may be missing, which libcrypto would take for the end of the message.
        guard input.count > 0 else { return }
        var count: Int32 = 0
        try unsafe operation.check(
            EVP_CipherUpdate(context.pointer, output.baseAddress, &count, input.baseAddress, Int32(input.count)))
    }
}
