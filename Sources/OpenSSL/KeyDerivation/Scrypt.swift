import COpenSSL

/// Key derivation from a passphrase, made costly in time and memory (RFC 7914).
public enum Scrypt {
    /// The logarithm of the cost N. 2^22 is what age allows at most.
    public static let logNRange = 1...22
    /// The block size.
    public static let rRange = 1...32
    /// The parallelisation.
    public static let pRange = 1...16
    /// The most memory that one derivation may take, in bytes (128 · N · r), whatever the three parameters are by themselves.
    public static let maximumMemoryByteCount = 4 << 30
    /// The most bytes that one call derives.
    public static let maximumOutputByteCount = 1024

    /// Derives a key of `count` bytes (1 to `maximumOutputByteCount`), using 128 · 2^logN · r bytes of memory.
    /// - Parameters:
    ///   - passphrase: may be empty, which is the caller's to refuse.
    ///   - logN: in `logNRange` and less than 16 · r (RFC 7914 §2).
    /// - Throws: `invalidInput` if a parameter is out of its range; `libraryFailure` if the memory cannot be had.
    public static func derive(
        passphrase: borrowing SecretBytes, salt: RawSpan, logN: Int, r: Int, p: Int, count: Int
    ) throws(OpenSSLError) -> SecretBytes {
        try operation.require(logNRange.contains(logN), "log N is \(logN), \(logNRange) allowed")
        try operation.require(rRange.contains(r), "r is \(r), \(rRange) allowed")
        try operation.require(pRange.contains(p), "p is \(p), \(pRange) allowed")
        try operation.require(logN < 16 * r, "log N is \(logN), less than 16 · r allowed")
        try operation.require((128 * r) << logN <= maximumMemoryByteCount, "more than \(maximumMemoryByteCount >> 20) MiB of memory asked")
        try operation.require(
            count >= 1 && count <= maximumOutputByteCount, "\(count) bytes asked, 1...\(maximumOutputByteCount) allowed")
        let kdf = try unsafe fetched.get(for: operation)
        let context = unsafe Owned(try operation.check(EVP_KDF_CTX_new(kdf)), release: EVP_KDF_CTX_free)
        var (n, r, p) = (UInt64(1) << UInt64(logN), UInt64(r), UInt64(p))
        // What libcrypto counts: the blocks B (128·r·p), and V, T and X (128·r·(N + 2)).
        var memory = 128 * r * p + 128 * r * (n + 2)
        return try unsafe SecretBytes(count: count) { (output) throws(OpenSSLError) in
            let result = unsafe passphrase.withUnsafeBytes { passphrase in
                unsafe salt.withUnsafeBytes { salt in
                    unsafe withUnsafeMutablePointers(&n, &r, &p, &memory) { n, r, p, memory in
                        var parameters = unsafe Parameters(capacity: 6)
                        unsafe parameters.append("pass", octets: passphrase)
                        unsafe parameters.append("salt", octets: salt)
                        unsafe parameters.append("n", number: n)
                        unsafe parameters.append("r", number: r)
                        unsafe parameters.append("p", number: p)
                        unsafe parameters.append("maxmem_bytes", number: memory)
                        return unsafe parameters.withPointer {
                            unsafe EVP_KDF_derive(context.pointer, output.baseAddress, output.count, $0)
                        }
                    }
                }
            }
            try operation.check(result)
        }
    }

    private static func withUnsafeMutablePointers<R>(
        _ n: inout UInt64, _ r: inout UInt64, _ p: inout UInt64, _ memory: inout UInt64,
        _ body: (
            UnsafeMutablePointer<UInt64>, UnsafeMutablePointer<UInt64>, UnsafeMutablePointer<UInt64>, UnsafeMutablePointer<UInt64>
        ) -> R
    ) -> R {
        unsafe body(&n, &r, &p, &memory)
    }

    private static let operation = Operation("scrypt")
    private static let fetched = unsafe Fetched("SCRYPT", EVP_KDF_fetch)
}
