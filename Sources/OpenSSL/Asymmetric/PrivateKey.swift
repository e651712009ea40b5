import COpenSSL

/// The private half of a key pair.
///
/// Unchecked, because it holds a C pointer: the key is complete and checked when the initializer returns, and nothing changes it
/// afterwards. Each computation makes its own context; what libcrypto caches inside a key (the RSA blinding, the provider's copy) it
/// guards with its own locks, and its reference count is atomic.
public struct PrivateKey: ~Copyable, @unchecked Sendable {
    let handle: KeyHandle

    public var type: AsymmetricKeyType { handle.type }

    /// Makes a new key pair.
    /// - Throws: `invalidInput` for RSA sizes other than 2048, 3072 and 4096 bits.
    public static func generate(_ type: AsymmetricKeyType) throws(OpenSSLError) -> PrivateKey {
        let operation = Operation("generate key pair")
        let algorithm: StaticString
        switch type {
        case .rsa(let bits):
            try operation.require(AsymmetricKeyType.generatedRSABits.contains(bits), "RSA keys have 2048, 3072 or 4096 bits")
            algorithm = "RSA"
        case .p256, .p384, .p521, .secp256k1: algorithm = "EC"
        case .ed25519: algorithm = "ED25519"
        case .x25519: algorithm = "X25519"
        }
        try SecureHeap.initialize()
        let context = try unsafe Owned(
            operation.check(EVP_PKEY_CTX_new_from_name(nil, algorithm.cString, nil), else: .unsupported), release: EVP_PKEY_CTX_free)
        try unsafe operation.check(EVP_PKEY_keygen_init(context.pointer))
        if case .rsa(let bits) = type { try unsafe operation.check(EVP_PKEY_CTX_set_rsa_keygen_bits(context.pointer, Int32(bits))) }
        if let curve = type.curveName { try unsafe operation.check(EVP_PKEY_CTX_set_group_name(context.pointer, curve.cString)) }
        var key: OpaquePointer?
        try unsafe operation.check(EVP_PKEY_generate(context.pointer, &key))
        return try unsafe PrivateKey(handle: KeyHandle(operation, Owned(operation.check(key), release: EVP_PKEY_free)))
    }

    /// Reads an unencrypted PKCS#8 PrivateKeyInfo (RFC 5208) and checks that the key is sound.
    ///
    /// The check of an RSA key proves its primes: 30 ms for 2048 bits, 200 ms for 4096.
    /// - Throws: `invalidKey` for anything that is not exactly one such key, `unsupported` for a type that is not offered.
    public init(pkcs8DER: borrowing SecretBytes) throws(OpenSSLError) {
        let operation = Operation("read PKCS#8 private key")
        let handle = try Self.decode(operation, pkcs8DER)
        if case .rsa(let bits) = handle.type {
            let longest = Self.maximumCheckedRSABits
            try operation.require(bits <= longest, "RSA keys of more than \(longest) bits take too long to check", code: .unsupported)
        }
        let context = try handle.context(operation)
        try unsafe operation.check(EVP_PKEY_check(context.pointer), else: .invalidKey)
        self.handle = handle
    }

    /// Reads a key as `init(pkcs8DER:)` does, without checking that its numbers fit together.
    ///
    /// Only for what `pkcs8DER()` wrote and the caller has authenticated since, such as a wrapped key of one's own: a key of foreign
    /// making can be built to give its own secrets away.
    public init(authenticatedPKCS8DER pkcs8DER: borrowing SecretBytes) throws(OpenSSLError) {
        handle = try Self.decode(Operation("read PKCS#8 private key"), pkcs8DER)
    }

    /// Takes the 32 bytes of an X25519 private key (RFC 7748 §5; they need not be clamped).
    public init(rawX25519 bytes: borrowing SecretBytes) throws(OpenSSLError) {
        try self.init(raw: bytes, "X25519")
    }

    /// Takes the 32 bytes of an Ed25519 private key, the seed (RFC 8032 §5.1.5).
    public init(rawEd25519 bytes: borrowing SecretBytes) throws(OpenSSLError) {
        try self.init(raw: bytes, "ED25519")
    }

    /// The public half.
    public borrowing func publicKey() throws(OpenSSLError) -> PublicKey {
        // By way of an encoding, so that no private part stays behind the public key.
        switch type {
        case .x25519:
            let bytes = try handle.rawPublicBytes(Operation("get public key"))
            return try unsafe PublicKey(rawX25519: bytes.span.bytes)
        case .ed25519:
            let bytes = try handle.rawPublicBytes(Operation("get public key"))
            return try unsafe PublicKey(rawEd25519: bytes.span.bytes)
        case .rsa, .p256, .p384, .p521, .secp256k1:
            let der = try handle.spkiDER()
            return try unsafe PublicKey(spkiDER: der.span.bytes)
        }
    }

    /// Proving the primes of a key of 16384 bits takes half a minute.
    private static let maximumCheckedRSABits = 8192

    private init(handle: consuming KeyHandle) {
        self.handle = handle
    }

    private static func decode(_ operation: Operation, _ pkcs8DER: borrowing SecretBytes) throws(OpenSSLError) -> KeyHandle {
        let longest = maximumPKCS8ByteCount
        try operation.require(pkcs8DER.count <= longest, "more than \(longest) bytes", code: .invalidKey)
        var consumed = 0
        let decoded = unsafe pkcs8DER.withUnsafeBytes { der -> OpaquePointer? in
            var position = unsafe der.baseAddress?.assumingMemoryBound(to: UInt8.self)
            let start = unsafe position
            let info = unsafe d2i_PKCS8_PRIV_KEY_INFO(nil, &position, der.count)
            if let start = unsafe start, let position = unsafe position { consumed = unsafe position - start }
            return unsafe info
        }
        let info = try unsafe Owned(operation.check(decoded, else: .invalidKey), release: PKCS8_PRIV_KEY_INFO_free)
        try operation.require(consumed == pkcs8DER.count, "there are bytes behind the key", code: .invalidKey)
        let key = try unsafe operation.check(EVP_PKCS82PKEY(info.pointer), else: .invalidKey)
        let handle = try unsafe KeyHandle(operation, Owned(key, release: EVP_PKEY_free))
        Operation.discardErrors()
        return handle
    }

    private init(raw bytes: borrowing SecretBytes, _ algorithm: StaticString) throws(OpenSSLError) {
        let operation = Operation("read \(algorithm) private key")
        try operation.require(bytes.count == 32, "the key has \(bytes.count) bytes, not 32", code: .invalidKey)
        let key = unsafe bytes.withUnsafeBytes {
            unsafe EVP_PKEY_new_raw_private_key_ex(nil, algorithm.cString, nil, $0.baseAddress, $0.count)
        }
        handle = try unsafe KeyHandle(operation, Owned(operation.check(key, else: .invalidKey), release: EVP_PKEY_free))
    }

    /// An RSA key of 16384 bits takes 9.3 KiB.
    static let maximumPKCS8ByteCount = 1 << 14
}
