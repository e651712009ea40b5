import OpenSSL

/// A secret wrapped to an X25519 recipient: the construction of age's X25519 stanza (age v1, "The X25519 recipient type")
/// with a label of our own, so that a stanza and a seal can never be taken for each other.
///
///     shared = X25519(ephemeral private, recipient)          all-zero refused
///     key    = HKDF-SHA256(shared, salt = ephemeral ‖ recipient, info = label)
///     sealed = ChaCha20-Poly1305(key, nonce 0¹², secret)
///
/// The nonce is constant because every ephemeral key, and so every key, is used once.
struct RecipientWrap: Sendable, Equatable {
    static let rootLabel = "coffer/v1/seal/root"

    let ephemeral: [UInt8]
    let sealed: [UInt8]

    private static let nonce = [UInt8](repeating: 0, count: AEADAlgorithm.nonceByteCount)
    private static let maximumSealedByteCount = 64

    init(_ secret: borrowing SecretBytes, to recipient: AgeRecipient, label: String) throws(OpenSSLError) {
        let ephemeralKey = try PrivateKey.generate(.x25519)
        self.ephemeral = try ephemeralKey.publicKey().rawBytes()
        let shared = try ephemeralKey.sharedSecret(with: PublicKey(rawX25519: recipient.publicKey.bytes))
        var aead = try Self.aead(shared, ephemeral, recipient, label)
        self.sealed = try aead.seal(secret, nonce: Self.nonce.bytes, authenticating: [UInt8]().bytes)
    }

    /// - Throws: `authenticationFailed` when this was not wrapped to the identity.
    func open(with identity: borrowing AgeIdentity, label: String) throws(OpenSSLError) -> SecretBytes {
        let key = try PrivateKey(rawX25519: identity.privateKey)
        let recipient = AgeRecipient(publicKey: try key.publicKey().rawBytes())
        let shared = try key.sharedSecret(with: PublicKey(rawX25519: ephemeral.bytes))
        var aead = try Self.aead(shared, ephemeral, recipient, label)
        return try aead.openSecret(sealed.bytes, nonce: Self.nonce.bytes, authenticating: [UInt8]().bytes)
    }

    private static func aead(
        _ shared: borrowing SecretBytes, _ ephemeral: [UInt8], _ recipient: AgeRecipient, _ label: String
    ) throws(OpenSSLError) -> AEAD {
        let salt = ephemeral + recipient.publicKey
        let key = try HKDF.derive(.sha256, inputKey: shared, salt: salt.bytes, info: Array(label.utf8).bytes, count: 32)
        return try AEAD(.chaCha20Poly1305, key: key)
    }

    init(ephemeral: [UInt8], sealed: [UInt8]) {
        self.ephemeral = ephemeral
        self.sealed = sealed
    }

    var encoded: [UInt8] {
        var writer = ByteWriter()
        writer.append(ephemeral)
        writer.appendPrefixed(sealed)
        return writer.bytes
    }

    init?(reading reader: inout ByteReader) {
        guard let ephemeral = reader.readBytes(32), let sealed = reader.readPrefixed(), sealed.count <= Self.maximumSealedByteCount else {
            return nil
        }
        self.ephemeral = ephemeral
        self.sealed = sealed
    }
}
