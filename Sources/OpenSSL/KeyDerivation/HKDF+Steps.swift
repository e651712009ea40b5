import COpenSSL

/// The two steps of HKDF apart (RFC 5869 §2.2 and §2.3), for key schedules that go back to the first secret again and again.
extension HKDF {
    /// HKDF-Extract: one strong secret from two, as long as the digest.
    /// - Parameters:
    ///   - salt: in TLS 1.3 a secret itself, so it is kept as one.
    ///   - inputKey: at least one byte.
    public static func extract(
        _ algorithm: DigestAlgorithm, salt: borrowing SecretBytes, inputKey: borrowing SecretBytes
    ) throws(OpenSSLError) -> SecretBytes {
        try salt.withBytes { (salt) throws(OpenSSLError) in
            try step("EXTRACT_ONLY", algorithm, key: inputKey, name: "salt", value: salt, count: algorithm.byteCount)
        }
    }

    /// HKDF-Expand: a key for one use.
    /// - Parameters:
    ///   - key: what `extract` gave.
    ///   - info: what the key is for, at most `maximumInfoByteCount` bytes.
    ///   - count: the length of the key in bytes, 1 to 255 digests.
    public static func expand(
        _ algorithm: DigestAlgorithm, key: borrowing SecretBytes, info: RawSpan, count: Int
    ) throws(OpenSSLError) -> SecretBytes {
        let longest = 255 * algorithm.byteCount
        try operation.require(count >= 1 && count <= longest, "\(count) bytes asked, 1...\(longest) allowed")
        try operation.require(info.byteCount <= maximumInfoByteCount, "info has more than \(maximumInfoByteCount) bytes")
        return try step("EXPAND_ONLY", algorithm, key: key, name: "info", value: info, count: count)
    }

    /// HKDF-Expand-Label of TLS 1.3 (RFC 8446 §7.1).
    /// - Parameters:
    ///   - label: without the prefix `tls13 `; 1 to 249 bytes.
    ///   - context: a hash or nothing, at most 255 bytes.
    public static func expandLabel(
        _ algorithm: DigestAlgorithm, secret: borrowing SecretBytes, label: String, context: [UInt8], count: Int
    ) throws(OpenSSLError) -> SecretBytes {
        let name = Array("tls13 \(label)".utf8)
        try operation.require(name.count >= 7 && name.count <= 255, "a label of \(name.count) bytes, 7...255 allowed")
        try operation.require(context.count <= 255, "a context of \(context.count) bytes, 255 allowed")
        try operation.require(count >= 1 && count <= 0xFFFF, "\(count) bytes asked, 1...65535 allowed")
        let label = [UInt8(count >> 8), UInt8(count & 0xFF), UInt8(name.count)] + name + [UInt8(context.count)] + context
        return try expand(algorithm, key: secret, info: label.bytes, count: count)
    }

    private static func step(
        _ mode: StaticString, _ algorithm: DigestAlgorithm, key: borrowing SecretBytes, name: StaticString, value: RawSpan, count: Int
    ) throws(OpenSSLError) -> SecretBytes {
        let kdf = try unsafe fetched.get(for: operation)
        let context = unsafe Owned(try operation.check(EVP_KDF_CTX_new(kdf)), release: EVP_KDF_CTX_free)
        return try unsafe SecretBytes(count: count) { (output) throws(OpenSSLError) in
            let result = unsafe key.withUnsafeBytes { key in
                unsafe value.withUnsafeBytes { value in
                    var parameters = unsafe Parameters(capacity: 4)
                    unsafe parameters.append("mode", text: mode)
                    unsafe parameters.append("digest", text: algorithm.libraryName)
                    unsafe parameters.append("key", octets: key)
                    unsafe parameters.append(name, octets: value)
                    return unsafe parameters.withPointer {
                        unsafe EVP_KDF_derive(context.pointer, output.baseAddress, output.count, $0)
                    }
                }
            }
            try operation.check(result)
        }
    }
}
