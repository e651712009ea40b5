import COpenSSL
import COpenSSLShims

/// The public half of a key pair.
///
/// Unchecked, because it holds a C pointer: the key is complete and checked when the initializer returns, and nothing changes it
/// afterwards. Each computation makes its own context; what libcrypto caches inside a key it guards with its own locks, and its
/// reference count is atomic.
public struct PublicKey: ~Copyable, @unchecked Sendable {
    let handle: KeyHandle

    public var type: AsymmetricKeyType { handle.type }

    /// Reads a SubjectPublicKeyInfo (RFC 5280 §4.1.2.7).
    ///
    /// It must be DER in every byte: what would be written differently, carries bytes behind it or inside it, or gives a curve by its
    /// parameters instead of its name, is refused; so is a point that does not lie on its curve.
    /// - Throws: `invalidKey`, or `unsupported` for a type that is not offered.
    public init(spkiDER: RawSpan) throws(OpenSSLError) {
        let operation = Operation("read public key")
        let count = spkiDER.byteCount
        try operation.require(count <= Self.maximumSPKIByteCount, "more than \(Self.maximumSPKIByteCount) bytes", code: .invalidKey)
        let key = unsafe spkiDER.withUnsafeBytes { der in
            var position = unsafe der.baseAddress?.assumingMemoryBound(to: UInt8.self)
            return unsafe d2i_PUBKEY(nil, &position, count)
        }
        let handle = try unsafe Self.checked(operation, key)
        let canonical = try handle.spkiDER()
        try unsafe operation.require(ConstantTime.areEqual(canonical.span.bytes, spkiDER), "not the DER of a public key", code: .invalidKey)
        Operation.discardErrors()
        self.handle = handle
    }

    /// Takes the 32 bytes of an X25519 public key (RFC 7748 §5).
    public init(rawX25519 bytes: RawSpan) throws(OpenSSLError) {
        try self.init(raw: bytes, "X25519")
    }

    /// Takes the 32 bytes of an Ed25519 public key (RFC 8032 §5.1.2). Whether they are a point shows when a signature is checked.
    public init(rawEd25519 bytes: RawSpan) throws(OpenSSLError) {
        try self.init(raw: bytes, "ED25519")
    }

    /// Takes a point of a curve as SEC 1 §2.3.3 writes it, uncompressed or compressed.
    /// - Throws: `invalidKey` for anything that is not a point of the curve, or is the point at infinity; `invalidInput` if `type` is not
    ///   one of the four curves.
    public init(uncompressedPoint point: RawSpan, _ type: AsymmetricKeyType) throws(OpenSSLError) {
        let operation = Operation("read point of a curve")
        guard let curve = type.curveName, let fieldByteCount = type.fieldByteCount else {
            throw OpenSSLError(code: .invalidInput, operation: operation.name, reason: "the type of key has no SEC 1 points")
        }
        try operation.require(
            point.byteCount == 1 + 2 * fieldByteCount || point.byteCount == 1 + fieldByteCount,
            "a point does not have \(point.byteCount) bytes", code: .invalidKey)
        let context = try unsafe Owned(operation.check(EVP_PKEY_CTX_new_from_name(nil, "EC", nil)), release: EVP_PKEY_CTX_free)
        try unsafe operation.check(EVP_PKEY_fromdata_init(context.pointer))
        var key: OpaquePointer?
        let result = unsafe point.withUnsafeBytes { point in
            var parameters = unsafe Parameters(capacity: 2)
            unsafe parameters.append("group", text: curve)
            unsafe parameters.append("pub", octets: point)
            return unsafe parameters.withPointer { unsafe EVP_PKEY_fromdata(context.pointer, &key, coffer_public_key_selection, $0) }
        }
        try operation.check(result, else: .invalidKey)
        handle = try unsafe Self.checked(operation, key)
        Operation.discardErrors()
    }

    /// The key as SubjectPublicKeyInfo (RFC 5280 §4.1.2.7).
    public borrowing func spkiDER() throws(OpenSSLError) -> [UInt8] {
        try handle.spkiDER()
    }

    /// The 32 bytes of an X25519 or Ed25519 key.
    /// - Throws: `invalidInput` for other types.
    public borrowing func rawBytes() throws(OpenSSLError) -> [UInt8] {
        let operation = Operation("write raw public key")
        try operation.require(type == .x25519 || type == .ed25519, "keys of this type have no raw form")
        return try handle.rawPublicBytes(operation)
    }

    /// Takes a key over and checks it. For a curve: the point lies on it and is not infinity, which makes its order right, because the
    /// cofactor of all four is 1. There is no such check of an Ed25519 key.
    private static func checked(_ operation: Operation, _ key: OpaquePointer?) throws(OpenSSLError) -> KeyHandle {
        let handle = try unsafe KeyHandle(operation, Owned(operation.check(key, else: .invalidKey), release: EVP_PKEY_free))
        let context = try handle.context(operation)
        if handle.type != .ed25519 { try unsafe operation.check(EVP_PKEY_public_check_quick(context.pointer), else: .invalidKey) }
        return handle
    }

    private init(raw bytes: RawSpan, _ algorithm: StaticString) throws(OpenSSLError) {
        let operation = Operation("read \(algorithm) public key")
        try operation.require(bytes.byteCount == 32, "the key has \(bytes.byteCount) bytes, not 32", code: .invalidKey)
        let key = unsafe bytes.withUnsafeBytes {
            unsafe EVP_PKEY_new_raw_public_key_ex(nil, algorithm.cString, nil, $0.baseAddress, $0.count)
        }
        handle = try unsafe Self.checked(operation, key)
    }

    /// An RSA key of 16384 bits takes 2,086 bytes.
    private static let maximumSPKIByteCount = 1 << 12
}
