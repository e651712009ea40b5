/// A hash of a Merkle tree (RFC 6962 §2.1): 32 bytes of SHA-256, kept without an allocation.
public struct TreeHash: Sendable, Hashable, CustomStringConvertible {
    public static let byteCount = 32

    private var word0, word1, word2, word3: UInt64

    /// 32 zero bytes, which are no message's hash that anybody knows.
    public static let zero = TreeHash()

    init() { (word0, word1, word2, word3) = (0, 0, 0, 0) }

    /// - Returns: nil unless there are 32 bytes.
    public init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        self.init()
        unsafe withUnsafeMutableBytes { unsafe $0.copyBytes(from: bytes) }
    }

    /// Reads 32 bytes that are there.
    init(loading bytes: UnsafeRawBufferPointer) {
        precondition(bytes.count == Self.byteCount)
        self.init()
        unsafe withUnsafeMutableBytes { unsafe $0.copyMemory(from: bytes) }
    }

    public var bytes: [UInt8] { unsafe withUnsafeBytes { unsafe Array($0) } }

    /// In hexadecimal, as `sha256sum` writes it.
    public var description: String { bytes.hexadecimal }

    func withUnsafeBytes<R>(_ body: (UnsafeRawBufferPointer) -> R) -> R {
        unsafe Swift.withUnsafeBytes(of: self) { unsafe body($0) }
    }

    mutating func withUnsafeMutableBytes<R, E>(_ body: (UnsafeMutableRawBufferPointer) throws(E) -> R) throws(E) -> R {
        try unsafe Swift.withUnsafeMutableBytes(of: &self) { (bytes) throws(E) in try unsafe body(bytes) }
    }
}
