import COpenSSL

extension PrivateKey {
    /// Signs a message. ECDSA signatures are DER, RSA signatures as long as the modulus, Ed25519 signatures 64 bytes.
    /// - Throws: `invalidInput` if the scheme does not fit the key, `unsupported` for a hash function outside SHA-2.
    public borrowing func sign(message: RawSpan, _ scheme: SignatureScheme) throws(OpenSSLError) -> [UInt8] {
        let operation = Operation("sign")
        try scheme.checkUse(with: type, operation)
        if let algorithm = scheme.digest {
            let digest = try Digest.hash(algorithm, message)
            return try unsafe sign(digest: digest.span.bytes, scheme)
        }
        let context = try unsafe Owned(operation.check(EVP_MD_CTX_new()), release: EVP_MD_CTX_free)
        try unsafe operation.check(EVP_DigestSignInit_ex(context.pointer, nil, nil, nil, nil, handle.pointer, nil))
        return try unsafe signature(operation) { buffer, count in
            unsafe message.withUnsafeBytes { unsafe EVP_DigestSign(context.pointer, buffer, &count, $0.baseAddress, $0.count) }
        }
    }

    /// Signs a digest that was computed elsewhere.
    /// - Throws: `invalidInput` if the digest is not as long as those of the scheme's hash function, or if the scheme is Ed25519, which
    ///   signs messages only.
    public borrowing func sign(digest: RawSpan, _ scheme: SignatureScheme) throws(OpenSSLError) -> [UInt8] {
        let operation = Operation("sign digest")
        try scheme.checkUse(with: type, operation)
        try scheme.checkDigest(byteCount: digest.byteCount, operation)
        let context = try handle.context(operation)
        try unsafe operation.check(EVP_PKEY_sign_init(context.pointer))
        try unsafe scheme.configure(context.pointer, operation)
        return try unsafe signature(operation) { buffer, count in
            unsafe digest.withUnsafeBytes { unsafe EVP_PKEY_sign(context.pointer, buffer, &count, $0.baseAddress, $0.count) }
        }
    }

    /// Runs a signing call over a buffer of the key's longest signature and cuts it to the real length.
    private borrowing func signature(
        _ operation: Operation, _ call: (UnsafeMutablePointer<UInt8>?, inout Int) -> Int32
    ) throws(OpenSSLError) -> [UInt8] {
        var signature = [UInt8](repeating: 0, count: unsafe Int(EVP_PKEY_get_size(handle.pointer)))
        var count = signature.count
        let result = unsafe signature.withUnsafeMutableBufferPointer { unsafe call($0.baseAddress, &count) }
        try operation.check(result)
        signature.removeLast(signature.count - count)
        return signature
    }
}

extension SignatureScheme {
    func checkDigest(byteCount: Int, _ operation: Operation) throws(OpenSSLError) {
        guard let digest else {
            throw OpenSSLError(code: .invalidInput, operation: operation.name, reason: "Ed25519 takes a message, not a digest")
        }
        try operation.require(byteCount == digest.byteCount, "the digest has \(byteCount) bytes, not \(digest.byteCount)")
    }

    /// Tells a context that was set up for signing or verifying what the scheme is.
    func configure(_ context: OpaquePointer, _ operation: Operation) throws(OpenSSLError) {
        guard let digest else { return }
        let md = try unsafe digest.fetched.get(for: operation)
        switch self {
        case .ecdsa, .ed25519: break
        case .rsaPKCS1v15:
            try unsafe operation.check(EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING))
        case .rsaPSS:
            try unsafe operation.check(EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING))
        }
        try unsafe operation.check(EVP_PKEY_CTX_set_signature_md(context, md), else: .unsupported)
        if case .rsaPSS = self {
            try unsafe operation.check(EVP_PKEY_CTX_set_rsa_mgf1_md(context, md))
            try unsafe operation.check(EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST))
        }
    }
}
