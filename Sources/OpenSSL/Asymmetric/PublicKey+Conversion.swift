import COpenSSL

extension PublicKey {
    /// The X25519 key whose private half is that of an Ed25519 key: the first 32 bytes of SHA-512 of the seed (RFC 8032 §5.1.5).
    ///
    /// - Parameter ed25519: the 32 bytes of the Ed25519 public key.
    /// - Throws: `invalidKey` when they are not a point of the curve in its one encoding, or are the neutral point. Another point of small
    ///   order shows in `PrivateKey.sharedSecret`.
    public init(x25519FromEd25519 ed25519: [UInt8]) throws(OpenSSLError) {
        let u = try Edwards25519().montgomeryU(ed25519)
        try self.init(rawX25519: u.bytes)
    }

    /// An RSA key from its two numbers, most significant byte first.
    /// - Throws: `invalidKey` for numbers that cannot be a key, `unsupported` for a modulus out of `AsymmetricKeyType.rsaBitRange`.
    public init(rsaModulus modulus: [UInt8], exponent: [UInt8]) throws(OpenSSLError) {
        // SubjectPublicKeyInfo with the algorithm rsaEncryption and its NULL (RFC 3279 §2.3.1).
        let key = DER.sequence(DER.integer(modulus) + DER.integer(exponent))
        let info = DER.sequence(DER.rsaAlgorithm + DER.header(0x03, count: key.count + 1) + [0] + key)
        try self.init(spkiDER: info.bytes)
    }

    /// The two numbers of an RSA key, most significant byte first, without zeros in front.
    /// - Throws: `invalidInput` for other types.
    public borrowing func rsaNumbers() throws(OpenSSLError) -> (modulus: [UInt8], exponent: [UInt8]) {
        let operation = Operation("write RSA public key")
        guard case .rsa = type else {
            throw OpenSSLError(code: .invalidInput, operation: operation.name, reason: "the key is not an RSA key")
        }
        return (try number("n", operation), try number("e", operation))
    }

    private borrowing func number(_ name: StaticString, _ operation: Operation) throws(OpenSSLError) -> [UInt8] {
        var found: OpaquePointer?
        try unsafe operation.check(EVP_PKEY_get_bn_param(handle.pointer, name.cString, &found))
        let number = try unsafe Owned(operation.check(found), release: BN_free)
        var bytes = [UInt8](repeating: 0, count: unsafe (Int(BN_num_bits(number.pointer)) + 7) / 8)
        let written = unsafe bytes.withUnsafeMutableBytes {
            unsafe BN_bn2binpad(number.pointer, $0.baseAddress?.assumingMemoryBound(to: UInt8.self), Int32($0.count))
        }
        guard Int(written) == bytes.count else { throw operation.failure(.libraryFailure) }
        return bytes
    }
}
