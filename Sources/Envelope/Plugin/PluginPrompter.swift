public import OpenSSL

/// How the plugin that we are reaches the person: through the age client that started it.
public struct PluginPrompter: Sendable {
    private let client: PluginClientSide

    init(_ client: PluginClientSide) {
        self.client = client
    }

    /// Shows a message, where the client can.
    public func show(_ message: String) throws(EnvelopeError) {
        _ = try client.exchange(PluginMessage.Name.message, body: Array(message.utf8))
    }

    /// Asks for a passphrase or a PIN.
    /// - Returns: nil when the client cannot ask.
    public func requestSecret(_ prompt: String) throws(EnvelopeError) -> SecretBytes? {
        let answer = try client.exchange(PluginMessage.Name.requestSecret, body: Array(prompt.utf8))
        guard answer.type == PluginMessage.Name.ok else { return nil }
        return answer.takeSecret()
    }
}
