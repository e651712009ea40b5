import ArgumentParser
import Envelope
import KeyStore

/// A recipient of files that exist: `age1…`, an ssh public key or its file, `type:X25519`, or a key of the store.
enum RecipientReference: ExpressibleByArgument, Equatable, Sendable {
    case text(String)
    /// `./id.pub`, `/etc/keys/id.pub`: with a folder in front, or `.pub` behind it.
    case sshFile(String)
    /// Every recipient of a stanza type.
    case type(String)
    case key(KeyReference)

    static var defaultCompletionKind: CompletionKind { WordCompletion.key }

    init?(argument: String) {
        if argument.hasPrefix("age1") || argument.hasPrefix("ssh-") || argument.uppercased().hasPrefix("AGE-") {
            self = .text(argument)
        } else if let type = argument.dropping(prefix: "type:") {
            guard !type.isEmpty else { return nil }
            self = .type(type)
        } else if argument.hasSuffix(".pub") || ["/", "./", "../"].contains(where: argument.hasPrefix) {
            self = .sshFile(argument)
        } else {
            guard let key = KeyReference(argument: argument) else { return nil }
            self = .key(key)
        }
    }

    /// Somebody to seal for.
    func recipient(_ encryptionContext: EncryptionContext, _ keys: Keys) async throws -> any Recipient {
        switch self {
        case .text(let text): return try RecipientText.parse(text, plugins: keys.plugins)
        case .sshFile(let path): return try RecipientText.parse(SSHPublicKeyFile.read(path, in: keys.session), plugins: nil)
        case .key(let key):
            return KMSKeyRecipient(
                keyID: key.serviceName, encryptionContext: encryptionContext, service: try await keys.store.open().service)
        case .type(let type):
            throw CommandError(.usage, "type:\(type) is nobody to seal for", hint: "type: is for --remove-recipient")
        }
    }

    /// What of a header is meant.
    func selector(_ keys: Keys) async throws -> RecipientSelector {
        switch self {
        case .text(let text):
            guard !text.hasPrefix("ssh-") else { return try Self.selector(ssh: text) }
            guard !text.hasPrefix("age1\(CofferPluginKey.pluginName)1") else {
                return .kmsKey(arn: try CofferPluginKey(recipient: text).keyARN)
            }
            _ = try RecipientText.parse(text, plugins: keys.plugins)
            throw CommandError(
                .usage, "a file does not say for which age1 recipients it is sealed, so that one of them cannot be found in it",
                hint: "type:X25519 removes all of them; what is to stay can be added again with --add-recipient")
        case .sshFile(let path): return try Self.selector(ssh: SSHPublicKeyFile.read(path, in: keys.session))
        case .key(let key): return .kmsKey(arn: try await key.arn(in: keys.store))
        case .type(let type): return .type(type)
        }
    }

    private static func selector(ssh line: String) throws(EnvelopeError) -> RecipientSelector {
        let key = try SSHPublicKey(line: line)
        return .ssh(type: key.type, tag: key.tag)
    }
}

extension KeyReference {
    /// The key's ARN. One that is given as such is not looked up: the key may be gone, and still be named in files.
    func arn(in store: LazyStore) async throws -> String {
        if serviceName.hasPrefix("arn:"), !isAlias { return serviceName }
        return try await store.open().service.describeKey(keyID: serviceName).arn
    }
}
