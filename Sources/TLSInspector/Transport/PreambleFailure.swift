/// Why TLS may not begin: what the server or the proxy said before it, or did not.
struct PreambleFailure: Error, Sendable, Hashable, CustomStringConvertible {
    let description: String
    /// The server says that it is too busy now: worth another try after a pause.
    let isTransient: Bool

    init(_ description: String, isTransient: Bool = false) {
        self.description = description
        self.isTransient = isTransient
    }

    /// The server said no, in its words.
    static func refused(_ what: String, _ said: some Sequence<UInt8>, isTransient: Bool = false) -> PreambleFailure {
        PreambleFailure("the server \(what): \(PeerText.shown(said))", isTransient: isTransient)
    }

    static func notOffered(_ name: String) -> PreambleFailure { PreambleFailure("the server does not offer \(name)") }

    static func malformed(_ what: String, _ said: some Sequence<UInt8>) -> PreambleFailure {
        PreambleFailure("\(what) is not what the protocol says: \(PeerText.shown(said))")
    }
}
