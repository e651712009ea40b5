import AgeFormat
import KeyStore
import OpenSSL

/// A recipient of a kind that another program knows (`age1NAME1…`): the plugin `age-plugin-NAME` wraps the file key.
struct PluginRecipient: Recipient {
    private let text: String
    private let client: PluginClient

    /// - Throws: `malformedKey` when the text is not one of this plugin.
    init(_ text: String, client: PluginClient) throws(EnvelopeError) {
        // The last "1" separates (BIP 173); a name may hold others.
        let prefix = "age1\(client.name.text)1"
        guard text.utf8.count <= Stanza.maximumLineByteCount / 2, text.hasPrefix(prefix), !text.dropFirst(prefix.count).contains("1"),
            text.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else { throw EnvelopeError(.malformedKey, "malformed recipient: one of \(client.name.program) begins with \(prefix)") }
        self.text = text
        self.client = client
    }

    var description: String { text }

    func wrap(_ fileKey: borrowing FileKey) async throws(EnvelopeError) -> RecipientStanzas {
        let secret: SecretBytes
        do {
            secret = try fileKey.exportForPlugin()
        } catch {
            throw EnvelopeError(error, while: "giving the file key to \(client.name.program)")
        }
        return try client.wrap(secret, for: text)
    }
}

/// An identity of a kind that another program knows (`AGE-PLUGIN-NAME-1…`): the plugin `age-plugin-NAME` unwraps the file key.
///
/// A plugin that is missing, fails or breaks the protocol has refused, so that other identities get their turn.
final class PluginIdentity: Identity {
    /// May be secret.
    private let text: SecretBytes
    private let client: PluginClient

    /// - Throws: `malformedKey` when the text is not one of this plugin.
    init(_ text: borrowing SecretBytes, client: PluginClient) throws(EnvelopeError) {
        let prefix = Array("AGE-PLUGIN-\(client.name.text.uppercased())-1".utf8)
        guard Self.isIdentity(text, prefix) else {
            throw EnvelopeError(
                .malformedKey, "malformed identity: one of \(client.name.program) begins with \(String(decoding: prefix, as: UTF8.self))")
        }
        do {
            self.text = try text.copy()
        } catch {
            throw EnvelopeError(error, while: "keeping an identity")
        }
        self.client = client
    }

    /// One word that begins so. What is behind the prefix is the plugin's to judge.
    private static func isIdentity(_ text: borrowing SecretBytes, _ prefix: [UInt8]) -> Bool {
        guard text.count > prefix.count, text.count <= Stanza.maximumLineByteCount / 2 else { return false }
        return unsafe text.withUnsafeBytes { text in
            unsafe prefix.elementsEqual(text[..<prefix.count]) && text.allSatisfy { (0x21...0x7E).contains($0) }
        }
    }

    func unwrap(_ stanzas: [Stanza]) async throws(EnvelopeError) -> Unwrapping {
        do throws(EnvelopeError) {
            guard let fileKey = try client.unwrap(stanzas, with: text) else { return .refused([]) }
            return .opened(fileKey, by: client.name.program)
        } catch {
            guard error.code == .pluginFailed else { throw error }
            return .refused([Refusal(key: client.name.program, reason: .plugin(error.message))])
        }
    }
}
