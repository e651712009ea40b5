import COpenSSL

extension PublicKey {
    /// Whether the owner of the key signed this message. A signature that is malformed is not valid.
    /// - Throws: `invalidInput` if the scheme does not fit the key, `unsupported` for a hash function outside SHA-2.
    public borrowing func isValidSignature(
        _ signature: RawSpan, message: RawSpan, _ scheme: SignatureScheme
    ) throws(OpenSSLError) -> Bool {
        let operation = Operation("verify signature")
        try scheme.checkUse(with: type, operation)
        if let algorithm = scheme.digest {
            let digest = try Digest.hash(algorithm, message)
            return try unsafe isValidSignature(signature, digest: digest.span.bytes, scheme)
        }
        let context = try unsafe Owned(operation.check(EVP_MD_CTX_new()), release: EVP_MD_CTX_free)
        try unsafe operation.check(EVP_DigestVerifyInit_ex(context.pointer, nil, nil, nil, nil, handle.pointer, nil))
        return unsafe Self.verdict(signature, message) { signature, message in
            unsafe EVP_DigestVerify(context.pointer, signature.baseAddress, signature.count, message.baseAddress, message.count)
        }
    }

    /// Whether the owner of the key signed the message with this digest. A signature that is malformed is not valid.
    /// - Throws: `invalidInput` if the digest is not as long as those of the scheme's hash function, or if the scheme is Ed25519.
    public borrowing func isValidSignature(
        _ signature: RawSpan, digest: RawSpan, _ scheme: SignatureScheme
    ) throws(OpenSSLError) -> Bool {
        let operation = Operation("verify signature of digest")
        try scheme.checkUse(with: type, operation)
        try scheme.checkDigest(byteCount: digest.byteCount, operation)
        let context = try handle.context(operation)
        try unsafe operation.check(EVP_PKEY_verify_init(context.pointer))
        try unsafe scheme.configure(context.pointer, operation)
        return unsafe Self.verdict(signature, digest) { signature, digest in
            unsafe EVP_PKEY_verify(context.pointer, signature.baseAddress, signature.count, digest.baseAddress, digest.count)
        }
    }

    private static func verdict(
        _ signature: RawSpan, _ signed: RawSpan, _ call: (UnsafeRawBufferPointer, UnsafeRawBufferPointer) -> Int32
    ) -> Bool {
        let result = unsafe signature.withUnsafeBytes { signature in
            unsafe signed.withUnsafeBytes { signed in unsafe call(signature, signed) }
        }
        // 0 and every negative value say no; the queue tells them apart, which is of no use to anyone but a forger.
        Operation.discardErrors()
        return result == 1
    }
}
