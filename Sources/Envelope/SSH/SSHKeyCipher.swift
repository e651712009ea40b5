import OpenSSL

/// A cipher of encrypted ssh keys: its name in OpenSSH, and what it needs.
enum SSHKeyCipher: String, Sendable, CaseIterable {
    case aes128CTR = "aes128-ctr"
    case aes192CTR = "aes192-ctr"
    case aes256CTR = "aes256-ctr"
    case aes128CBC = "aes128-cbc"
    case aes192CBC = "aes192-cbc"
    case aes256CBC = "aes256-cbc"
    case aes128GCM = "aes128-gcm@openssh.com"
    case aes256GCM = "aes256-gcm@openssh.com"

    /// Of AES: what the plaintext is padded to.
    static let blockByteCount = 16

    /// Bytes of key, which come first out of the key derivation.
    var keyByteCount: Int {
        switch algorithm {
        case .mode(let mode): mode.keyByteCount
        case .aead(let aead): aead.keyByteCount
        }
    }

    /// Bytes of the counter, vector or nonce, which come next.
    var initialByteCount: Int {
        switch algorithm {
        case .mode: AESMode.blockByteCount
        case .aead: AEADAlgorithm.nonceByteCount
        }
    }

    /// Bytes behind the ciphertext (RFC 5647 §5.1).
    var tagByteCount: Int {
        switch algorithm {
        case .mode: 0
        case .aead: AEADAlgorithm.tagByteCount
        }
    }

    /// - Parameters:
    ///   - ciphertext: with the tag behind it, where there is one.
    ///   - material: key and initial block, as derived.
    /// - Throws: `authenticationFailed` when there is a tag, and it is not right.
    func decrypt(_ ciphertext: [UInt8], _ material: borrowing SecretBytes) throws(OpenSSLError) -> SecretBytes {
        let key = try material.copy(0..<keyByteCount)
        let initial = try material.copy(keyByteCount..<keyByteCount + initialByteCount)
        return try initial.withBytes { initial throws(OpenSSLError) in
            switch algorithm {
            case .mode(let mode): return try mode.decrypt(ciphertext.bytes, key: key, initial: initial)
            case .aead(let algorithm):
                var aead = try AEAD(algorithm, key: key)
                return try aead.openSecret(ciphertext.bytes, nonce: initial, authenticating: [UInt8]().bytes)
            }
        }
    }

    private enum Algorithm {
        case mode(AESMode)
        case aead(AEADAlgorithm)
    }

    private var algorithm: Algorithm {
        switch self {
        case .aes128CTR: .mode(.aes128CTR)
        case .aes192CTR: .mode(.aes192CTR)
        case .aes256CTR: .mode(.aes256CTR)
        case .aes128CBC: .mode(.aes128CBC)
        case .aes192CBC: .mode(.aes192CBC)
        case .aes256CBC: .mode(.aes256CBC)
        case .aes128GCM: .aead(.aes128GCM)
        case .aes256GCM: .aead(.aes256GCM)
        }
    }
}
