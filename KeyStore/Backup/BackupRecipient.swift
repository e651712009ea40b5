import AgeFormat
public import OpenSSL

/// Who can open a backup.
public enum BackupRecipient: ~Copyable, Sendable {
    /// Any of these identities; at least one.
    case recipients([AgeRecipient])
    case passphrase(SecretBytes, ScryptParameters)
}

/// The two stanzas of age v1 that a backup can carry, so that stock `age` opens it ("The X25519 recipient type", "The scrypt
/// recipient type").
enum BackupStanza {
    private static let x25519Type = "X25519"
    private static let x25519Label = "age-encryption.org/v1/X25519"
    private static let scryptType = "scrypt"
    private static let scryptLabel = Array("age-encryption.org/v1/scrypt".utf8)
    private static let scryptSaltByteCount = 16
    private static let wrappedByteCount = FileKey.byteCount + AEADAlgorithm.tagByteCount
    private static let nonce = [UInt8](repeating: 0, count: AEADAlgorithm.nonceByteCount)

    static func wrap(_ fileKey: borrowing FileKey, for recipient: consuming BackupRecipient) throws(KeyStoreError) -> [Stanza] {
        switch consume recipient {
        case .recipients(let recipients):
            guard !recipients.isEmpty else { throw KeyStoreError(.validation, "a backup needs at least one recipient or a passphrase") }
            var stanzas: [Stanza] = []
            for recipient in recipients { stanzas.append(try wrap(fileKey, for: recipient)) }
            return stanzas
        case .passphrase(let passphrase, let parameters):
            try PassphraseSeal.validate(passphrase: passphrase)
            return [try wrap(fileKey, under: passphrase, parameters)]
        }
    }

    private static func wrap(_ fileKey: borrowing FileKey, for recipient: AgeRecipient) throws(KeyStoreError) -> Stanza {
        let wrap: RecipientWrap
        do { wrap = try RecipientWrap(fileKey.bytes, to: recipient, label: x25519Label) } catch { throw KeyStoreError(error) }
        return try stanza(x25519Type, [Base64.encode(wrap.ephemeral, padding: .none)], wrap.sealed)
    }

    private static func wrap(_ fileKey: borrowing FileKey, under passphrase: borrowing SecretBytes, _ parameters: ScryptParameters)
        throws(KeyStoreError) -> Stanza
    {
        let salt: [UInt8]
        let sealed: [UInt8]
        do throws(OpenSSLError) {
            salt = try Random.bytes(scryptSaltByteCount)
            var aead = try parameters.aead(passphrase, salt: scryptLabel + salt)
            let none = [UInt8]()
            sealed = try aead.seal(fileKey.bytes, nonce: nonce.bytes, authenticating: none.bytes)
        } catch { throw KeyStoreError(error) }
        return try stanza(scryptType, [Base64.encode(salt, padding: .none), String(parameters.logN)], sealed)
    }

    private static func stanza(_ type: String, _ arguments: [String], _ body: [UInt8]) throws(KeyStoreError) -> Stanza {
        do { return try Stanza(type: type, arguments: arguments, body: body) } catch {
            throw KeyStoreError(.internalFailure, "\(error)")
        }
    }

    /// nil when the credential does not open this stanza.
    static func open(_ stanza: Stanza, with credential: borrowing SealCredential) throws(KeyStoreError) -> FileKey? {
        guard stanza.body.count == wrappedByteCount else { return nil }
        do throws(OpenSSLError) {
            switch credential {
            case .identity(let identity):
                guard stanza.type == x25519Type, stanza.arguments.count == 1,
                    let ephemeral = decode(stanza.arguments[0], byteCount: AgeIdentity.keyByteCount)
                else { return nil }
                let wrap = RecipientWrap(ephemeral: ephemeral, sealed: stanza.body)
                return FileKey(unchecked: try wrap.open(with: identity, label: x25519Label))
            case .passphrase(let passphrase):
                guard stanza.type == scryptType, stanza.arguments.count == 2,
                    let salt = decode(stanza.arguments[0], byteCount: scryptSaltByteCount),
                    let parameters = parameters(stanza.arguments[1])
                else { return nil }
                var aead = try parameters.aead(passphrase, salt: scryptLabel + salt)
                let none = [UInt8]()
                let body = stanza.body
                return FileKey(unchecked: try aead.openSecret(body.bytes, nonce: nonce.bytes, authenticating: none.bytes))
            }
        } catch {
            if error.code == .authenticationFailed { return nil }
            throw KeyStoreError(error)
        }
    }

    private static func decode(_ text: String, byteCount: Int) -> [UInt8]? {
        do {
            let bytes = try Base64.decode(text, padding: .none)
            return bytes.count == byteCount ? bytes : nil
        } catch { return nil }
    }

    /// nil beyond the bounds of ``ScryptParameters``: no work is done for a hostile work factor.
    private static func parameters(_ text: String) -> ScryptParameters? {
        guard !text.hasPrefix("0"), let logN = Int(text), text == String(logN) else { return nil }
        do { return try ScryptParameters(logN: logN) } catch { return nil }
    }
}
