import COpenSSL

extension PrivateKey {
    /// Reads an RSAPrivateKey (RFC 8017 §A.1.2) and checks it as `init(pkcs8DER:)` does.
    /// - Throws: `invalidKey` for anything that is not exactly one such key, `unsupported` for a size that is not offered.
    public init(pkcs1DER: borrowing SecretBytes) throws(OpenSSLError) {
        let operation = Operation("read PKCS#1 private key")
        try operation.require(pkcs1DER.count <= Self.maximumPKCS8ByteCount, "more than \(Self.maximumPKCS8ByteCount) bytes", code: .invalidKey)
        // PrivateKeyInfo (RFC 5208 §5): version 0, the algorithm, the key in an OCTET STRING.
        let front = [0x02, 0x01, 0x00] + DER.rsaAlgorithm + DER.header(0x04, count: pkcs1DER.count)
        let header = DER.header(0x30, count: front.count + pkcs1DER.count)
        let info = try pkcs1DER.withBytes { key throws(OpenSSLError) in try SecretBytes(prefix: header + front, key) }
        try self.init(pkcs8DER: info)
    }

    /// Puts an RSA key together from its numbers and checks that they fit, as `init(pkcs8DER:)` does.
    /// - Throws: `invalidKey` when they do not, `unsupported` for a size that is not offered.
    public init(rsa components: borrowing RSAComponents) throws(OpenSSLError) {
        try self.init(pkcs1DER: components.pkcs1DER())
    }

    /// The 32 bytes of an X25519 or Ed25519 private key.
    /// - Throws: `invalidInput` for other types.
    public borrowing func rawBytes() throws(OpenSSLError) -> SecretBytes {
        let operation = Operation("write raw private key")
        try operation.require(type == .x25519 || type == .ed25519, "keys of this type have no raw form")
        return try unsafe SecretBytes(count: 32) { (buffer) throws(OpenSSLError) in
            var count = buffer.count
            try unsafe operation.check(EVP_PKEY_get_raw_private_key(handle.pointer, buffer.baseAddress, &count))
            guard count == buffer.count else { throw operation.failure(.libraryFailure) }
        }
    }
}
