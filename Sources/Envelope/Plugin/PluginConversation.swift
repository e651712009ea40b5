import AgeFormat
import KeyStore
import OpenSSL

/// The second phase, in which the plugin asks and we answer.
struct PluginConversation: ~Copyable, Sendable {
    private let name: PluginName
    private let process: PluginProcess
    var channel: PluginChannel
    private let interaction: any PluginInteraction
    private let limits: PluginLimits
    private var promptCount = 0

    init(
        name: PluginName, process: consuming PluginProcess, channel: consuming PluginChannel, interaction: any PluginInteraction,
        limits: PluginLimits
    ) {
        self.name = name
        self.process = process
        self.channel = channel
        self.interaction = interaction
        self.limits = limits
    }

    // MARK: Results

    mutating func receiveStanzas() throws(EnvelopeError) -> RecipientStanzas {
        var stanzas: [Stanza] = []
        var labels: [String]?
        while let message = try receive() {
            switch message.type {
            case PluginMessage.Name.recipientStanza:
                guard stanzas.count < limits.stanzaCount else {
                    throw EnvelopeError(.pluginFailed, "it gave more than \(limits.stanzaCount) stanzas for one recipient")
                }
                stanzas.append(try stanza(message))
                try channel.send(PluginMessage.Name.ok)
            case PluginMessage.Name.labels:
                guard labels == nil else { throw EnvelopeError(.pluginFailed, "it gave labels twice") }
                labels = message.arguments
                try channel.send(PluginMessage.Name.ok)
            default:
                try answer(message)
            }
        }
        guard !stanzas.isEmpty else { throw EnvelopeError(.pluginFailed, "it gave no stanza, and no reason") }
        return RecipientStanzas(stanzas, labels: Set(labels ?? []))
    }

    private func stanza(_ message: borrowing PluginMessage) throws(EnvelopeError) -> Stanza {
        guard message.arguments.count >= 2, message.arguments[0] == "0" else {
            throw EnvelopeError(.pluginFailed, "it gave a stanza for a file that it was not asked about")
        }
        let stanza: Stanza
        do {
            stanza = try Stanza(type: message.arguments[1], arguments: Array(message.arguments.dropFirst(2)), body: message.body)
        } catch {
            throw EnvelopeError(.pluginFailed, "it gave a stanza that cannot be written: \(error)")
        }
        try requireOwn(stanza)
        return stanza
    }

    /// Refuses what is not a plugin's to make: a file with it might be opened by nobody.
    private func requireOwn(_ stanza: Stanza) throws(EnvelopeError) {
        switch stanza.type {
        case ScryptStanza.type:
            // It stands alone, and says that who knows the passphrase made the file.
            throw EnvelopeError(.pluginFailed, "it gave a passphrase's stanza, which no plugin may make")
        case KMSKeyStanza.type where name.text == CofferPluginKey.pluginName:
            do throws(EnvelopeError) {
                _ = try KMSKeyStanza(stanza)
            } catch {
                throw EnvelopeError(.pluginFailed, "it gave a stanza that cannot be read: \(error)")
            }
        case KMSKeyStanza.type, HeaderPadding.type:
            throw EnvelopeError(.pluginFailed, "it gave a stanza of type \(stanza.type), which only coffer may make")
        default: break
        }
    }

    mutating func receiveFileKey() throws(EnvelopeError) -> FileKey? {
        var fileKey: FileKey?
        var hasFileKey = false
        while let message = try receive() {
            guard message.type == PluginMessage.Name.fileKey else {
                try answer(message)
                continue
            }
            guard !hasFileKey else { throw EnvelopeError(.pluginFailed, "it gave two file keys for one file") }
            guard message.arguments == ["0"] else {
                throw EnvelopeError(.pluginFailed, "it gave the key of a file that it was not asked about")
            }
            fileKey = try Self.fileKey(message.takeSecret())
            hasFileKey = true
            try channel.send(PluginMessage.Name.ok)
        }
        return fileKey
    }

    private static func fileKey(_ secret: consuming SecretBytes) throws(EnvelopeError) -> FileKey {
        guard secret.count == FileKey.byteCount else {
            throw EnvelopeError(.pluginFailed, "it gave a file key of \(secret.count) bytes, not \(FileKey.byteCount)")
        }
        do {
            return try FileKey(fromPlugin: secret)
        } catch {
            throw EnvelopeError(error, while: "taking a file key from a plugin")
        }
    }

