import COpenSSL

/// Key derivation in counter mode (NIST SP 800-108r1 §4.1) with HMAC-SHA256: one key, many derived keys.
///
/// A 32-bit counter before the fixed input, which is label, a zero byte, context and the output's length in bits as 32-bit number:
/// `K(i) = HMAC-SHA256(key, [i] || label || 00 || context || [L])`, big endian throughout.
///
/// Unchecked, because it holds a C pointer: it has one owner, which alone reaches the context, and `derive` is `mutating`, so
/// the compiler lets no two threads be in it at once.
public struct KBKDF: ~Copyable, @unchecked Sendable {
    /// The most bytes that a label or a context can have.
    public static let maximumInputByteCount = 1 << 16
    /// The most bytes that one call derives.
    public static let maximumOutputByteCount = 255 * 32

    private let context: Owned

    /// Keys a context that each `derive` uses again.
    /// - Throws: `invalidKey` if the key is empty.
    public init(key: borrowing SecretBytes) throws(OpenSSLError) {
        try Self.operation.require(key.count > 0, "the key is empty", code: .invalidKey)
        let kdf = try unsafe Self.fetched.get(for: Self.operation)
        let context = unsafe Owned(try Self.operation.check(EVP_KDF_CTX_new(kdf)), release: EVP_KDF_CTX_free)
        let result = unsafe key.withUnsafeBytes { key in
            // Counter mode, the separator and the length field are libcrypto's defaults; the tests hold it to them.
            var parameters = unsafe Parameters(capacity: 3)
            unsafe parameters.append("mac", text: "HMAC")
            unsafe parameters.append("digest", text: DigestAlgorithm.sha256.libraryName)
            unsafe parameters.append("key", octets: key)
            return unsafe parameters.withPointer { unsafe EVP_KDF_CTX_set_params(context.pointer, $0) }
        }
        try Self.operation.check(result, else: .invalidKey)
        self.context = context
    }

    /// Derives a key of `count` bytes (1 to `maximumOutputByteCount`).
    /// - Parameters:
    ///   - label: what the key is for. Without a zero byte in it, label and context cannot be mistaken for each other.
    ///   - context: what the key is bound to, such as a random value or an identifier.
    public mutating func derive(label: RawSpan, context bound: RawSpan, count: Int) throws(OpenSSLError) -> SecretBytes {
        let operation = Self.operation
        let longest = Self.maximumOutputByteCount
        try operation.require(count >= 1 && count <= longest, "\(count) bytes asked, 1...\(longest) allowed")
        try operation.require(
            max(label.byteCount, bound.byteCount) <= Self.maximumInputByteCount,
            "label or context has more than \(Self.maximumInputByteCount) bytes")
        let pointer = unsafe context.pointer
        return try unsafe SecretBytes(count: count) { (output) throws(OpenSSLError) in
            let result = unsafe label.withUnsafeBytes { label in
                unsafe bound.withUnsafeBytes { bound in
                    // What SP 800-108 calls label and context goes by the names of salt and info in libcrypto.
                    var parameters = unsafe Parameters(capacity: 2)
                    unsafe parameters.append("salt", octets: label)
                    unsafe parameters.append("info", octets: bound)
                    return unsafe parameters.withPointer { unsafe EVP_KDF_derive(pointer, output.baseAddress, output.count, $0) }
                }
            }
            try operation.check(result)
        }
    }

    /// Derives one key without keeping the context.
    public static func derive(
        key: borrowing SecretBytes, label: RawSpan, context: RawSpan, count: Int
    ) throws(OpenSSLError) -> SecretBytes {
        var kdf = try KBKDF(key: key)
        return try kdf.derive(label: label, context: context, count: count)
    }

    private static let operation = Operation("KBKDF")
    private static let fetched = unsafe Fetched("KBKDF", EVP_KDF_fetch)
}
