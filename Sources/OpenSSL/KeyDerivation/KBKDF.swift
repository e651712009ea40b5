/// Key derivation in counter mode (NIST SP 800-108r1 §4.1) with HMAC-SHA256: one key, many derived keys.
///
/// A 32-bit counter before the fixed input, which is label, a zero byte, context and the output's length in bits as 32-bit number:
/// `K(i) = HMAC-SHA256(key, [i] || label || 00 || context || [L])`, big endian throughout.
///
/// It is a loop over libcrypto's HMAC and not libcrypto's own KBKDF, because a context of that one cannot be used again: an empty label
/// or context leaves the one before it in place (seen in 3.0). It also takes four times as long, most of it under the heap's lock. The
/// tests compare the two.
public struct KBKDF: ~Copyable, Sendable {
    /// The most bytes that a label or a context can have.
    public static let maximumInputByteCount = 1 << 16
    /// The most bytes that one call derives.
    public static let maximumOutputByteCount = 255 * blockByteCount

    private static let blockByteCount = 32
    private var prf: HMAC

    /// Keys the function, which each `derive` uses again.
    /// - Throws: `invalidKey` if the key is empty.
    public init(key: borrowing SecretBytes) throws(OpenSSLError) {
        try Self.operation.require(key.count > 0, "the key is empty", code: .invalidKey)
        prf = try HMAC(.sha256, key: key)
    }

    /// Derives a key of `count` bytes (1 to `maximumOutputByteCount`).
    /// - Parameters:
    ///   - label: what the key is for. Without a zero byte in it, label and context cannot be mistaken for each other.
    ///   - context: what the key is bound to, such as a random value or an identifier.
    public mutating func derive(label: RawSpan, context: RawSpan, count: Int) throws(OpenSSLError) -> SecretBytes {
        let longest = Self.maximumOutputByteCount
        try Self.operation.require(count >= 1 && count <= longest, "\(count) bytes asked, 1...\(longest) allowed")
        try Self.operation.require(
            max(label.byteCount, context.byteCount) <= Self.maximumInputByteCount,
            "label or context has more than \(Self.maximumInputByteCount) bytes")
        var input = Self.input(label, context, count)
        let blocks = (count + Self.blockByteCount - 1) / Self.blockByteCount
        let derived = try unsafe SecretBytes(count: blocks * Self.blockByteCount) { (output) throws(OpenSSLError) in
            for block in 0..<blocks {
                Self.put(UInt32(block + 1), into: &input, at: 0)
                try unsafe prf.update(input.span.bytes)
                let start = block * Self.blockByteCount
                try unsafe prf.finalize(into: UnsafeMutableRawBufferPointer(rebasing: output[start..<start + Self.blockByteCount]))
            }
        }
        return derived.count == count ? derived : try derived.copy(0..<count)
    }

    /// Derives one key without keeping the context.
    public static func derive(
        key: borrowing SecretBytes, label: RawSpan, context: RawSpan, count: Int
    ) throws(OpenSSLError) -> SecretBytes {
        var kdf = try KBKDF(key: key)
        return try kdf.derive(label: label, context: context, count: count)
    }

    /// What is authenticated, with room for the counter in front.
    private static func input(_ label: RawSpan, _ context: RawSpan, _ count: Int) -> [UInt8] {
        var input: [UInt8] = []
        input.reserveCapacity(4 + label.byteCount + 1 + context.byteCount + 4)
        input.append(contentsOf: [0, 0, 0, 0])
        unsafe label.withUnsafeBytes { unsafe input.append(contentsOf: $0) }
        input.append(0)
        unsafe context.withUnsafeBytes { unsafe input.append(contentsOf: $0) }
        input.append(contentsOf: [0, 0, 0, 0])
        put(UInt32(8 * count), into: &input, at: input.count - 4)
        return input
    }

    private static func put(_ number: UInt32, into bytes: inout [UInt8], at index: Int) {
        for position in 0..<4 { bytes[index + position] = UInt8(truncatingIfNeeded: number >> UInt32(24 - 8 * position)) }
    }

    private static let operation = Operation("KBKDF")
}
