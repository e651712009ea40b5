import AgeFormat
import KeyStore
import OpenSSL
import SystemPackage

/// Runs one plugin for one task: our side of the age plugin protocol. Nothing that the plugin says is believed without a look.
struct PluginClient: Sendable {
    let name: PluginName
    let searchPath: String
    let environment: [String: String]
    let interaction: any PluginInteraction
    let limits: PluginLimits

    // MARK: What plugins do

    /// Has a file key wrapped (state machine recipient-v1).
    func wrap(_ fileKey: borrowing SecretBytes, for recipient: String) throws(EnvelopeError) -> RecipientStanzas {
        var conversation = try start("recipient-v1")
        do {
            try conversation.channel.send(PluginMessage.Name.addRecipient, [recipient])
            try conversation.channel.send(PluginMessage.encoded(PluginMessage.Name.wrapFileKey, secret: fileKey))
            try conversation.channel.send(PluginMessage.Name.extensionLabels)
            try conversation.channel.send(PluginMessage.Name.done)
            let stanzas = try conversation.receiveStanzas()
            _ = conversation.end(within: limits.exit)
            return stanzas
        } catch {
            throw conversation.explaining(error)
        }
    }

    /// Has the file key of one file unwrapped (state machine identity-v1); nil when no stanza is for the identity.
    func unwrap(_ stanzas: [Stanza], with identity: borrowing SecretBytes) throws(EnvelopeError) -> FileKey? {
        var conversation = try start("identity-v1")
        do {
            try conversation.channel.send(PluginMessage.encoded(PluginMessage.Name.addIdentity, secretArgument: identity))
            for stanza in stanzas {
                guard let message = PluginMessage.showing(stanza) else { continue }
                try conversation.channel.send(message)
            }
            try conversation.channel.send(PluginMessage.Name.done)
            let fileKey = try conversation.receiveFileKey()
            _ = conversation.end(within: limits.exit)
            return fileKey
        } catch {
            throw conversation.explaining(error)
        }
    }

    private func start(_ stateMachine: String) throws(EnvelopeError) -> PluginConversation {
        let program = try name.find(in: searchPath)
        do {
            let process = try PluginProcess.start(program, argument: "--age-plugin=\(stateMachine)", environment: environment)
            let channel = try PluginChannel(
                input: process.fromPlugin, output: process.toPlugin, errors: process.errors, limits: limits)
            return PluginConversation(name: name, process: process, channel: channel, interaction: interaction, limits: limits)
        } catch {
            throw EnvelopeError(error.code, "\(name.program): \(error)", keyStoreError: error.keyStoreError, errno: error.errno)
        }
    }
}
