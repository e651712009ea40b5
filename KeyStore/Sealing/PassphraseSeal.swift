import OpenSSL

/// How hard guessing a passphrase is made (scrypt, RFC 7914).
public struct ScryptParameters: Sendable, Hashable {
    /// N = 2^logN. 17 takes about a quarter of a second and 128 MiB.
    public static let logNRange = 10...20
    public static let `default` = ScryptParameters(uncheckedLogN: 17)

    public let logN: Int
    /// Fixed: block size 8 and one lane, as age uses.
    public static let r = 8
    public static let p = 1

    /// - Throws: `ValidationException` outside ``logNRange``: below it guessing is cheap, above it a hostile file could
    ///   take gigabytes.
    public init(logN: Int) throws(KeyStoreError) {
        guard Self.logNRange.contains(logN) else {
            throw KeyStoreError(.validation, "scrypt's logN is \(Self.logNRange.lowerBound) to \(Self.logNRange.upperBound), not \(logN)")
        }
        self.logN = logN
    }

    private init(uncheckedLogN: Int) { self.logN = uncheckedLogN }

    /// The cipher whose key is derived from a passphrase.
    func aead(_ passphrase: borrowing SecretBytes, salt: [UInt8]) throws(OpenSSLError) -> AEAD {
        let key = try Scrypt.derive(passphrase: passphrase, salt: salt.bytes, logN: logN, r: Self.r, p: Self.p, count: 32)
        return try AEAD(.chaCha20Poly1305, key: key)
    }
}

/// A seal's private key under a passphrase: the construction of age's scrypt stanza with a label of our own.
///
///     key    = scrypt(passphrase, "coffer/v1/seal/passphrase" ‖ salt, N = 2^logN, r = 8, p = 1)
///     sealed = ChaCha20-Poly1305(key, nonce 0¹², X25519 private key)
///
/// The nonce is constant because every salt, and so every key, is used once.
struct PassphraseSeal: Sendable, Equatable {
    static let minimumPassphraseByteCount = 8
    static let maximumPassphraseByteCount = 1024
    private static let label = Array("coffer/v1/seal/passphrase".utf8)
    private static let saltByteCount = 16
    private static let sealedByteCount = AgeIdentity.keyByteCount + AEADAlgorithm.tagByteCount
    private static let nonce = [UInt8](repeating: 0, count: AEADAlgorithm.nonceByteCount)

    let parameters: ScryptParameters
    let salt: [UInt8]
    let sealed: [UInt8]

    init(_ identity: borrowing AgeIdentity, passphrase: borrowing SecretBytes, parameters: ScryptParameters) throws(OpenSSLError) {
        self.parameters = parameters
        self.salt = try Random.bytes(Self.saltByteCount)
        var aead = try Self.aead(passphrase, salt, parameters)
        self.sealed = try aead.seal(identity.privateKey, nonce: Self.nonce.bytes, authenticating: [UInt8]().bytes)
    }

    /// - Throws: `authenticationFailed` for another passphrase.
    func open(with passphrase: borrowing SecretBytes) throws(OpenSSLError) -> SecretBytes {
        var aead = try Self.aead(passphrase, salt, parameters)
        return try aead.openSecret(sealed.bytes, nonce: Self.nonce.bytes, authenticating: [UInt8]().bytes)
    }

    private static func aead(_ passphrase: borrowing SecretBytes, _ salt: [UInt8], _ parameters: ScryptParameters) throws(OpenSSLError)
        -> AEAD
    {
        try parameters.aead(passphrase, salt: label + salt)
    }

    static func validate(passphrase: borrowing SecretBytes) throws(KeyStoreError) {
        guard passphrase.count >= minimumPassphraseByteCount else {
            throw KeyStoreError(.validation, "the passphrase is too short; use at least \(minimumPassphraseByteCount) characters")
        }
        guard passphrase.count <= maximumPassphraseByteCount else {
            throw KeyStoreError(.validation, "the passphrase is too long; use at most \(maximumPassphraseByteCount) bytes")
        }
    }

    var encoded: [UInt8] {
        var writer = ByteWriter()
        writer.append(UInt8(parameters.logN))
        writer.append(salt)
        writer.append(sealed)
        return writer.bytes
    }

    /// nil for parameters out of bounds, before any work is done with them.
    init?(reading reader: inout ByteReader) {
        guard let logN = reader.readUInt8(), let salt = reader.readBytes(Self.saltByteCount),
            let sealed = reader.readBytes(Self.sealedByteCount)
        else { return nil }
        do { self.parameters = try ScryptParameters(logN: Int(logN)) } catch { return nil }
        self.salt = salt
        self.sealed = sealed
    }
}
