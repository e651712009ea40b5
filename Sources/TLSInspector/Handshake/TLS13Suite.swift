internal import OpenSSL

/// What a cipher suite of TLS 1.3 stands for (RFC 8446 §B.4): the hash of its key schedule and the cipher of its records.
struct TLS13Suite: Sendable, Hashable {
    enum Cipher: Sendable, Hashable {
        case aead(AEADAlgorithm)
        /// With a tag of so many bytes.
        case ccm(tagByteCount: Int)
    }

    let cipherSuite: CipherSuite
    let digest: DigestAlgorithm
    let cipher: Cipher

    /// Every suite that this program can speak, in the order in which it offers them.
    static let spoken = [0x1301, 0x1302, 0x1303, 0x1304, 0x1305].map { CipherSuite(rawValue: $0) }

    /// Nil for suites that this program cannot speak.
    init?(_ cipherSuite: CipherSuite) {
        switch cipherSuite.rawValue {
        case 0x1301: (digest, cipher) = (.sha256, .aead(.aes128GCM))
        case 0x1302: (digest, cipher) = (.sha384, .aead(.aes256GCM))
        case 0x1303: (digest, cipher) = (.sha256, .aead(.chaCha20Poly1305))
        case 0x1304: (digest, cipher) = (.sha256, .ccm(tagByteCount: 16))
        case 0x1305: (digest, cipher) = (.sha256, .ccm(tagByteCount: 8))
        default: return nil
        }
        self.cipherSuite = cipherSuite
    }

    var keyByteCount: Int {
        switch cipher {
        case .aead(let algorithm): algorithm.keyByteCount
        case .ccm: AESCCM.keyByteCount
        }
    }
}
