import KeyStore
import OpenSSL

/// A private key of ssh, open and checked, as age uses it: of an Ed25519 key only the X25519 key that its seed gives.
final class SSHPrivateKey: Sendable {
    let publicKey: SSHPublicKey
    /// X25519 for an Ed25519 key, else RSA.
    private let key: PrivateKey

    private init(_ publicKey: SSHPublicKey, _ key: consuming PrivateKey) {
        self.publicKey = publicKey
        self.key = key
    }

    /// The private X25519 key is the first half of SHA-512 of the seed (RFC 8032 §5.1.5).
    static func ed25519(seed: borrowing SecretBytes) throws(EnvelopeError) -> SSHPrivateKey {
        let point = try publicPoint(seed)
        return SSHPrivateKey(try SSHPublicKey(point), try scalar(seed))
    }

    /// - Throws: `malformedKey` when the numbers do not fit together.
    static func rsa(_ components: borrowing RSAComponents) throws(EnvelopeError) -> SSHPrivateKey {
        let key: PrivateKey
        do { key = try PrivateKey(rsa: components) } catch { throw EnvelopeError(sshKey: error) }
        return try of(key)
    }

    /// - Throws: `malformedKey` for a key that is neither Ed25519 nor RSA of a size that can be used.
    static func of(_ key: consuming PrivateKey) throws(EnvelopeError) -> SSHPrivateKey {
        if key.type == .ed25519 {
            let seed: SecretBytes
            do { seed = try key.rawBytes() } catch { throw EnvelopeError(sshKey: error) }
            return try ed25519(seed: seed)
        }
        let publicHalf: PublicKey
        do { publicHalf = try key.publicKey() } catch { throw EnvelopeError(sshKey: error) }
        return SSHPrivateKey(try SSHPublicKey(publicHalf), key)
    }

    private static func publicPoint(_ seed: borrowing SecretBytes) throws(EnvelopeError) -> PublicKey {
        do { return try PrivateKey(rawEd25519: seed).publicKey() } catch { throw EnvelopeError(sshKey: error) }
    }

    private static func scalar(_ seed: borrowing SecretBytes) throws(EnvelopeError) -> PrivateKey {
        do { return try PrivateKey(rawX25519: Digest.hash(.sha512, secret: seed).copy(0..<32)) } catch {
            throw EnvelopeError(sshKey: error)
        }
    }

    /// Opens a stanza that names this key; nil when it does not open.
    /// - Throws: `damagedHeader` when it is malformed.
    func open(_ stanza: SSHStanza) throws(EnvelopeError) -> FileKey? {
        do throws(KeyStoreError) {
            switch (stanza.content, publicKey.numbers) {
            case (.ed25519(let ephemeral), .ed25519):
                guard let wrapKey = try SSHEd25519Wrap(publicKey).wrapKey(ephemeral: ephemeral, identity: key) else {
                    throw stanza.malformed("its ephemeral key is a point of small order")
                }
                return try FileKey.unwrap(stanza.body, under: wrapKey)
            case (.rsa, .rsa(let modulus, _)):
                guard stanza.body.count == modulus.count else {
                    throw stanza.malformed("its body must have \(modulus.count) bytes, not \(stanza.body.count)")
                }
                return try FileKey.decryptOAEP(stanza.body, with: key, label: SSHStanza.rsaLabel)
            case (.ed25519, .rsa), (.rsa, .ed25519): return nil
            }
        } catch { throw EnvelopeError(stanza: error) }
    }
}
