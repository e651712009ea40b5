import OpenSSL
import Synchronization

/// The age client, seen from the plugin that we are: whole exchanges only, so that a message and its answer stay together.
final class PluginClientSide: Sendable {
    private let channel: Mutex<PluginChannel>

    init(_ channel: consuming sending PluginChannel) {
        self.channel = Mutex(channel)
    }

    /// The next message of the first phase, in which the client alone talks.
    func receive() throws(EnvelopeError) -> PluginMessage {
        try channel.withLock { channel throws(EnvelopeError) in try Self.receive(&channel) }
    }

    /// Says something, and returns what the client answers: `ok`, `fail` or `unsupported`.
    func exchange(_ type: String, _ arguments: [String] = [], body: [UInt8] = []) throws(EnvelopeError) -> PluginMessage {
        try channel.withLock { channel throws(EnvelopeError) in
            try channel.send(type, arguments, body: body)
            return try Self.receiveAnswer(&channel)
        }
    }

    /// Says something that the client must take.
    func tell(_ type: String, _ arguments: [String] = [], body: [UInt8] = []) throws(EnvelopeError) {
        let answer = try exchange(type, arguments, body: body)
        try Self.requireOK(answer)
    }

    /// As above, with a secret body.
    func tell(_ type: String, _ arguments: [String], secret: borrowing SecretBytes) throws(EnvelopeError) {
        let message = try PluginMessage.encoded(type, secret: secret, arguments)
        let answer = try channel.withLock { channel throws(EnvelopeError) in
            try channel.send(message)
            return try Self.receiveAnswer(&channel)
        }
        try Self.requireOK(answer)
    }

    /// Ends the second phase.
    func done() throws(EnvelopeError) {
        try channel.withLock { channel throws(EnvelopeError) in try channel.send(PluginMessage.Name.done) }
    }

    private static func receive(_ channel: inout PluginChannel) throws(EnvelopeError) -> PluginMessage {
        guard let message = try channel.receive() else {
            throw EnvelopeError(.pluginFailed, "the age client hung up before all was said")
        }
        return message
    }

    private static func receiveAnswer(_ channel: inout PluginChannel) throws(EnvelopeError) -> PluginMessage {
        let answer = try receive(&channel)
        let types = [PluginMessage.Name.ok, PluginMessage.Name.fail, PluginMessage.Name.unsupported]
        guard types.contains(answer.type) else {
            throw EnvelopeError(.pluginFailed, "the age client gave an answer that the plugin protocol does not have")
        }
        return answer
    }

    private static func requireOK(_ answer: borrowing PluginMessage) throws(EnvelopeError) {
        guard answer.type == PluginMessage.Name.ok else {
            throw EnvelopeError(.pluginFailed, "the age client does not take what it asked for")
        }
    }
}
