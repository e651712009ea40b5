import AgeFormat
public import OpenSSL

/// Who can open a backup.
public enum BackupRecipient: ~Copyable, Sendable {
    /// Any of these identities; at least one.
    case recipients([AgeRecipient])
    case passphrase(SecretBytes, ScryptParameters)
}

/// The stanzas of age v1 that a backup can carry, so that stock `age` opens it: `X25519Stanza`, and `ScryptStanza` within the bounds
/// of `ScryptParameters`.
enum BackupStanza {
    static func wrap(_ fileKey: borrowing FileKey, for recipient: consuming BackupRecipient) throws(KeyStoreError) -> [Stanza] {
        switch consume recipient {
        case .recipients(let recipients):
            guard !recipients.isEmpty else { throw KeyStoreError(.validation, "a backup needs at least one recipient or a passphrase") }
            var stanzas: [Stanza] = []
            for recipient in recipients { stanzas.append(try fileKey.stanza(for: recipient)) }
            return stanzas
        case .passphrase(let passphrase, let parameters):
            try PassphraseSeal.validate(passphrase: passphrase)
            return [try fileKey.stanza(passphrase: passphrase, logN: parameters.logN)]
        }
    }

    /// nil when the credential does not open this stanza.
    /// - Throws: `InvalidBackup` when the stanza is malformed.
    static func open(_ stanza: Stanza, with credential: borrowing SealCredential) throws(KeyStoreError) -> FileKey? {
        do throws(KeyStoreError) {
            switch credential {
            case .identity(let identity): return try identity.openFileKey(stanza)
            case .passphrase(let passphrase):
                guard stanza.type == ScryptStanza.type else { return nil }
                return try ScryptStanza(stanza, logNRange: ScryptParameters.logNRange).open(passphrase: passphrase)
            }
        } catch {
            switch error.code {
            case .invalidCiphertext, .limitExceeded: throw KeyStoreError(.invalidBackup, error.message)
            default: throw error
            }
        }
    }
}
