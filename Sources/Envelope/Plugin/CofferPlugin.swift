import AgeFormat
public import KeyStore
import OpenSSL
public import SystemPackage

/// The plugin `age-plugin-coffer`: through it age and rage seal for KMS keys and open with them.
///
/// One value runs one state machine of the plugin protocol. What goes wrong with a key or a file is told to the client, which tells
/// the person; an error is thrown only when there is no client to tell.
public struct CofferPlugin: Sendable {
    /// Recipients and identities, each, that a client may give.
    static let maximumKeyCount = 1024
    /// Files that a client may have wrapped or unwrapped at once.
    static let maximumFileCount = 1024
    /// Messages of the first phase.
    static let maximumMessageCount = 65_536

    private let input: FileDescriptor
    private let output: FileDescriptor
    private let keys: @Sendable (PluginPrompter) async throws(EnvelopeError) -> any KeyService

    /// - Parameters:
    ///   - input: standard input of the plugin's process.
    ///   - output: standard output of the plugin's process.
    ///   - keys: opens the key service; called once, and only if a key is needed.
    public init(
        input: FileDescriptor, output: FileDescriptor,
        keys: @escaping @Sendable (PluginPrompter) async throws(EnvelopeError) -> any KeyService
    ) {
        self.input = input
        self.output = output
        self.keys = keys
    }

    /// Wraps file keys: `--age-plugin=recipient-v1`.
    /// - Throws: `pluginFailed` when the client hung up or broke the protocol; `cancelled`.
    public func runRecipient() async throws(EnvelopeError) {
        let client = PluginClientSide(try PluginChannel(input: input, output: output, limits: nil))
        let request = try WrapRequest(from: client)
        let outcome: Outcome
        do {
            outcome = try await request.wrapAll { () async throws(EnvelopeError) in try await keys(PluginPrompter(client)) }
        } catch {
            outcome = .errors([PluginFailure(error)])
        }
        switch outcome {
        case .stanzas(let stanzas):
            for (file, stanza) in stanzas {
                try client.tell(
                    PluginMessage.Name.recipientStanza, [String(file), stanza.type] + stanza.arguments, body: stanza.body)
            }
        case .errors(let errors):
            for error in errors { try error.tell(client) }
        }
        try client.done()
    }

    /// Unwraps file keys: `--age-plugin=identity-v1`.
    /// - Throws: `pluginFailed` when the client hung up or broke the protocol; `cancelled`.
    public func runIdentity() async throws(EnvelopeError) {
        let client = PluginClientSide(try PluginChannel(input: input, output: output, limits: nil))
        let request = try UnwrapRequest(from: client)
        if request.failures.isEmpty {
            try await request.unwrapAll(client) { () async throws(EnvelopeError) in try await keys(PluginPrompter(client)) }
        } else {
            for failure in request.failures { try failure.tell(client) }
        }
        try client.done()
    }

    enum Outcome: Sendable {
        /// Each with the index of its file.
        case stanzas([(Int, Stanza)])
        case errors([PluginFailure])
    }
}
