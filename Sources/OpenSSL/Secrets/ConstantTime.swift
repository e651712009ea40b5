import COpenSSL

/// Comparison of values that an attacker may guess byte by byte: tags, commitments, one-time codes.
public enum ConstantTime {
    /// Whether two byte strings are equal. The time taken depends on the lengths alone; other lengths are unequal at once.
    public static func areEqual(_ a: RawSpan, _ b: RawSpan) -> Bool {
        guard a.byteCount == b.byteCount else { return false }
        return unsafe a.withUnsafeBytes { a in
            unsafe b.withUnsafeBytes { b in unsafe CRYPTO_memcmp(a.baseAddress, b.baseAddress, a.count) == 0 }
        }
    }
}
