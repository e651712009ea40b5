/// What a peer did with a ClientHello.
enum HelloAnswer: Sendable {
    case answered(ServerAnswer)
    case refused(Refusal)
    /// Neither: it was tried again, and nothing can be concluded.
    case undecided(Undecided)

    var answer: ServerAnswer? {
        guard case .answered(let answer) = self else { return nil }
        return answer
    }
}

/// A ServerHello, and what came behind it in the clear.
struct ServerAnswer: Sendable, Hashable {
    var hello: ServerHello
    /// The messages behind it, up to ServerHelloDone where that was waited for.
    var messages: [HandshakeMessage]
    /// Whether ServerHelloDone came: the flight is whole.
    var isWhole: Bool

    subscript(type: HandshakeMessage.MessageType) -> HandshakeMessage? { messages.first { $0.type == type } }
}

/// A peer's "no" to a hello.
enum Refusal: Sendable, Hashable {
    case alert(Alert)
    /// It closes without a word, twice, although it answers others.
    case closed
    /// It tears the connection down, twice, although it answers others.
    case reset
    /// It says that something failed inside it, twice, although it answers others. So says OpenSSL 3 of versions in which its security level
    /// allows no signature.
    case internalError
    /// It answers in another version, by its number.
    case otherVersion(UInt16)

    /// Whether it is the offer that was refused. Alerts about the name, about access or about the server's own trouble say nothing of what
    /// it would take from somebody else.
    var isAboutOffer: Bool {
        guard let code = alertCode else { return true }
        return ![Alert.internalError, Alert.accessDenied, Alert.userCanceled, Alert.unrecognizedName].contains(code)
    }

    /// For refusals that are not about the offer.
    var undecided: Undecided { Undecided(.protocolError, "the server refused: \(description)") }

    /// Whether it came in an alert, which may be about the length of an offer and not about all of it.
    var isAlert: Bool { alertCode != nil || self == .internalError }

    var alertCode: UInt8? {
        guard case .alert(let alert) = self else { return nil }
        return alert.code
    }

    var description: String {
        switch self {
        case .alert(let alert): "alert \(alert)"
        case .closed: "the connection was closed"
        case .reset: "the connection was reset"
        case .internalError: "alert internal_error, each time"
        case .otherVersion(let number): "an answer in \(ProtocolVersion(rawValue: number)?.name ?? "another version")"
        }
    }
}