    // MARK: Questions

    /// The next message; nil when the plugin is done.
    private mutating func receive() throws(EnvelopeError) -> PluginMessage? {
        guard let message = try channel.receive() else { throw EnvelopeError(.pluginFailed, "it ended before it was done") }
        if message.type == PluginMessage.Name.done { return nil }
        return message
    }

    /// Answers what is the same in both state machines.
    private mutating func answer(_ message: borrowing PluginMessage) throws(EnvelopeError) {
        switch message.type {
        case PluginMessage.Name.error:
            try channel.send(PluginMessage.Name.ok)
            let reason = PluginText.line(message.body)
            throw EnvelopeError(.pluginFailed, reason.isEmpty ? "it failed, and gave no reason" : reason)
        case PluginMessage.Name.message:
            let text = try prompt(message)
            let (interaction, plugin) = (interaction, name.text)
            try channel.pausing { interaction.show(text, plugin: plugin) }
            try channel.send(PluginMessage.Name.ok)
        case PluginMessage.Name.requestPublic:
            try askPublic(try prompt(message))
        case PluginMessage.Name.requestSecret:
            try askSecret(try prompt(message))
        case PluginMessage.Name.confirm:
            try confirm(try prompt(message), message.arguments)
        default:
            try channel.send(PluginMessage.Name.unsupported)
        }
    }

    private mutating func prompt(_ message: borrowing PluginMessage) throws(EnvelopeError) -> String {
        promptCount += 1
        guard promptCount <= limits.promptCount else {
            throw EnvelopeError(.pluginFailed, "it asked or said something more than \(limits.promptCount) times")
        }
        return PluginText.line(message.body)
    }

    private mutating func askPublic(_ prompt: String) throws(EnvelopeError) {
        let (interaction, plugin) = (interaction, name.text)
        let answer = try channel.pausing { () throws(EnvelopeError) in try interaction.ask(prompt, plugin: plugin) }
        guard let answer else { return try channel.send(PluginMessage.Name.fail) }
        try channel.send(PluginMessage.Name.ok, body: Array(answer.utf8))
    }

    private mutating func askSecret(_ prompt: String) throws(EnvelopeError) {
        let (interaction, plugin) = (interaction, name.text)
        let answer = try channel.pausing { () throws(EnvelopeError) in try interaction.askSecret(prompt, plugin: plugin) }
        guard let answer else { return try channel.send(PluginMessage.Name.fail) }
        try channel.send(PluginMessage.encoded(PluginMessage.Name.ok, secret: answer))
    }

    private mutating func confirm(_ prompt: String, _ arguments: [String]) throws(EnvelopeError) {
        guard (1...2).contains(arguments.count) else { throw EnvelopeError(.pluginFailed, "it asked a question without an answer") }
        var choices: [String] = []
        for argument in arguments {
            do {
                choices.append(PluginText.line(try Base64.decode(argument, padding: .none)))
            } catch {
                throw EnvelopeError(.pluginFailed, "it asked a question whose answers are not base64")
            }
        }
        let (interaction, plugin, yes, no) = (interaction, name.text, choices[0], choices.count == 2 ? choices[1] : nil)
        let answer = try channel.pausing { () throws(EnvelopeError) in
            try interaction.confirm(prompt, yes: yes, no: no, plugin: plugin)
        }
        guard let answer else { return try channel.send(PluginMessage.Name.fail) }
        try channel.send(PluginMessage.Name.ok, [answer ? "yes" : "no"])
    }

    // MARK: End

    /// Lets the plugin end; see `PluginProcess.end(within:)`.
    consuming func end(within duration: Duration) -> String? { process.end(within: duration) }

    /// Ends the plugin, and adds to an error whose it is, how it ended and what it said.
    consuming func explaining(_ error: EnvelopeError) -> EnvelopeError {
        // What a plugin says as it dies may come a moment after the end of its output.
        channel.drainErrors()
        let said = PluginText.line(channel.errorTail)
        let program = name.program
        // One that has closed its output is about to end, and how it does is worth a wait.
        let ending = process.end(within: channel.isAtEnd ? .seconds(2) : .milliseconds(100))
        guard error.code == .pluginFailed else { return error }
        var message = "\(program): \(error)"
        if let ending, ending != "exit status 0" { message += " (\(ending))" }
        if !said.isEmpty { message += "; it said: \(said)" }
        return EnvelopeError(.pluginFailed, message, errno: error.errno)
    }
}
