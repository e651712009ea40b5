/// The talk before TLS of one protocol, from the greeting to the server's consent, without a socket.
///
/// The opening is sent first. Then every piece that comes is given to `receive`, and after `send` nothing at all, to go on with
/// what is still unread, until it asks for more or TLS may begin.
protocol StartTLSNegotiation: Sendable {
    /// What has come and is not used yet. Its bounds are the bounds of the talk.
    var input: PreambleInput { get set }
    /// What the client says first; empty where the server greets.
    var opening: [UInt8] { get }
    /// What asks for TLS; the answer to it is the consent.
    var request: [UInt8] { get }

    /// Goes on with what is in `input`.
    mutating func proceed() throws(PreambleFailure) -> StartTLSAction
}

/// What to do next.
enum StartTLSAction: Sendable, Hashable {
    case send([UInt8])
    case needMore
    /// TLS may begin.
    case ready
}

extension StartTLSNegotiation {
    var opening: [UInt8] { [] }

    mutating func receive(_ bytes: [UInt8]) throws(PreambleFailure) -> StartTLSAction {
        try input.append(bytes)
        let action = try proceed()
        // RFC 3207 §4.2 and its likes: nothing said in plain text may count once TLS has begun, so none may stand there unread.
        if action == .ready, !input.isEmpty {
            throw PreambleFailure("the server sent \(input.pending.count) bytes in plain text behind its consent to TLS")
        }
        return action
    }
}

/// A negotiation in lines: each is judged as soon as it is whole.
protocol LineNegotiation: StartTLSNegotiation {
    /// - Returns: nil to go on with the next line.
    mutating func read(_ line: [UInt8]) throws(PreambleFailure) -> StartTLSAction?
}

extension LineNegotiation {
    mutating func proceed() throws(PreambleFailure) -> StartTLSAction {
        while let line = try input.line() {
            if let action = try read(line) { return action }
        }
        return .needMore
    }
}
