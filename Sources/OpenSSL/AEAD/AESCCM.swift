import COpenSSL

/// AES-128 in counter mode with CBC-MAC (NIST SP 800-38C) as TLS uses it (RFC 6655): a 96-bit nonce, a tag of 16 or 8 bytes.
///
/// Not among the ciphers of ``AEADAlgorithm``, because nothing is stored under it: it is here to understand peers that speak it. CCM
/// has to know the length of a message before its first byte, so each message gets a context of its own.
public struct AESCCM: ~Copyable, Sendable {
    /// The bytes of a tag that TLS has suites for.
    public static let tagByteCounts: Set<Int> = [8, 16]
    public static let keyByteCount = 16
    public static let nonceByteCount = 12
    public static let maximumMessageByteCount = 1 << 20

    public let tagByteCount: Int
    private let key: SecretBytes

    /// - Throws: `invalidKey` unless the key has `keyByteCount` bytes, `invalidInput` for tags of another length.
    public init(key: consuming SecretBytes, tagByteCount: Int) throws(OpenSSLError) {
        let count = key.count
        try Self.operation.require(count == Self.keyByteCount, "the key has \(count) bytes, not \(Self.keyByteCount)", code: .invalidKey)
        try Self.operation.require(Self.tagByteCounts.contains(tagByteCount), "a tag of \(tagByteCount) bytes")
        self.key = key
        self.tagByteCount = tagByteCount
    }

    /// Encrypts and authenticates.
    /// - Parameter nonce: never used before under this key.
    /// - Returns: the ciphertext and behind it the tag.
    public borrowing func seal(_ plaintext: [UInt8], nonce: [UInt8], authenticating associated: [UInt8]) throws(OpenSSLError) -> [UInt8] {
        let context = try begin(sealing: true, tag: nil, nonce: nonce, count: plaintext.count, associated)
        var sealed = try update(context, plaintext, else: .libraryFailure)
        var tag = [UInt8](repeating: 0, count: tagByteCount)
        let result = unsafe tag.withUnsafeMutableBytes {
            unsafe EVP_CIPHER_CTX_ctrl(context.pointer, EVP_CTRL_AEAD_GET_TAG, Int32($0.count), $0.baseAddress)
        }
        try Self.operation.check(result)
        sealed += tag
        return sealed
    }

    /// Checks and decrypts a ciphertext with the tag behind it.
    /// - Throws: `authenticationFailed`; nothing of the plaintext is given out then.
    public borrowing func open(_ sealed: [UInt8], nonce: [UInt8], authenticating associated: [UInt8]) throws(OpenSSLError) -> [UInt8] {
        try Self.operation.require(sealed.count >= tagByteCount, "shorter than a tag", code: .authenticationFailed)
        let ciphertext = Array(sealed.dropLast(tagByteCount))
        let context = try begin(
            sealing: false, tag: Array(sealed.suffix(tagByteCount)), nonce: nonce, count: ciphertext.count, associated)
        // CCM checks the tag here, and gives nothing out if it is wrong.
        return try update(context, ciphertext, else: .authenticationFailed)
    }

    /// Sets tag, key, nonce, length and associated data, in the one order that libcrypto takes them.
    private borrowing func begin(
        sealing: Bool, tag: [UInt8]?, nonce: [UInt8], count: Int, _ associated: [UInt8]
    ) throws(OpenSSLError) -> Owned {
        let operation = Self.operation
        try operation.require(nonce.count == Self.nonceByteCount, "a nonce of \(nonce.count) bytes")
        try operation.require(count <= Self.maximumMessageByteCount, "the message is too long")
        try operation.require(associated.count <= Self.maximumMessageByteCount, "too much associated data")
        let cipher = try unsafe Self.fetched.get(for: operation)
        let context = unsafe Owned(try operation.check(EVP_CIPHER_CTX_new()), release: EVP_CIPHER_CTX_free)
        let direction: Int32 = sealing ? 1 : 0
        try unsafe operation.check(EVP_CipherInit_ex2(context.pointer, cipher, nil, nil, direction, nil))
        try unsafe operation.check(EVP_CIPHER_CTX_ctrl(context.pointer, EVP_CTRL_AEAD_SET_IVLEN, Int32(nonce.count), nil))
        var tagBytes = tag ?? []
        let tagResult = unsafe tagBytes.withUnsafeMutableBytes {
            unsafe EVP_CIPHER_CTX_ctrl(context.pointer, EVP_CTRL_AEAD_SET_TAG, Int32(tagByteCount), sealing ? nil : $0.baseAddress)
        }
        try operation.check(tagResult)
        let keyed = unsafe key.withUnsafeBytes { key in
            unsafe nonce.withUnsafeBytes { nonce in
                unsafe EVP_CipherInit_ex2(context.pointer, nil, key.baseAddress, nonce.baseAddress, direction, nil)
            }
        }
        try operation.check(keyed)
        var written: Int32 = 0
        try unsafe operation.check(EVP_CipherUpdate(context.pointer, nil, &written, nil, Int32(count)))
        if !associated.isEmpty {
            try unsafe operation.check(EVP_CipherUpdate(context.pointer, nil, &written, associated, Int32(associated.count)))
        }
        return context
    }

    private func update(_ context: borrowing Owned, _ input: [UInt8], else code: OpenSSLError.Code) throws(OpenSSLError) -> [UInt8] {
        // Room for one byte at least, so that a message without bytes has an address, which makes libcrypto check its tag.
        var output = [UInt8](repeating: 0, count: max(input.count, 1))
        let padded = input.isEmpty ? [0] : input
        var written: Int32 = 0
        try unsafe Self.operation.check(
            EVP_CipherUpdate(context.pointer, &output, &written, padded, Int32(input.count)), else: code)
        return Array(output.prefix(input.count))
    }

    private static let operation = Operation("AES-128-CCM")
    private static let fetched = unsafe Fetched("AES-128-CCM", EVP_CIPHER_fetch)
}
