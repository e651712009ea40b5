import AgeFormat
public import KeyStore

/// An Ed25519 key of ssh as a recipient: whoever has its private half can open the file. Construction: `SSHEd25519Wrap`.
public struct SSHEd25519Recipient: Recipient {
    private let key: SSHPublicKey
    private let construction: SSHEd25519Wrap

    /// - Throws: `malformedKey` for a key of another type, or that is not a point of its curve.
    public init(_ key: SSHPublicKey) throws(EnvelopeError) {
        guard case .ed25519 = key.numbers else { throw EnvelopeError(.malformedKey, "the ssh key is of type \(key.type), not ssh-ed25519") }
        do { construction = try SSHEd25519Wrap(key) } catch { throw EnvelopeError(key: error) }
        self.key = key
    }

    public var description: String { key.text }

    public func wrap(_ fileKey: borrowing FileKey) async throws(EnvelopeError) -> RecipientStanzas {
        do throws(KeyStoreError) {
            let wrap = try construction.newWrapKey()
            let arguments = [key.tag, Base64.encode(wrap.ephemeral, padding: .none)]
            return RecipientStanzas(try Stanza.checked(SSHKeyType.ed25519, arguments, fileKey.wrapped(under: wrap.key)))
        } catch { throw EnvelopeError(error, while: "wrapping the file key for an ssh key") }
    }
}
