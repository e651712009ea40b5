import COpenSSL

extension PrivateKey {
    /// Decrypts what `PublicKey.encryptOAEP` made (RSAES-OAEP, RFC 8017 §7.1.2; MGF1 with the same hash).
    /// - Parameter digest: SHA-1 or one of SHA-2.
    /// - Throws: `authenticationFailed`, always the same, for every ciphertext that is not right: a reason would be an oracle
    ///   (Manger's attack). `invalidInput` if the key is not an RSA key.
    public borrowing func decryptOAEP(_ ciphertext: RawSpan, digest: DigestAlgorithm, label: RawSpan) throws(OpenSSLError) -> SecretBytes {
        let operation = Operation("RSA-OAEP decrypt")
        let modulusByteCount = try OAEP.check(operation, type, digest: digest, label: label)
        let context = try handle.context(operation)
        try unsafe operation.check(EVP_PKEY_decrypt_init(context.pointer))
        try unsafe OAEP.configure(context.pointer, operation, digest: digest, label: label)
        var count = modulusByteCount
        let scratch = try unsafe SecretBytes(count: modulusByteCount) { (output) throws(OpenSSLError) in
            let result = unsafe ciphertext.withUnsafeBytes {
                unsafe EVP_PKEY_decrypt(context.pointer, output.baseAddress, &count, $0.baseAddress, $0.count)
            }
            guard result == 1 else {
                Operation.discardErrors()
                throw OpenSSLError(code: .authenticationFailed, operation: operation.name, reason: "")
            }
        }
        return try scratch.copy(0..<count)
    }
}

/// What encryption and decryption with RSA-OAEP share.
enum OAEP {
    /// The longest label, in bytes.
    static let maximumLabelByteCount = 1 << 16

    /// - Returns: the length of the modulus in bytes.
    static func check(
        _ operation: Operation, _ type: AsymmetricKeyType, digest: DigestAlgorithm, label: RawSpan
    ) throws(OpenSSLError) -> Int {
        guard let modulusByteCount = type.modulusByteCount else {
            throw OpenSSLError(code: .invalidInput, operation: operation.name, reason: "the key is not an RSA key")
        }
        try operation.require(digest.isSHA2 || digest == .sha1, "OAEP takes SHA-1 and SHA-2 only", code: .unsupported)
        try operation.require(label.byteCount <= maximumLabelByteCount, "the label has more than \(maximumLabelByteCount) bytes")
        return modulusByteCount
    }

    /// Tells a context that was set up for encryption or decryption what the padding is.
    static func configure(
        _ context: OpaquePointer, _ operation: Operation, digest: DigestAlgorithm, label: RawSpan
    ) throws(OpenSSLError) {
        let md = try unsafe digest.fetched.get(for: operation)
        try unsafe operation.check(EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING))
        try unsafe operation.check(EVP_PKEY_CTX_set_rsa_oaep_md(context, md))
        try unsafe operation.check(EVP_PKEY_CTX_set_rsa_mgf1_md(context, md))
        guard label.byteCount > 0 else { return }
        let result = unsafe label.withUnsafeBytes {
            var parameters = unsafe Parameters(capacity: 1)
            unsafe parameters.append("oaep-label", octets: $0)
            return unsafe parameters.withPointer { unsafe EVP_PKEY_CTX_set_params(context, $0) }
        }
        try operation.check(result)
    }
}
