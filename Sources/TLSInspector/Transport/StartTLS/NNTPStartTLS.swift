/// STARTTLS of NNTP (RFC 4642 §2.2), after CAPABILITIES (RFC 3977 §5.2).
struct NNTPStartTLS: LineNegotiation {
    private enum State {
        case greeting, capabilities, list, consent
    }

    var input = PreambleInput()
    let request = Array("STARTTLS\r\n".utf8)
    private var state = State.greeting
    private var offersTLS = false

    mutating func read(_ line: [UInt8]) throws(PreambleFailure) -> StartTLSAction? {
        if state == .list { return try listed(line) }
        guard let code = ReplyLines.number(of: line) else { throw .malformed("a response", line) }
        switch (state, code) {
        case (.greeting, 200), (.greeting, 201):
            state = .capabilities
            return .send(Array("CAPABILITIES\r\n".utf8))
        case (.greeting, _): throw .refused("greeted with a refusal", line, isTransient: code == 400)
        case (.capabilities, 101):
            state = .list
            return nil
        // A server older than CAPABILITIES may know STARTTLS all the same.
        case (.capabilities, 500):
            state = .consent
            return .send(request)
        case (.capabilities, _): throw .refused("refused to list its capabilities", line, isTransient: code == 400)
        case (.consent, 382): return .ready
        case (.consent, _), (.list, _): throw .refused("refused STARTTLS", line, isTransient: code == 400)
        }
    }

    private mutating func listed(_ line: [UInt8]) throws(PreambleFailure) -> StartTLSAction? {
        guard line == [UInt8(ascii: ".")] else {
            if line.firstWord == "STARTTLS" { offersTLS = true }
            return nil
        }
        guard offersTLS else { throw .notOffered("STARTTLS") }
        state = .consent
        return .send(request)
    }
}
