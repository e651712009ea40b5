import COpenSSL

/// A hash over bytes that come in pieces. One value can hash many messages, one after the other.
///
/// Unchecked, because it holds a C pointer: it has one owner, which alone reaches the context, and `update` and `finalize`
/// are `mutating`, so the compiler lets no two threads be in them at once.
public struct Digest: ~Copyable, @unchecked Sendable {
    public let algorithm: DigestAlgorithm
    private let context: Owned

    /// - Throws: `unsupported` if the installed libcrypto does not have the function.
    public init(_ algorithm: DigestAlgorithm) throws(OpenSSLError) {
        let context = unsafe Owned(try Self.operation.check(EVP_MD_CTX_new()), release: EVP_MD_CTX_free)
        try Self.start(context, algorithm)
        self.algorithm = algorithm
        self.context = context
    }

    /// Adds bytes to the message.
    public mutating func update(_ bytes: RawSpan) throws(OpenSSLError) {
        let result = unsafe bytes.withUnsafeBytes { unsafe EVP_DigestUpdate(context.pointer, $0.baseAddress, $0.count) }
        try Self.operation.check(result)
    }

    /// Ends the message and gives its digest; the next `update` begins another message.
    public mutating func finalize() throws(OpenSSLError) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: algorithm.byteCount)
        let result = unsafe digest.withUnsafeMutableBytes { unsafe EVP_DigestFinal_ex(context.pointer, $0.baseAddress, nil) }
        try Self.operation.check(result)
        try Self.start(context, algorithm)
        return digest
    }

    /// Ends the message and writes its digest to the start of a buffer, without allocating; the next `update` begins another message.
    /// - Parameter buffer: of at least `algorithm.byteCount` bytes.
    public mutating func finalize(into buffer: UnsafeMutableRawBufferPointer) throws(OpenSSLError) {
        precondition(buffer.count >= algorithm.byteCount)
        let result = unsafe EVP_DigestFinal_ex(context.pointer, buffer.baseAddress, nil)
        try Self.operation.check(result)
        try Self.start(context, algorithm)
    }

    /// The digest of one message that is whole in memory.
    public static func hash(_ algorithm: DigestAlgorithm, _ bytes: RawSpan) throws(OpenSSLError) -> [UInt8] {
        var digest = try Digest(algorithm)
        try digest.update(bytes)
        return try digest.finalize()
    }

    private static func start(_ context: borrowing Owned, _ algorithm: DigestAlgorithm) throws(OpenSSLError) {
        let md = try unsafe algorithm.fetched.get(for: operation)
        try unsafe operation.check(EVP_DigestInit_ex2(context.pointer, md, nil))
    }

    private static let operation = Operation("digest")
}
