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

/// The plugins that are installed on this machine: programs `age-plugin-NAME` in the folders of PATH.
public struct InstalledPlugins: PluginProvider {
    private let searchPath: String
    private let environment: [String: String]
    private let interaction: any PluginInteraction
    private let limits: PluginLimits

    /// - Parameters:
    ///   - searchPath: as `$PATH`. Only its absolute folders count.
    ///   - environment: of the plugins.
    public init(
        searchPath: String, environment: [String: String], interaction: any PluginInteraction, limits: PluginLimits = .standard
    ) {
        self.searchPath = searchPath
        self.environment = environment
        self.interaction = interaction
        self.limits = limits
    }

    public func recipient(_ text: String, plugin name: String) throws(EnvelopeError) -> any Recipient {
        try PluginRecipient(text, client: client(name))
    }

    public func identity(_ text: borrowing SecretBytes, plugin name: String) throws(EnvelopeError) -> any Identity {
        try PluginIdentity(text, client: client(name))
    }

    private func client(_ name: String) throws(EnvelopeError) -> PluginClient {
        PluginClient(
            name: try PluginName(name), searchPath: searchPath, environment: environment, interaction: interaction, limits: limits)
    }
}
