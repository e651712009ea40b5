import COpenSSL

extension PublicKey {
    /// Encrypts a short secret for the owner of an RSA key (RSAES-OAEP, RFC 8017 §7.1.1; MGF1 with the same hash).
    /// - Parameters:
    ///   - plaintext: at most the modulus less two digests and 2 bytes: 190 bytes for RSA-2048 with SHA-256.
    ///   - digest: SHA-1 or one of SHA-2.
    /// - Throws: `invalidInput` if the plaintext is too long or the key is not an RSA key.
    public borrowing func encryptOAEP(
        _ plaintext: borrowing SecretBytes, digest: DigestAlgorithm, label: RawSpan
    ) throws(OpenSSLError) -> [UInt8] {
        let operation = Operation("RSA-OAEP encrypt")
        let modulusByteCount = try OAEP.check(operation, type, digest: digest, label: label)
        let longest = modulusByteCount - 2 * digest.byteCount - 2
        try operation.require(plaintext.count <= longest, "\(plaintext.count) bytes, at most \(longest) allowed")
        let context = try handle.context(operation)
        try unsafe operation.check(EVP_PKEY_encrypt_init(context.pointer))
        try unsafe OAEP.configure(context.pointer, operation, digest: digest, label: label)
        var ciphertext = [UInt8](repeating: 0, count: modulusByteCount)
        var count = ciphertext.count
        let result = unsafe plaintext.withUnsafeBytes { plaintext in
            unsafe ciphertext.withUnsafeMutableBytes {
                unsafe EVP_PKEY_encrypt(context.pointer, $0.baseAddress, &count, plaintext.baseAddress, plaintext.count)
            }
        }
        try operation.check(result)
        return ciphertext
    }
}
