import COpenSSL

/// Random values that will be public: nonces, salts, identifiers. Secrets come from `SecretBytes(random:)`.
public enum Random {
    /// The most bytes that one call gives.
    public static let maximumByteCount = 1 << 20

    /// Gives `count` bytes from libcrypto's generator.
    /// - Throws: `invalidInput` if `count` is not in `0...maximumByteCount`; `libraryFailure` if the system has no entropy.
    public static func bytes(_ count: Int) throws(OpenSSLError) -> [UInt8] {
        let operation = Operation("random bytes")
        try operation.require(count >= 0 && count <= maximumByteCount, "\(count) bytes asked, 0...\(maximumByteCount) allowed")
        var bytes = [UInt8](repeating: 0, count: count)
        let result = unsafe bytes.withUnsafeMutableBytes { unsafe RAND_bytes($0.baseAddress, Int32(count)) }
        try operation.check(result)
        return bytes
    }
}
