import KeyStore
import OpenSSL

/// How a file key is wrapped for an Ed25519 key of ssh: age's X25519 construction, with the key moved to the Montgomery curve and bound to
/// its ssh form by a tweak, so that it is not used as a plain X25519 key anywhere.
///
///     label  = "age-encryption.org/v1/ssh-ed25519"
///     u      = (1 + y) / (1 − y) mod 2²⁵⁵ − 19                        the recipient's point
///     tweak  = HKDF-SHA256(ikm = "", salt = the ssh public key, info = label, 32 bytes)
///     shared = X25519(tweak, X25519(ephemeral private, u))            all-zero refused
///     key    = HKDF-SHA256(ikm = shared, salt = ephemeral public ‖ u, info = label, 32 bytes)
///     body   = ChaCha20-Poly1305(key, nonce 0¹², file key)
///
/// Scalars commute: here the tweak is applied to the public point first, so that the only product of a private scalar is `shared` itself.
struct SSHEd25519Wrap {
    private static let label = Array("age-encryption.org/v1/ssh-ed25519".utf8)

    /// The recipient's u.
    private let point: [UInt8]
    private let wire: [UInt8]

    /// - Throws: `ValidationException` when the key is not a point of the curve, or one of small order.
    init(_ key: SSHPublicKey) throws(KeyStoreError) {
        guard case .ed25519(let ed25519) = key.numbers else { preconditionFailure("an Ed25519 key is wanted") }
        wire = key.wire
        do throws(OpenSSLError) {
            point = try PublicKey(x25519FromEd25519: ed25519).rawBytes()
        } catch {
            guard error.code == .invalidKey else { throw KeyStoreError(.internalFailure, "\(error)") }
            throw KeyStoreError(.validation, "the ssh key is not a point of its curve")
        }
        guard try tweaked(point) != nil else {
            throw KeyStoreError(.validation, "the ssh key is a point of small order: nobody has such a key")
        }
    }

    /// A fresh wrap key, and the ephemeral public key by which the recipient finds it.
    func newWrapKey() throws(KeyStoreError) -> NewWrapKey {
        guard let target = try tweaked(point) else { preconditionFailure("checked when this value was made") }
        do {
            let key = try PrivateKey.generate(.x25519)
            let ephemeral = try key.publicKey().rawBytes()
            return NewWrapKey(key: try wrapKey(key.sharedSecret(with: target), ephemeral), ephemeral: ephemeral)
        } catch { throw KeyStoreError(.internalFailure, "\(error)") }
    }

    struct NewWrapKey: ~Copyable {
        let key: SecretBytes
        let ephemeral: [UInt8]
    }

    /// The wrap key that belongs to an ephemeral key; nil when that is a point of small order.
    /// - Parameter identity: the private half of the recipient, as an X25519 key.
    func wrapKey(ephemeral: [UInt8], identity: borrowing PrivateKey) throws(KeyStoreError) -> SecretBytes? {
        guard let target = try tweaked(ephemeral) else { return nil }
        do { return try wrapKey(identity.sharedSecret(with: target), ephemeral) } catch {
            throw KeyStoreError(.internalFailure, "\(error)")
        }
    }

    /// X25519(tweak, point); nil for a point of small order.
    private func tweaked(_ point: [UInt8]) throws(KeyStoreError) -> PublicKey? {
        do throws(OpenSSLError) {
            let nothing = try SecretBytes(copying: [UInt8]().bytes)
            let tweak = try HKDF.derive(.sha256, inputKey: nothing, salt: wire.bytes, info: Self.label.bytes, count: 32)
            let product = try PrivateKey(rawX25519: tweak).sharedSecret(with: PublicKey(rawX25519: point.bytes))
            return try product.withBytes { bytes throws(OpenSSLError) in try PublicKey(rawX25519: bytes) }
        } catch {
            if error.code == .invalidKey { return nil }
            throw KeyStoreError(.internalFailure, "\(error)")
        }
    }

    private func wrapKey(_ shared: borrowing SecretBytes, _ ephemeral: [UInt8]) throws(OpenSSLError) -> SecretBytes {
        let salt = ephemeral + point
        return try HKDF.derive(.sha256, inputKey: shared, salt: salt.bytes, info: Self.label.bytes, count: 32)
    }
}
