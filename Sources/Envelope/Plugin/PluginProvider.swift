public import OpenSSL

public protocol PluginProvider: Sendable {
    /// - Parameter name: of the plugin, checked: `age-plugin-NAME`.
    func recipient(_ text: String, plugin name: String) throws(EnvelopeError) -> any Recipient
    func identity(_ text: borrowing SecretBytes, plugin name: String) throws(EnvelopeError) -> any Identity
}
