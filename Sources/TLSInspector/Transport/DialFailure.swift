/// Why one attempt to connect came to nothing.
struct DialFailure: Error, Sendable, Hashable {
    let transport: TransportFailure
    /// The peer itself says that it is too busy now.
    let isTransient: Bool

    init(_ transport: TransportFailure, isTransient: Bool = false) {
        self.transport = transport
        self.isTransient = isTransient
    }

    init(_ preamble: PreambleFailure) {
        self.init(TransportFailure(.preamble, preamble.description), isTransient: preamble.isTransient)
    }
}
