import COpenSSL

/// A message authentication code from a hash function and a secret key (RFC 2104). One value can authenticate many messages.
///
/// Unchecked, because it holds a C pointer: it has one owner, which alone reaches the context, and `update` and `finalize`
/// are `mutating`, so the compiler lets no two threads be in them at once.
public struct HMAC: ~Copyable, @unchecked Sendable {
    public let algorithm: DigestAlgorithm
    private let context: Owned

    /// - Parameter key: of any length; libcrypto's copy of it lies in the secure heap.
    public init(_ algorithm: DigestAlgorithm, key: borrowing SecretBytes) throws(OpenSSLError) {
        let mac = try unsafe Self.fetched.get(for: Self.operation)
        let context = unsafe Owned(try Self.operation.check(EVP_MAC_CTX_new(mac)), release: EVP_MAC_CTX_free)
        var parameters = unsafe Parameters(capacity: 1)
        unsafe parameters.append("digest", text: algorithm.libraryName)
        let result = unsafe key.withUnsafeBytes { key in
            unsafe parameters.withPointer { unsafe EVP_MAC_init(context.pointer, key.baseAddress, key.count, $0) }
        }
        try Self.operation.check(result, else: .invalidKey)
        self.algorithm = algorithm
        self.context = context
    }

    /// Adds bytes to the message.
    public mutating func update(_ bytes: RawSpan) throws(OpenSSLError) {
        let result = unsafe bytes.withUnsafeBytes { unsafe EVP_MAC_update(context.pointer, $0.baseAddress, $0.count) }
        try Self.operation.check(result)
    }

    /// Ends the message and gives its code, as long as the digest; the next `update` begins another message under the same key.
    public mutating func finalize() throws(OpenSSLError) -> [UInt8] {
        var code = [UInt8](repeating: 0, count: algorithm.byteCount)
        var span = code.mutableSpan
        try unsafe span.withUnsafeMutableBytes { (code) throws(OpenSSLError) in try unsafe finalize(into: code) }
        return code
    }

    /// Ends the message and writes its code where it will stay, for codes that are keys themselves.
    /// - Parameter code: as long as the digest.
    mutating func finalize(into code: UnsafeMutableRawBufferPointer) throws(OpenSSLError) {
        try unsafe Self.operation.check(EVP_MAC_final(context.pointer, code.baseAddress, nil, code.count))
        // Without a key: back to the state that followed keying.
        try unsafe Self.operation.check(EVP_MAC_init(context.pointer, nil, 0, nil))
    }

    /// The code of one message that is whole in memory. Compare it with `ConstantTime.areEqual`.
    public static func authenticate(
        _ algorithm: DigestAlgorithm, key: borrowing SecretBytes, _ message: RawSpan
    ) throws(OpenSSLError) -> [UInt8] {
        var mac = try HMAC(algorithm, key: key)
        try mac.update(message)
        return try mac.finalize()
    }

    private static let operation = Operation("HMAC")
    private static let fetched = unsafe Fetched("HMAC", EVP_MAC_fetch)
}
