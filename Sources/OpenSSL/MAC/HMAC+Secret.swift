/// Codes that are secrets themselves: keys that are derived, one-time passwords (RFC 4226 §5.3).
extension HMAC {
    /// The code of one message, in the secure heap.
    public static func secret(
        _ algorithm: DigestAlgorithm, key: borrowing SecretBytes, _ message: RawSpan
    ) throws(OpenSSLError) -> SecretBytes {
        var mac = try HMAC(algorithm, key: key)
        try mac.update(message)
        return try unsafe SecretBytes(count: algorithm.byteCount) { code throws(OpenSSLError) in try unsafe mac.finalize(into: code) }
    }
}
