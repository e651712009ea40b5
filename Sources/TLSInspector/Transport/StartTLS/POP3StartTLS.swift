/// STLS of POP3 (RFC 2595 §4), after CAPA (RFC 2449 §5).
struct POP3StartTLS: LineNegotiation {
    private enum State {
        case greeting, capabilities, list, consent
    }

    var input = PreambleInput()
    let request = Array("STLS\r\n".utf8)
    private var state = State.greeting
    private var offersTLS = false

    mutating func read(_ line: [UInt8]) throws(PreambleFailure) -> StartTLSAction? {
        switch state {
        case .greeting:
            guard try Self.isPositive(line) else { throw .refused("greeted with a refusal", line, isTransient: true) }
            state = .capabilities
            return .send(Array("CAPA\r\n".utf8))
        case .capabilities:
            guard try Self.isPositive(line) else {
                // A server older than CAPA may know STLS all the same.
                state = .consent
                return .send(request)
            }
            state = .list
            return nil
        case .list:
            if line == [UInt8(ascii: ".")] {
                guard offersTLS else { throw .notOffered("STLS") }
                state = .consent
                return .send(request)
            }
            if line.firstWord == "STLS" { offersTLS = true }
            return nil
        case .consent:
            guard try Self.isPositive(line) else { throw .refused("refused STLS", line) }
            return .ready
        }
    }

    private static func isPositive(_ line: [UInt8]) throws(PreambleFailure) -> Bool {
        switch line.firstWord {
        case "+OK": true
        case "-ERR": false
        default: throw .malformed("a response", line)
        }
    }
}
