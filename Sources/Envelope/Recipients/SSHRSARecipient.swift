import AgeFormat
public import KeyStore
import OpenSSL

/// An RSA key of ssh as a recipient: whoever has its private half can open the file. Construction: `SSHStanza`.
public struct SSHRSARecipient: Recipient {
    private let key: SSHPublicKey
    private let encryption: Encryption

    /// Shared by the copies of the recipient.
    private final class Encryption: Sendable {
        let key: PublicKey

        init(_ key: consuming PublicKey) { self.key = key }
    }

    /// - Throws: `malformedKey` for a key of another type, or whose numbers cannot be a key.
    public init(_ key: SSHPublicKey) throws(EnvelopeError) {
        guard case .rsa(let modulus, let exponent) = key.numbers else {
            throw EnvelopeError(.malformedKey, "the ssh key is of type \(key.type), not ssh-rsa")
        }
        do { encryption = Encryption(try PublicKey(rsaModulus: modulus, exponent: exponent)) } catch { throw EnvelopeError(sshKey: error) }
        self.key = key
    }

    public var description: String { key.text }

    public func wrap(_ fileKey: borrowing FileKey) async throws(EnvelopeError) -> RecipientStanzas {
        do throws(KeyStoreError) {
            let body = try fileKey.encryptedOAEP(to: encryption.key, label: SSHStanza.rsaLabel)
            return RecipientStanzas(try Stanza.checked(SSHKeyType.rsa, [key.tag], body))
        } catch { throw EnvelopeError(error, while: "wrapping the file key for an ssh key") }
    }
}
