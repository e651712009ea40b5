/// STARTTLS of ManageSieve (RFC 5804 §2.2): the greeting is the list of capabilities.
struct SieveStartTLS: LineNegotiation {
    private enum State {
        case capabilities, consent
    }

    var input = PreambleInput()
    let request = Array("STARTTLS\r\n".utf8)
    private var state = State.capabilities
    private var offersTLS = false
    private var responses = LiteralResponses()

    mutating func proceed() throws(PreambleFailure) -> StartTLSAction {
        while let line = try responses.next(in: &input) {
            if let action = try read(line) { return action }
        }
        return .needMore
    }

    mutating func read(_ line: [UInt8]) throws(PreambleFailure) -> StartTLSAction? {
        // `OK` may be followed by a response code in parentheses, without a space before it.
        let word = line.firstWord.prefix { $0 != "(" }
        switch (state, word) {
        case (.capabilities, "OK"):
            guard offersTLS else { throw .notOffered("STARTTLS") }
            state = .consent
            return .send(request)
        case (.consent, "OK"): return .ready
        case (_, "NO"): throw .refused(state == .consent ? "refused STARTTLS" : "greeted with a refusal", line)
        case (_, "BYE"): throw .refused("said goodbye", line, isTransient: true)
        case (.capabilities, _) where line.first == UInt8(ascii: "\"") || line.first == UInt8(ascii: "{"):
            if word == "\"STARTTLS\"" { offersTLS = true }
            return nil
        case (.capabilities, _): throw .malformed("the greeting", line)
        case (.consent, _): throw .malformed("the answer to STARTTLS", line)
        }
    }
}
