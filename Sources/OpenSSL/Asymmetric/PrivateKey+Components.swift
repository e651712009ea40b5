import COpenSSL

/// Keys that their owner keeps elsewhere, such as ssh keys.
extension PrivateKey {
    /// Reads an unencrypted PKCS#8 PrivateKeyInfo (RFC 5208) of its owner's making.
    ///
    /// The two halves of an RSA key are tried on each other. That its primes are prime is not proven, which takes 200 ms for 4096 bits and
    /// half a minute for 16384: a key of foreign making, such as an imported one, is read by `init(pkcs8DER:)`.
    /// - Throws: `invalidKey` for anything that is not exactly one such key, or whose halves do not fit; `unsupported` for a type or a size
    ///   that is not offered.
    public init(ownPKCS8DER pkcs8DER: borrowing SecretBytes) throws(OpenSSLError) {
        self = try Self.tried(PrivateKey(authenticatedPKCS8DER: pkcs8DER))
    }

    /// Reads an RSAPrivateKey (RFC 8017 §A.1.2) as `init(ownPKCS8DER:)` does.
    public init(ownPKCS1DER pkcs1DER: borrowing SecretBytes) throws(OpenSSLError) {
        let (operation, longest) = (Operation("read PKCS#1 private key"), Self.maximumPKCS8ByteCount)
        try operation.require(pkcs1DER.count <= longest, "more than \(longest) bytes", code: .invalidKey)
        // PrivateKeyInfo (RFC 5208 §5): version 0, the algorithm, the key in an OCTET STRING.
        let front = [0x02, 0x01, 0x00] + DER.rsaAlgorithm + DER.header(0x04, count: pkcs1DER.count)
        let header = DER.header(0x30, count: front.count + pkcs1DER.count)
        let info = try pkcs1DER.withBytes { key throws(OpenSSLError) in try SecretBytes(prefix: header + front, key) }
        try self.init(ownPKCS8DER: info)
    }

    /// Puts an RSA key together from its numbers, as `init(ownPKCS8DER:)` does.
    public init(rsa components: borrowing RSAComponents) throws(OpenSSLError) {
        try self.init(ownPKCS1DER: components.pkcs1DER())
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

    /// Gives an RSA key back if it decrypts what its public half encrypts, and a key of another type if libcrypto finds it sound.
    private static func tried(_ key: consuming PrivateKey) throws(OpenSSLError) -> PrivateKey {
        let operation = Operation("try private key")
        if case .rsa = key.type {
            let label: [UInt8] = []
            let secret = try SecretBytes(random: 32)
            let ciphertext = try key.publicKey().encryptOAEP(secret, digest: .sha256, label: label.bytes)
            let isRight: Bool
            do throws(OpenSSLError) {
                isRight = try key.decryptOAEP(ciphertext.bytes, digest: .sha256, label: label.bytes).isEqual(to: secret)
            } catch {
                guard error.code == .authenticationFailed else { throw error }
                isRight = false
            }
            try operation.require(isRight, "the two halves do not fit together", code: .invalidKey)
        } else {
            let context = try key.handle.context(operation)
            try unsafe operation.check(EVP_PKEY_check(context.pointer), else: .invalidKey)
        }
        return key
    }
}
