import OpenSSL

/// Reads the data types of ssh (RFC 4251 §5) from secret bytes, into public values and secrets of their own.
struct SSHSecretReader: ~Copyable {
    private let bytes: SecretBytes
    private var offset = 0

    init(_ bytes: consuming SecretBytes) { self.bytes = bytes }

    var remainingCount: Int { bytes.count - offset }

    mutating func readUInt32() throws(EnvelopeError) -> UInt32 {
        try readPublic(4).reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// Bytes that may be known: lengths, public numbers, padding.
    mutating func readPublic(_ count: Int) throws(EnvelopeError) -> [UInt8] {
        let range = try take(count)
        return unsafe bytes.withUnsafeBytes { unsafe Array($0[range]) }
    }

    mutating func readPublicString() throws(EnvelopeError) -> [UInt8] {
        try readPublic(Int(readUInt32()))
    }

    mutating func readSecretString() throws(EnvelopeError) -> SecretBytes {
        try readSecret(Int(readUInt32()))
    }

    mutating func readSecret(_ count: Int) throws(EnvelopeError) -> SecretBytes {
        let range = try take(count)
        do { return try bytes.copy(range) } catch { throw EnvelopeError(error, while: "reading an ssh key") }
    }

    /// The bytes of a secret number, which must be positive and in its shortest form.
    mutating func readSecretNumber() throws(EnvelopeError) -> SecretBytes {
        let number = try readSecretString()
        let isPositive = unsafe number.withUnsafeBytes { bytes in
            guard let first = unsafe bytes.first, first < 0x80 else { return false }
            return unsafe first != 0 || bytes.count > 1 && bytes[1] >= 0x80
        }
        guard isPositive else { throw .malformedSSHKey("a number in it is not positive or not in its shortest form") }
        return number
    }

    private mutating func take(_ count: Int) throws(EnvelopeError) -> Range<Int> {
        guard count <= remainingCount else { throw .malformedSSHKey("it ends early") }
        defer { offset += count }
        return offset..<offset + count
    }
}
