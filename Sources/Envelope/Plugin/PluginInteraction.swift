public import OpenSSL

/// How a plugin talks with the person; the command layer implements it.
///
/// All text that a plugin gives comes here on one line, bounded, and without characters that a terminal would act on. Each call may
/// block; the time that it takes is not counted as the plugin's. An error ends the conversation.
public protocol PluginInteraction: Sendable {
    func show(_ message: String, plugin: String)
    /// nil when nobody can be asked.
    func ask(_ prompt: String, plugin: String) throws(EnvelopeError) -> String?
    /// nil when nobody can be asked.
    func askSecret(_ prompt: String, plugin: String) throws(EnvelopeError) -> SecretBytes?
    /// - Returns: whether `yes` was chosen; nil when nobody can be asked.
    func confirm(_ prompt: String, yes: String, no: String?, plugin: String) throws(EnvelopeError) -> Bool?
}
