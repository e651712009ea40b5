import COpenSSL

/// AES in a mode that does not authenticate (NIST SP 800-38A).
///
/// Only decryption is offered, for formats of others that ask for it: nothing new should be encrypted like this.
public enum AESMode: Sendable, CaseIterable {
    /// Counter mode, the counter being the whole block.
    case aes128CTR, aes192CTR, aes256CTR
    /// Cipher block chaining, without padding of any kind.
    case aes128CBC, aes192CBC, aes256CBC

    /// The length of a block and of an initial counter or vector, in bytes.
    public static let blockByteCount = 16
    /// The longest ciphertext, in bytes.
    public static let maximumByteCount = SecretBytes.maximumByteCount

    /// The length of a key in bytes.
    public var keyByteCount: Int {
        switch self {
        case .aes128CTR, .aes128CBC: 16
        case .aes192CTR, .aes192CBC: 24
        case .aes256CTR, .aes256CBC: 32
        }
    }

    /// Decrypts a whole message. Whatever the key, something comes out: whether it is right must show otherwise.
    /// - Parameter initial: the first counter block, or the initialization vector, of ``blockByteCount`` bytes.
    /// - Throws: `invalidKey` for a key, `invalidInput` for an `initial` or a ciphertext of the wrong length.
    public func decrypt(_ ciphertext: RawSpan, key: borrowing SecretBytes, initial: RawSpan) throws(OpenSSLError) -> SecretBytes {
        let operation = Operation("AES decrypt")
        try operation.require(key.count == keyByteCount, "the key has \(key.count) bytes, not \(keyByteCount)", code: .invalidKey)
        try operation.require(initial.byteCount == Self.blockByteCount, "the first block has \(initial.byteCount) bytes")
        let count = ciphertext.byteCount
        try operation.require(count <= Self.maximumByteCount, "more than \(Self.maximumByteCount) bytes")
        try operation.require(!isChaining || count.isMultiple(of: Self.blockByteCount), "\(count) bytes are not whole blocks")
        let cipher = try unsafe fetched.get(for: operation)
        let context = try unsafe Owned(operation.check(EVP_CIPHER_CTX_new()), release: EVP_CIPHER_CTX_free)
        let result = unsafe key.withUnsafeBytes { key in
            unsafe initial.withUnsafeBytes { unsafe EVP_DecryptInit_ex2(context.pointer, cipher, key.baseAddress, $0.baseAddress, nil) }
        }
        try operation.check(result)
        try unsafe operation.check(EVP_CIPHER_CTX_set_padding(context.pointer, 0))
        return try unsafe SecretBytes(count: count) { (output) throws(OpenSSLError) in
            var written: Int32 = 0
            guard count > 0 else { return }
            let result = unsafe ciphertext.withUnsafeBytes {
                unsafe EVP_DecryptUpdate(context.pointer, output.baseAddress, &written, $0.baseAddress, Int32($0.count))
            }
            try operation.check(result)
            guard Int(written) == count else { throw operation.failure(.libraryFailure) }
        }
    }

    private var isChaining: Bool {
        switch self {
        case .aes128CTR, .aes192CTR, .aes256CTR: false
        case .aes128CBC, .aes192CBC, .aes256CBC: true
        }
    }

    private var fetched: Fetched {
        switch self {
        case .aes128CTR: Self.fetchedAES128CTR
        case .aes192CTR: Self.fetchedAES192CTR
        case .aes256CTR: Self.fetchedAES256CTR
        case .aes128CBC: Self.fetchedAES128CBC
        case .aes192CBC: Self.fetchedAES192CBC
        case .aes256CBC: Self.fetchedAES256CBC
        }
    }

    private static let fetchedAES128CTR = unsafe Fetched("AES-128-CTR", EVP_CIPHER_fetch)
    private static let fetchedAES192CTR = unsafe Fetched("AES-192-CTR", EVP_CIPHER_fetch)
    private static let fetchedAES256CTR = unsafe Fetched("AES-256-CTR", EVP_CIPHER_fetch)
    private static let fetchedAES128CBC = unsafe Fetched("AES-128-CBC", EVP_CIPHER_fetch)
    private static let fetchedAES192CBC = unsafe Fetched("AES-192-CBC", EVP_CIPHER_fetch)
    private static let fetchedAES256CBC = unsafe Fetched("AES-256-CBC", EVP_CIPHER_fetch)
}
