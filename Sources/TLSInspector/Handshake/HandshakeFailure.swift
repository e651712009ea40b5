/// Why a handshake did not come to its end.
enum HandshakeFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// The peer refused, and said so.
    case alert(Alert)
    /// There was no connection, or no more of it.
    case transport(TransportFailure)
    /// The peer said what it must not say at that place, or what cannot be read.
    case wire(WireError)
    /// The peer may be right: it is this program that cannot go on. The text is a clause without a full stop.
    case unsupported(String)

    /// As a fact says it.
    var undecided: Undecided {
        switch self {
        case .alert(let alert): Undecided(.protocolError, "the server answered with the alert \(alert)")
        case .transport(let failure): failure.undecided
        case .wire(let error): Undecided(.protocolError, error.description)
        case .unsupported(let reason): Undecided(.unsupported, reason)
        }
    }

    var description: String { undecided.description }

    /// Lets a reader of bytes fail as a handshake does.
    static func reading<Value>(_ body: () throws(WireError) -> Value) throws(HandshakeFailure) -> Value {
        do {
            return try body()
        } catch {
            throw .wire(error)
        }
    }
}
