/// STARTTLS of IRC (the `tls` extension of IRCv3): numeric 670 is the consent, 691 the refusal.
struct IRCStartTLS: LineNegotiation {
    var input = PreambleInput()
    let request = Array("STARTTLS\r\n".utf8)
    var opening: [UInt8] { request }

    mutating func read(_ line: [UInt8]) throws(PreambleFailure) -> StartTLSAction? {
        var words = line.words[...]
        // Tags of IRCv3, and who says it (RFC 2812 §2.3.1).
        if words.first?.hasPrefix("@") == true { words.removeFirst() }
        if words.first?.hasPrefix(":") == true { words.removeFirst() }
        switch words.first {
        case "670": return .ready
        case "691": throw .refused("refused STARTTLS", line)
        // ERR_UNKNOWNCOMMAND and ERR_NOTREGISTERED: a server without the extension.
        case "421", "451": throw .refused("does not know STARTTLS", line)
        case "ERROR": throw .refused("closed the link", line, isTransient: true)
        case "PING": return .send(Self.pong(line))
        default: return nil
        }
    }

    /// The answer with what the server wants to hear again: the parameters, from the space behind the command on.
    private static func pong(_ line: [UInt8]) -> [UInt8] {
        var rest = line[...]
        while let first = rest.first, first == UInt8(ascii: "@") || first == UInt8(ascii: ":") {
            rest = rest.drop { $0 != 0x20 }.drop { $0 == 0x20 }
        }
        return Array("PONG".utf8) + rest.drop { $0 != 0x20 } + [13, 10]
    }
}
