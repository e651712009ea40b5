/// A harmless command that is said where it must not count, and how its answer is told from what a server says of itself.
struct InjectedCommand: Sendable {
    let bytes: [UInt8]
    private let startTLS: StartTLSProtocol

    /// Nil for protocols whose request for TLS cannot be followed by a command with an answer of its own.
    init?(_ startTLS: StartTLSProtocol) {
        self.startTLS = startTLS
        switch startTLS {
        case .smtp, .lmtp, .ftp, .pop3: bytes = Array("NOOP\r\n".utf8)
        case .imap: bytes = Array("a3 NOOP\r\n".utf8)
        case .nntp: bytes = Array("DATE\r\n".utf8)
        case .sieve: bytes = Array("NOOP \"coffer\"\r\n".utf8)
        case .postgres: bytes = Self.postgresStartup
        case .ldap, .xmpp, .xmppServer, .mysql, .irc, .rdp: return nil
        }
    }

    /// Whether what was heard inside TLS, where nothing was said, holds the answer.
    func isAnswered(by heard: [UInt8]) -> Bool {
        let lines = heard.split(separator: 10).map { Array($0) }
        switch startTLS {
        // Some servers greet again after TLS with 220: that is no answer.
        case .smtp, .lmtp, .ftp: return lines.contains { line in ReplyLines.number(of: line).map { $0 != 220 } ?? false }
        // Not allowed before a login: refused, unlike a second greeting.
        case .pop3: return lines.contains { $0.begins(with: "-ERR") }
        case .imap: return lines.contains { $0.begins(with: "a3 ") }
        case .nntp: return lines.contains { line in ReplyLines.number(of: line).map { $0 != 200 && $0 != 201 } ?? false }
        // The capabilities come again without being asked for (RFC 5804 §2.2); the answer to NOOP has our word in it (§2.13).
        case .sieve: return lines.contains { $0.begins(with: "OK (TAG") || $0.begins(with: "NO") }
        case .postgres: return Self.isPostgresAnswer(heard)
        case .ldap, .xmpp, .xmppServer, .mysql, .irc, .rdp: return false
        }
    }

    /// StartupMessage of protocol 3.0 for a user that exists nowhere.
    private static let postgresStartup: [UInt8] = {
        let content = [0, 3, 0, 0] + Array("user\0coffer-invalid\0\0".utf8)
        return [0, 0, 0, UInt8(content.count + 4)] + content
    }()

    /// Any message answers the StartupMessage, but one: protocol_violation is the error of a server that found the bytes and throws
    /// them away.
    private static func isPostgresAnswer(_ heard: [UInt8]) -> Bool {
        guard let type = heard.first, heard.count >= 5 else { return false }
        guard type == UInt8(ascii: "E") else { return true }
        let count = heard[1..<5].reduce(0) { $0 << 8 | Int($1) }
        guard heard.count >= 1 + count else { return false }
        return !heard[5..<max(5, 1 + count)].split(separator: 0).contains { Array($0) == Array("C08P01".utf8) }
    }
}
