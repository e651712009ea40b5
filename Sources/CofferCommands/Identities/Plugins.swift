import AgeFormat
import Envelope
import KeyStore
import OpenSSL

/// The plugins that are installed. What is for our own, the keys of the store, needs none.
struct Plugins: PluginProvider {
    let installed: InstalledPlugins
    let store: LazyStore

    func recipient(_ text: String, plugin name: String) throws(EnvelopeError) -> any Recipient {
        guard name == CofferPluginKey.pluginName else { return try installed.recipient(text, plugin: name) }
        return StoreKeyRecipient(key: try CofferPluginKey(recipient: text), store: store)
    }

    func identity(_ text: borrowing SecretBytes, plugin name: String) throws(EnvelopeError) -> any Identity {
        guard name == CofferPluginKey.pluginName else { return try installed.identity(text, plugin: name) }
        // Nothing in it is secret.
        let publicText = text.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
        switch try CofferPluginIdentity(publicText) {
        case .anyKey: return store.identity(expecting: .asRecorded)
        case .key(let key): return StoreKeyIdentity(key: key, store: store)
        }
    }
}

/// A key of the store that is named by its recipient text; the store is opened when a file is sealed.
private struct StoreKeyRecipient: Recipient {
    let key: CofferPluginKey
    let store: LazyStore

    var description: String { key.recipient }

    func makeFileKey() async throws(EnvelopeError) -> NewFileKey? { try await recipient().makeFileKey() }

    func wrap(_ fileKey: borrowing FileKey) async throws(EnvelopeError) -> RecipientStanzas { try await recipient().wrap(fileKey) }

    private func recipient() async throws(EnvelopeError) -> KMSKeyRecipient {
        KMSKeyRecipient(keyID: key.keyARN, encryptionContext: key.encryptionContext, service: try await store.service())
    }
}

/// The same as an identity: files that were sealed for exactly this key and context.
private struct StoreKeyIdentity: Identity {
    let key: CofferPluginKey
    let store: LazyStore

    func unwrap(_ stanzas: [Stanza]) async throws(EnvelopeError) -> Unwrapping {
        let own = stanzas.filter { $0.type == KMSKeyStanza.type && $0.arguments.first == key.keyARN }
        return try await store.identity(expecting: .exactly(key.encryptionContext)).unwrap(own)
    }
}
