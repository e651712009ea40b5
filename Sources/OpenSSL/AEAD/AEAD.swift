import COpenSSL

/// One key of an authenticating cipher, set up once: each message then only sets a nonce.
///
/// The same context seals and opens, because all three ciphers use one key schedule in both directions; so no copy of the
/// key is held beside it.
///
/// Unchecked, because it holds a C pointer: it has one owner, which alone reaches the context, and whatever uses it is
/// `mutating`, so the compiler lets no two threads be in it at once.
public struct AEAD: ~Copyable, @unchecked Sendable {
    /// The longest plaintext, in bytes. Larger data is cut into chunks by a format that authenticates their order.
    public static let maximumMessageByteCount = 1 << 30

    public let algorithm: AEADAlgorithm
    let context: Owned

    /// - Throws: `invalidKey` unless the key is `algorithm.keyByteCount` bytes long.
    public init(_ algorithm: AEADAlgorithm, key: borrowing SecretBytes) throws(OpenSSLError) {
        let operation = algorithm.sealOperation
        try operation.require(
            key.count == algorithm.keyByteCount, "the key has \(key.count) bytes, not \(algorithm.keyByteCount)", code: .invalidKey)
        let cipher = try unsafe algorithm.fetched.get(for: operation)
        let context = unsafe Owned(try operation.check(EVP_CIPHER_CTX_new()), release: EVP_CIPHER_CTX_free)
        let result = unsafe key.withUnsafeBytes { unsafe EVP_CipherInit_ex2(context.pointer, cipher, $0.baseAddress, nil, 1, nil) }
        try operation.check(result)
        self.algorithm = algorithm
        self.context = context
    }

    /// Encrypts and authenticates.
    /// - Parameters:
    ///   - nonce: `AEADAlgorithm.nonceByteCount` bytes, never used before under this key.
    ///   - associated: what is authenticated without being part of the result.
    /// - Returns: the ciphertext, as long as the plaintext, and behind it the tag.
    public mutating func seal(_ plaintext: RawSpan, nonce: RawSpan, authenticating associated: RawSpan) throws(OpenSSLError) -> [UInt8] {
        try algorithm.sealOperation.require(plaintext.byteCount <= Self.maximumMessageByteCount, "the message is too long")
        var sealed = [UInt8](repeating: 0, count: plaintext.byteCount + AEADAlgorithm.tagByteCount)
        try unsafe plaintext.withUnsafeBytes { (plaintext) throws(OpenSSLError) in
            try unsafe nonce.withUnsafeBytes { (nonce) throws(OpenSSLError) in
                try unsafe associated.withUnsafeBytes { (associated) throws(OpenSSLError) in
                    var span = sealed.mutableSpan
                    try unsafe span.withUnsafeMutableBytes { (output) throws(OpenSSLError) in
                        try unsafe seal(plaintext, into: output, nonce: nonce, authenticating: associated)
                    }
                }
            }
        }
        return sealed
    }

    /// Encrypts and authenticates a secret; see `seal(_:nonce:authenticating:)`.
    public mutating func seal(
        _ plaintext: borrowing SecretBytes, nonce: RawSpan, authenticating associated: RawSpan
    ) throws(OpenSSLError) -> [UInt8] {
        try plaintext.withBytes { (plaintext) throws(OpenSSLError) in
            try seal(plaintext, nonce: nonce, authenticating: associated)
        }
    }

    /// Checks and decrypts a ciphertext with the tag behind it.
    /// - Throws: `authenticationFailed` if key, nonce, associated data, ciphertext or tag are not those of one `seal`. Nothing of the
    ///   plaintext is given out then.
    public mutating func open(_ sealed: RawSpan, nonce: RawSpan, authenticating associated: RawSpan) throws(OpenSSLError) -> [UInt8] {
        var plaintext = [UInt8](repeating: 0, count: try plaintextByteCount(ofSealed: sealed.byteCount))
        try unsafe sealed.withUnsafeBytes { (sealed) throws(OpenSSLError) in
            try unsafe nonce.withUnsafeBytes { (nonce) throws(OpenSSLError) in
                try unsafe associated.withUnsafeBytes { (associated) throws(OpenSSLError) in
                    var span = plaintext.mutableSpan
                    try unsafe span.withUnsafeMutableBytes { (output) throws(OpenSSLError) in
                        try unsafe open(sealed, into: output, nonce: nonce, authenticating: associated)
                    }
                }
            }
        }
        return plaintext
    }

    /// Checks and decrypts into the secure heap; see `open(_:nonce:authenticating:)`.
    public mutating func openSecret(
        _ sealed: RawSpan, nonce: RawSpan, authenticating associated: RawSpan
    ) throws(OpenSSLError) -> SecretBytes {
        let count = try plaintextByteCount(ofSealed: sealed.byteCount)
        return try unsafe sealed.withUnsafeBytes { (sealed) throws(OpenSSLError) in
            try unsafe nonce.withUnsafeBytes { (nonce) throws(OpenSSLError) in
                try unsafe associated.withUnsafeBytes { (associated) throws(OpenSSLError) in
                    try unsafe SecretBytes(count: count) { (output) throws(OpenSSLError) in
                        try unsafe open(sealed, into: output, nonce: nonce, authenticating: associated)
                    }
                }
            }
        }
    }

    private func plaintextByteCount(ofSealed count: Int) throws(OpenSSLError) -> Int {
        try algorithm.openOperation.require(
            count >= AEADAlgorithm.tagByteCount, "shorter than a tag", code: .authenticationFailed)
        try algorithm.openOperation.require(
            count - AEADAlgorithm.tagByteCount <= Self.maximumMessageByteCount, "the message is too long")
        return count - AEADAlgorithm.tagByteCount
    }
}
