import COpenSSL

/// Wrapping of keys with AES, deterministic and authenticated: RFC 3394 (NIST KW) and, with padding, RFC 5649 (KWP).
///
/// The key-encryption key (KEK) has 16, 24 or 32 bytes.
public enum AESKeyWrap {
    /// The longest secret that is wrapped, in bytes.
    public static let maximumByteCount = 1 << 16

    /// Wraps a secret of whole 8-byte blocks, at least two (RFC 3394 §2). The result is 8 bytes longer.
    public static func wrap(_ secret: borrowing SecretBytes, with kek: borrowing SecretBytes) throws(OpenSSLError) -> [UInt8] {
        let operation = Operation("AES key wrap")
        try operation.require(secret.count >= 16 && secret.count.isMultiple(of: 8), "\(secret.count) bytes are not two or more blocks of 8")
        return try wrap(operation, secret, with: kek, padded: false)
    }

    /// Unwraps what `wrap` made.
    /// - Throws: `authenticationFailed` if it was not made with this KEK.
    public static func unwrap(_ wrapped: RawSpan, with kek: borrowing SecretBytes) throws(OpenSSLError) -> SecretBytes {
        try unwrap(Operation("AES key unwrap"), wrapped, with: kek, padded: false)
    }

    /// Wraps a secret of any length but zero (RFC 5649 §4.1).
    public static func wrapPadded(_ secret: borrowing SecretBytes, with kek: borrowing SecretBytes) throws(OpenSSLError) -> [UInt8] {
        let operation = Operation("AES key wrap with padding")
        try operation.require(secret.count >= 1, "there is nothing to wrap")
        return try wrap(operation, secret, with: kek, padded: true)
    }

    /// Unwraps what `wrapPadded` made.
    /// - Throws: `authenticationFailed` if it was not made with this KEK.
    public static func unwrapPadded(_ wrapped: RawSpan, with kek: borrowing SecretBytes) throws(OpenSSLError) -> SecretBytes {
        try unwrap(Operation("AES key unwrap with padding"), wrapped, with: kek, padded: true)
    }

    private static func wrap(
        _ operation: Operation, _ secret: borrowing SecretBytes, with kek: borrowing SecretBytes, padded: Bool
    ) throws(OpenSSLError) -> [UInt8] {
        try operation.require(secret.count <= maximumByteCount, "\(secret.count) bytes, at most \(maximumByteCount) allowed")
        let context = try context(operation, kek: kek, padded: padded, wrapping: true)
        // The padding fills the last block of 8, and one block is put in front.
        var wrapped = [UInt8](repeating: 0, count: (secret.count + 7) / 8 * 8 + 8)
        var count: Int32 = 0
        let result = unsafe secret.withUnsafeBytes { secret in
            unsafe wrapped.withUnsafeMutableBytes { wrapped in
                unsafe EVP_CipherUpdate(context.pointer, wrapped.baseAddress, &count, secret.baseAddress, Int32(secret.count))
            }
        }
        try operation.check(result)
        guard Int(count) == wrapped.count else { throw operation.failure(.libraryFailure) }
        return wrapped
    }

    private static func unwrap(
        _ operation: Operation, _ wrapped: RawSpan, with kek: borrowing SecretBytes, padded: Bool
    ) throws(OpenSSLError) -> SecretBytes {
        let shortest = padded ? 16 : 24
        try operation.require(wrapped.byteCount <= maximumByteCount + 8, "more than \(maximumByteCount + 8) bytes")
        try operation.require(
            wrapped.byteCount >= shortest && wrapped.byteCount.isMultiple(of: 8),
            "\(wrapped.byteCount) bytes are not \(shortest / 8) or more blocks of 8", code: .authenticationFailed)
        let context = try context(operation, kek: kek, padded: padded, wrapping: false)
        var count: Int32 = 0
        // As long as the input, although the secret is shorter: libcrypto wipes that many bytes when it refuses a padding.
        let scratch = try unsafe SecretBytes(count: wrapped.byteCount) { (output) throws(OpenSSLError) in
            let result = unsafe wrapped.withUnsafeBytes {
                unsafe EVP_CipherUpdate(context.pointer, output.baseAddress, &count, $0.baseAddress, Int32($0.count))
            }
            try operation.check(result, else: .authenticationFailed)
        }
        return try scratch.copy(0..<Int(count))
    }

    private static func context(
        _ operation: Operation, kek: borrowing SecretBytes, padded: Bool, wrapping: Bool
    ) throws(OpenSSLError) -> Owned {
        let fetched: Fetched
        switch kek.count {
        case 16: fetched = padded ? padded128 : plain128
        case 24: fetched = padded ? padded192 : plain192
        case 32: fetched = padded ? padded256 : plain256
        default:
            let reason = "the key-encryption key has \(kek.count) bytes, not 16, 24 or 32"
            throw OpenSSLError(code: .invalidKey, operation: operation.name, reason: reason)
        }
        let cipher = try unsafe fetched.get(for: operation)
        let context = unsafe Owned(try operation.check(EVP_CIPHER_CTX_new()), release: EVP_CIPHER_CTX_free)
        // libcrypto asks for this word before it lets a wrapping cipher through, because its output is not that of a block cipher.
        unsafe EVP_CIPHER_CTX_set_flags(context.pointer, EVP_CIPHER_CTX_FLAG_WRAP_ALLOW)
        let result = unsafe kek.withUnsafeBytes {
            unsafe EVP_CipherInit_ex2(context.pointer, cipher, $0.baseAddress, nil, wrapping ? 1 : 0, nil)
        }
        try operation.check(result)
        return context
    }

    private static let plain128 = unsafe Fetched("AES-128-WRAP", EVP_CIPHER_fetch)
    private static let plain192 = unsafe Fetched("AES-192-WRAP", EVP_CIPHER_fetch)
    private static let plain256 = unsafe Fetched("AES-256-WRAP", EVP_CIPHER_fetch)
    private static let padded128 = unsafe Fetched("AES-128-WRAP-PAD", EVP_CIPHER_fetch)
    private static let padded192 = unsafe Fetched("AES-192-WRAP-PAD", EVP_CIPHER_fetch)
    private static let padded256 = unsafe Fetched("AES-256-WRAP-PAD", EVP_CIPHER_fetch)
}
