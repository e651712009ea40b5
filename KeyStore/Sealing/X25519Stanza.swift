public import AgeFormat
import OpenSSL

/// age's stanza for an X25519 recipient (age v1, "The X25519 recipient type"): the holder of one `AGE-SECRET-KEY-1…` opens it.
///
///     -> X25519 base64(ephemeral public key, 32 bytes)
///     body = the file key under RecipientWrap's construction, 32 bytes
public enum X25519Stanza {
    public static let type = "X25519"
    static let label = "age-encryption.org/v1/X25519"

    /// - Throws: `InvalidCiphertextException` when the stanza is not as the format says.
    fileprivate static func wrap(in stanza: Stanza) throws(KeyStoreError) -> RecipientWrap {
        guard stanza.arguments.count == 1 else { throw malformed("it must have one argument, the ephemeral key") }
        let ephemeral = try StanzaArgument.decode(stanza.arguments[0], byteCount: AgeIdentity.keyByteCount, of: type)
        guard stanza.body.count == FileKey.wrappedByteCount else {
            throw malformed("its body must have \(FileKey.wrappedByteCount) bytes, not \(stanza.body.count)")
        }
        return RecipientWrap(ephemeral: ephemeral, sealed: stanza.body)
    }

    fileprivate static func malformed(_ reason: String) -> KeyStoreError { StanzaArgument.malformed(type, reason) }
}

extension FileKey {
    /// Gives the file key to an X25519 recipient.
    public borrowing func stanza(for recipient: AgeRecipient) throws(KeyStoreError) -> Stanza {
        let wrap: RecipientWrap
        do throws(OpenSSLError) {
            wrap = try RecipientWrap(bytes, to: recipient, label: X25519Stanza.label)
        } catch {
            guard error.code == .invalidKey else { throw KeyStoreError(error) }
            throw KeyStoreError(
                .validation, "nobody can have the identity of the recipient \(recipient.text): it is a point of small order")
        }
        return try Stanza.checked(X25519Stanza.type, [Base64.encode(wrap.ephemeral, padding: .none)], wrap.sealed)
    }
}

extension AgeIdentity {
    /// Opens a stanza of type ``X25519Stanza/type``; nil when it is of another type or for another identity.
    /// - Throws: `InvalidCiphertextException` when the stanza is malformed, which age takes for damage of the whole header: a wrong number of
    ///   arguments, wrong lengths, base64 that is not canonical, an ephemeral key of small order.
    public borrowing func openFileKey(_ stanza: Stanza) throws(KeyStoreError) -> FileKey? {
        guard stanza.type == X25519Stanza.type else { return nil }
        let wrap = try X25519Stanza.wrap(in: stanza)
        do throws(OpenSSLError) {
            return FileKey(unchecked: try wrap.open(with: self, label: X25519Stanza.label))
        } catch {
            switch error.code {
            case .authenticationFailed: return nil
            case .invalidKey: throw X25519Stanza.malformed("its ephemeral key is a point of small order")
            case .invalidInput, .outOfSecureMemory, .unsupported, .libraryFailure: throw KeyStoreError(error)
            }
        }
    }
}
