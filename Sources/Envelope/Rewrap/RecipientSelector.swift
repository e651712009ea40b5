public import AgeFormat

/// Which recipients of a file are meant, as far as its header tells them apart.
///
/// A stanza of type `X25519` does not say for whom it is: of those, only all can be meant.
public enum RecipientSelector: Sendable, Hashable, CustomStringConvertible {
    case kmsKey(arn: String)
    /// Every recipient of a type, for example `X25519`.
    case type(String)
    /// An ssh key, by the type and the first argument of its stanza (the start of the SHA-256 of the public key, in base64).
    case ssh(type: String, tag: String)

    public func selects(_ stanza: Stanza) -> Bool {
        switch self {
        case .kmsKey(let arn): stanza.type == KMSKeyStanza.type && stanza.arguments.first == arn
        case .type(let type): stanza.type == type && type != HeaderPadding.type
        case .ssh(let type, let tag): stanza.type == type && stanza.arguments.first == tag
        }
    }

    public var description: String {
        switch self {
        case .kmsKey(let arn): arn
        case .type(let type): "recipients of type \(type)"
        case .ssh(let type, let tag): "\(type) \(tag)"
        }
    }
}
