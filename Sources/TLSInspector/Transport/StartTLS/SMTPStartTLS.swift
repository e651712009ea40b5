/// STARTTLS of SMTP (RFC 3207) and LMTP (RFC 2033, which differs in its LHLO).
struct SMTPStartTLS: LineNegotiation {
    private enum State {
        case greeting, capabilities, consent
    }

    var input = PreambleInput()
    let request = Array("STARTTLS\r\n".utf8)
    private let hello: [UInt8]
    private var state = State.greeting
    private var reply = ReplyLines()
    private var offersTLS = false

    init(isLMTP: Bool) {
        hello = Array("\(isLMTP ? "LHLO" : "EHLO") \(StartTLSProtocol.clientName)\r\n".utf8)
    }

    mutating func read(_ line: [UInt8]) throws(PreambleFailure) -> StartTLSAction? {
        let isFirst = reply.isEmpty
        let code = try ReplyLines.code(of: line)
        // The first line of the answer to EHLO names the server (RFC 5321 §4.1.1.1).
        if state == .capabilities, !isFirst, Array(line.dropFirst(4)).firstWord == "STARTTLS" { offersTLS = true }
        guard try reply.isComplete(with: line, code: code) else { return nil }
        switch (state, code) {
        case (.greeting, 220):
            state = .capabilities
            return .send(hello)
        case (.capabilities, 250):
            guard offersTLS else { throw .notOffered("STARTTLS") }
            state = .consent
            return .send(request)
        case (.consent, 220): return .ready
        case (.greeting, _): throw .refused("greeted with a refusal", line, isTransient: code / 100 == 4)
        case (.capabilities, _): throw .refused("refused the greeting", line, isTransient: code / 100 == 4)
        case (.consent, _): throw .refused("refused STARTTLS", line, isTransient: code / 100 == 4)
        }
    }
}

/// Replies of several lines, each with the same number, the last with a space behind it (RFC 5321 §4.2.1).
struct ReplyLines: Sendable {
    private var code: Int?

    var isEmpty: Bool { code == nil }

    /// The number that a line begins with.
    static func code(of line: [UInt8]) throws(PreambleFailure) -> Int {
        guard let code = number(of: line), line.count == 3 || line[3] == 0x20 || line[3] == UInt8(ascii: "-") else {
            throw .malformed("a reply", line)
        }
        return code
    }

    /// Three digits, the first of them 1 to 5.
    static func number(of line: [UInt8]) -> Int? {
        let digits = line.prefix(3)
        guard digits.count == 3, digits.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }), digits[0] >= 0x31, digits[0] <= 0x35 else { return nil }
        return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }

    /// Whether this line ends the reply.
    mutating func isComplete(with line: [UInt8], code: Int) throws(PreambleFailure) -> Bool {
        if let begun = self.code, begun != code { throw .malformed("a reply of several lines", line) }
        let goesOn = line.count > 3 && line[3] == UInt8(ascii: "-")
        self.code = goesOn ? code : nil
        return !goesOn
    }
}
