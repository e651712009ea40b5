/// STARTTLS of IMAP (RFC 9051 §6.2.1).
struct IMAPStartTLS: LineNegotiation {
    private enum State {
        case greeting, capabilities, consent
    }

    var input = PreambleInput()
    let request = Array("a2 STARTTLS\r\n".utf8)
    private var state = State.greeting
    private var offersTLS = false
    private var responses = LiteralResponses()

    mutating func proceed() throws(PreambleFailure) -> StartTLSAction {
        while let line = try responses.next(in: &input) {
            if let action = try read(line) { return action }
        }
        return .needMore
    }

    mutating func read(_ line: [UInt8]) throws(PreambleFailure) -> StartTLSAction? {
        let words = line.words
        switch state {
        case .greeting: return try greeted(words, line)
        case .capabilities where words.starts(with: ["*", "CAPABILITY"]):
            offersTLS = words.contains("STARTTLS")
            return nil
        case .capabilities where words.first == "A1":
            guard words.count > 1, words[1] == "OK" else { throw .refused("refused to list its capabilities", line) }
            guard offersTLS else { throw .notOffered("STARTTLS") }
            state = .consent
            return .send(request)
        case .consent where words.first == "A2":
            guard words.count > 1, words[1] == "OK" else { throw .refused("refused STARTTLS", line) }
            return .ready
        case .capabilities, .consent:
            guard words.first == "*" else { throw .malformed("a response", line) }
            guard words.count < 2 || words[1] != "BYE" else { throw .refused("said goodbye", line, isTransient: true) }
            return nil
        }
    }

    private mutating func greeted(_ words: [String], _ line: [UInt8]) throws(PreambleFailure) -> StartTLSAction {
        guard words.first == "*", words.count > 1 else { throw .malformed("the greeting", line) }
        switch words[1] {
        case "OK":
            state = .capabilities
            return .send(Array("a1 CAPABILITY\r\n".utf8))
        case "PREAUTH": throw .refused("counts the client as logged in, and then there is no STARTTLS", line)
        case "BYE": throw .refused("said goodbye", line, isTransient: true)
        default: throw .malformed("the greeting", line)
        }
    }
}
