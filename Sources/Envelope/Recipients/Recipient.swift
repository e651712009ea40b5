public import AgeFormat
public import KeyStore

/// Somebody who will be able to open a sealed file.
///
/// Each kind of recipient is one type in one file of this folder. It writes the stanzas by which it gets at the file key
/// again, and knows nothing of the payload.
///
/// Its description names it among others, in one line and without a secret: a run that is resumed is known by those of its recipients.
public protocol Recipient: Sendable, CustomStringConvertible {
    /// Makes the key of a new file, where this recipient is a service that makes keys; else nil, and the key is random.
    func makeFileKey() async throws(EnvelopeError) -> NewFileKey?

    /// Gives an existing file key to this recipient.
    func wrap(_ fileKey: borrowing FileKey) async throws(EnvelopeError) -> RecipientStanzas
}

extension Recipient {
    public func makeFileKey() async throws(EnvelopeError) -> NewFileKey? { nil }

    /// The name of its kind, where nothing else is known of it.
    public var description: String { "\(Self.self)" }
}

/// How one recipient gets at the file key.
public struct RecipientStanzas: Sendable, Equatable {
    /// One or more.
    public let stanzas: [Stanza]
    /// Properties of the file that hold only if all of its recipients have them: recipients with different labels cannot be mixed
    /// (age plugin protocol, "labels"). Most have none.
    public let labels: Set<String>

    public init(_ stanzas: [Stanza], labels: Set<String> = []) {
        self.stanzas = stanzas
        self.labels = labels
    }

    public init(_ stanza: Stanza) { self.init([stanza]) }
}

/// The key of a file that is about to be sealed, and its first stanza.
public struct NewFileKey: ~Copyable, Sendable {
    let generated: GeneratedFileKey
    public let stanza: Stanza

    public init(_ generated: consuming GeneratedFileKey, stanza: Stanza) {
        self.generated = generated
        self.stanza = stanza
    }
}

/// A way to open sealed files: the other side of a kind of recipient.
public protocol Identity: Sendable {
    /// Looks for stanzas of its kind among all those of a header, in their order, and opens the first it can.
    ///
    /// A stanza of another kind, or for another key, is passed over.
    /// - Throws: `damagedHeader` when a stanza of its kind is malformed, and not when it merely does not open.
    func unwrap(_ stanzas: [Stanza]) async throws(EnvelopeError) -> Unwrapping
}

/// What an identity made of a header's stanzas.
public enum Unwrapping: ~Copyable, Sendable {
    /// The file key, and the key that opened it, as a person names it.
    case opened(FileKey, by: String)
    /// Nothing opened; empty when no stanza was of this kind.
    case refused([Refusal])
}
