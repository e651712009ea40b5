public import AgeFormat
public import KeyStore

/// A recipient of age's own kind (`age1…`): whoever has its identity can open the file.
public struct X25519Recipient: Recipient {
    private let recipient: AgeRecipient

    public init(_ recipient: AgeRecipient) { self.recipient = recipient }

    public var description: String { recipient.text }

    public func wrap(_ fileKey: borrowing FileKey) async throws(EnvelopeError) -> RecipientStanzas {
        do { return RecipientStanzas(try fileKey.stanza(for: recipient)) } catch {
            guard error.code != .validation else { throw EnvelopeError(.malformedKey, error.message) }
            throw EnvelopeError(error, while: "wrapping the file key for \(recipient.text)")
        }
    }
}

/// An identity of age's own kind (`AGE-SECRET-KEY-1…`).
public struct X25519Identity: Identity {
    private let shared: Shared
    private let name: String

    /// One key for all copies of the value.
    private final class Shared: Sendable {
        let identity: AgeIdentity

        init(_ identity: consuming AgeIdentity) { self.identity = identity }
    }

    /// - Parameter name: how a person names it, for example by its file.
    public init(_ identity: consuming AgeIdentity, name: String) {
        self.shared = Shared(identity)
        self.name = name
    }

    /// - Throws: `keyService` when no locked memory is left.
    public init(copying identity: borrowing AgeIdentity, name: String) throws(EnvelopeError) {
        let copy: AgeIdentity
        do { copy = try identity.copy() } catch { throw EnvelopeError(error, while: "copying an identity") }
        self.init(copy, name: name)
    }

    public func unwrap(_ stanzas: [Stanza]) async throws(EnvelopeError) -> Unwrapping {
        for stanza in stanzas {
            do throws(KeyStoreError) {
                if let fileKey = try shared.identity.openFileKey(stanza) { return .opened(fileKey, by: name) }
            } catch { throw EnvelopeError(stanza: error) }
        }
        return .refused([])
    }
}
