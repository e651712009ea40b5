import AgeFormat
import KeyStore

/// A stanza for an ssh key (age's README, "SSH keys"; the specification leaves these two types out).
///
///     -> ssh-ed25519 TAG base64(ephemeral public key, 32 bytes)       body: the file key, wrapped, 32 bytes (`SSHEd25519Wrap`)
///     -> ssh-rsa TAG                                                  body: the file key under RSAES-OAEP, as long as the modulus
///
/// TAG is the canonical base64 of the first 4 bytes of the SHA-256 digest of the public key, as ssh sends it. OAEP has SHA-256, MGF1 with
/// SHA-256, and the label `age-encryption.org/v1/ssh-rsa`.
struct SSHStanza {
    static let rsaLabel = Array("age-encryption.org/v1/ssh-rsa".utf8)
    private static let tagByteCount = 4

    enum Content {
        case ed25519(ephemeral: [UInt8])
        case rsa
    }

    let tag: String
    let content: Content
    let body: [UInt8]
    private let type: String

    /// nil for a stanza of another type.
    /// - Throws: `InvalidCiphertextException` when it is malformed.
    init?(_ stanza: Stanza) throws(KeyStoreError) {
        let argumentCount: Int
        switch stanza.type {
        case SSHKeyType.ed25519: argumentCount = 2
        case SSHKeyType.rsa: argumentCount = 1
        default: return nil
        }
        type = stanza.type
        guard stanza.arguments.count == argumentCount else {
            throw StanzaArgument.malformed(type, "it must have \(argumentCount) arguments, not \(stanza.arguments.count)")
        }
        _ = try StanzaArgument.decode(stanza.arguments[0], byteCount: Self.tagByteCount, of: type)
        tag = stanza.arguments[0]
        body = stanza.body
        guard argumentCount == 2 else {
            content = .rsa
            return
        }
        content = .ed25519(ephemeral: try StanzaArgument.decode(stanza.arguments[1], byteCount: 32, of: type))
        guard body.count == FileKey.wrappedByteCount else {
            throw malformed("its body must have \(FileKey.wrappedByteCount) bytes, not \(body.count)")
        }
    }

    func malformed(_ reason: String) -> KeyStoreError { StanzaArgument.malformed(type, reason) }
}
