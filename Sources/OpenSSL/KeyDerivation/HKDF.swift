import COpenSSL

/// Extract-and-expand key derivation (RFC 5869) for secrets that are already strong.
public enum HKDF {
    /// The longest `info` that libcrypto 3.0 takes, in bytes (HKDF_MAXBUF).
    public static let maximumInfoByteCount = 1024

    /// Derives a key.
    /// - Parameters:
    ///   - inputKey: the secret; may be empty.
    ///   - salt: public; without bytes it stands for zeros as long as the digest (RFC 5869 §2.2).
    ///   - info: what the key is for, at most `maximumInfoByteCount` bytes.
    ///   - count: the length of the key in bytes, 1 to 255 digests (§2.3).
    public static func derive(
        _ algorithm: DigestAlgorithm, inputKey: borrowing SecretBytes, salt: RawSpan, info: RawSpan, count: Int
    ) throws(OpenSSLError) -> SecretBytes {
        let longest = 255 * algorithm.byteCount
        try operation.require(count >= 1 && count <= longest, "\(count) bytes asked, 1...\(longest) allowed")
        try operation.require(info.byteCount <= maximumInfoByteCount, "info has more than \(maximumInfoByteCount) bytes")
        let kdf = try unsafe fetched.get(for: operation)
        let context = unsafe Owned(try operation.check(EVP_KDF_CTX_new(kdf)), release: EVP_KDF_CTX_free)
        return try unsafe SecretBytes(count: count) { (output) throws(OpenSSLError) in
            let result = unsafe inputKey.withUnsafeBytes { inputKey in
                unsafe salt.withUnsafeBytes { salt in
                    unsafe info.withUnsafeBytes { info in
                        var parameters = unsafe Parameters(capacity: 4)
                        unsafe parameters.append("digest", text: algorithm.libraryName)
                        unsafe parameters.append("key", octets: inputKey)
                        unsafe parameters.append("salt", octets: salt)
                        unsafe parameters.append("info", octets: info)
                        return unsafe parameters.withPointer {
                            unsafe EVP_KDF_derive(context.pointer, output.baseAddress, output.count, $0)
                        }
                    }
                }
            }
            try operation.check(result)
        }
    }

    static let operation = Operation("HKDF")
    static let fetched = unsafe Fetched("HKDF", EVP_KDF_fetch)
}
