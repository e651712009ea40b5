/// AUTH TLS of FTP (RFC 4217 §4).
struct FTPStartTLS: LineNegotiation {
    private enum State {
        case greeting, consent
    }

    var input = PreambleInput()
    let request = Array("AUTH TLS\r\n".utf8)
    private var state = State.greeting
    /// The number of a reply of several lines that has begun: it ends with the line that has this number and a space, and what stands
    /// between may be anything (RFC 959 §4.2).
    private var openCode: Int?

    mutating func read(_ line: [UInt8]) throws(PreambleFailure) -> StartTLSAction? {
        if let openCode {
            guard ReplyLines.number(of: line) == openCode, line.count > 3, line[3] == 0x20 else { return nil }
            self.openCode = nil
            return try judge(openCode, line)
        }
        let code = try ReplyLines.code(of: line)
        if line.count > 3, line[3] == UInt8(ascii: "-") {
            openCode = code
            return nil
        }
        return try judge(code, line)
    }

    private mutating func judge(_ code: Int, _ line: [UInt8]) throws(PreambleFailure) -> StartTLSAction? {
        switch (state, code) {
        // "Service ready in some minutes": another reply follows.
        case (.greeting, 120): return nil
        case (.greeting, 220):
            state = .consent
            return .send(request)
        case (.consent, 234): return .ready
        case (.greeting, _): throw .refused("greeted with a refusal", line, isTransient: code / 100 == 4)
        case (.consent, _): throw .refused("refused AUTH TLS", line, isTransient: code / 100 == 4)
        }
    }
}
