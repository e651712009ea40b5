import COpenSSL

/// A cipher that encrypts and authenticates at once, with a 96-bit nonce and a 128-bit tag.
///
/// A nonce must never serve twice under one key.
public enum AEADAlgorithm: Sendable, CaseIterable {
    /// AES in Galois/counter mode (NIST SP 800-38D).
    case aes128GCM, aes256GCM
    /// RFC 8439.
    case chaCha20Poly1305

    /// The length of a nonce in bytes.
    public static let nonceByteCount = 12
    /// The length of a tag in bytes.
    public static let tagByteCount = 16

    /// The length of a key in bytes.
    public var keyByteCount: Int {
        switch self {
        case .aes128GCM: 16
        case .aes256GCM, .chaCha20Poly1305: 32
        }
    }

    var sealOperation: Operation {
        switch self {
        case .aes128GCM: Operation("AES-128-GCM seal")
        case .aes256GCM: Operation("AES-256-GCM seal")
        case .chaCha20Poly1305: Operation("ChaCha20-Poly1305 seal")
        }
    }

    var openOperation: Operation {
        switch self {
        case .aes128GCM: Operation("AES-128-GCM open")
        case .aes256GCM: Operation("AES-256-GCM open")
        case .chaCha20Poly1305: Operation("ChaCha20-Poly1305 open")
        }
    }

    /// libcrypto's implementation of the cipher.
    var fetched: Fetched {
        switch self {
        case .aes128GCM: Self.fetchedAES128GCM
        case .aes256GCM: Self.fetchedAES256GCM
        case .chaCha20Poly1305: Self.fetchedChaCha20Poly1305
        }
    }

    private static let fetchedAES128GCM = unsafe Fetched("AES-128-GCM", EVP_CIPHER_fetch)
    private static let fetchedAES256GCM = unsafe Fetched("AES-256-GCM", EVP_CIPHER_fetch)
    private static let fetchedChaCha20Poly1305 = unsafe Fetched("ChaCha20-Poly1305", EVP_CIPHER_fetch)
}
