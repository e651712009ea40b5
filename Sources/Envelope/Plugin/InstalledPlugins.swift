public import OpenSSL

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
