/// An error of the plugin protocol: what it is about, and what a person is told.
struct PluginFailure: Sendable {
    /// `recipient N`, `identity N`, `stanza FILE N` or `internal`.
    let about: [String]
    let message: String

    init(_ about: [String], _ error: EnvelopeError) {
        self.about = about
        message = error.message
    }

    init(_ error: EnvelopeError) {
        self.init(["internal"], error)
    }

    func tell(_ client: PluginClientSide) throws(EnvelopeError) {
        try client.tell(PluginMessage.Name.error, about, body: Array(message.utf8))
    }
}
