public import OpenSSL

/// Where recipients and identities come from whose kind other programs know (age plugin protocol).
public protocol PluginProvider: Sendable {
    /// - Parameters:
    ///   - text: `age1NAME1…`.
    ///   - name: the plugin's name, which the text begins with.
    /// - Throws: `malformedKey` when the name or the text cannot be one.
    func recipient(_ text: String, plugin name: String) throws(EnvelopeError) -> any Recipient

    /// - Parameters:
    ///   - text: `AGE-PLUGIN-NAME-1…`; may hold a secret, and is copied.
    ///   - name: the plugin's name, which the text begins with.
    /// - Throws: `malformedKey` when the name or the text cannot be one.
    func identity(_ text: borrowing SecretBytes, plugin name: String) throws(EnvelopeError) -> any Identity
}
