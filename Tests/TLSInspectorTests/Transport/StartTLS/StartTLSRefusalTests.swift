import Testing

@testable import TLSInspector

@Suite("STARTTLS refusals")
struct StartTLSRefusalTests {
    struct Refusal: Sendable, CustomTestStringConvertible {
        let startTLS: StartTLSProtocol
        let said: [UInt8]
        let description: String
        var isTransient = false
        var testDescription: String { "\(startTLS.rawValue): \(description)" }

        init(_ startTLS: StartTLSProtocol, _ said: String, _ description: String, transient: Bool = false) {
            self.init(startTLS, Array(said.utf8), description, transient: transient)
        }

        init(_ startTLS: StartTLSProtocol, _ said: [UInt8], _ description: String, transient: Bool = false) {
            (self.startTLS, self.said, self.description, isTransient) = (startTLS, said, description, transient)
        }
    }

    static let mail = [
        Refusal(.smtp, "220 x\r\n250-STARTTLS\r\n250 DSN\r\n", "the server does not offer STARTTLS"),
        Refusal(
            .smtp, "220 x\r\n250-x\r\n250 STARTTLS\r\n454 TLS not available\r\n",
            "the server refused STARTTLS: 454 TLS not available", transient: true),
        Refusal(
            .smtp, "220 x\r\n250-x\r\n250 STARTTLS\r\n502 \u{1B}[2J\r\n", #"the server refused STARTTLS: 502 \x1B[2J"#),
        Refusal(.smtp, "421 too many\r\n", "the server greeted with a refusal: 421 too many", transient: true),
        Refusal(.smtp, "554 go away\r\n", "the server greeted with a refusal: 554 go away"),
        Refusal(.smtp, "220 x\r\n502 what\r\n", "the server refused the greeting: 502 what"),
        Refusal(.smtp, "220-x\r\n250 y\r\n", "a reply of several lines is not what the protocol says: 250 y"),
        Refusal(.smtp, "SSH-2.0-OpenSSH\r\n", "a reply is not what the protocol says: SSH-2.0-OpenSSH"),
        Refusal(.lmtp, "220 x\r\n250 x\r\n", "the server does not offer STARTTLS"),
        Refusal(.imap, "* PREAUTH x\r\n", "the server counts the client as logged in, and then there is no STARTTLS: * PREAUTH x"),
        Refusal(.imap, "* BYE busy\r\n", "the server said goodbye: * BYE busy", transient: true),
        Refusal(.imap, "* OK x\r\n* CAPABILITY IMAP4rev1\r\na1 OK x\r\n", "the server does not offer STARTTLS"),
        Refusal(.imap, "* OK x\r\na1 BAD x\r\n", "the server refused to list its capabilities: a1 BAD x"),
        Refusal(
            .imap, "* OK x\r\n* CAPABILITY STARTTLS\r\na1 OK x\r\na2 NO x\r\n", "the server refused STARTTLS: a2 NO x"),
        Refusal(.imap, "* OK x\r\n* BYE x\r\n", "the server said goodbye: * BYE x", transient: true),
        Refusal(
            .imap, "* OK x\r\n* X {70000}\r\n", "the server announced a literal of more than 65536 bytes before TLS"),
        Refusal(.pop3, "-ERR busy\r\n", "the server greeted with a refusal: -ERR busy", transient: true),
        Refusal(.pop3, "+OK\r\n+OK\r\nTOP\r\n.\r\n", "the server does not offer STLS"),
        Refusal(.pop3, "+OK\r\n-ERR\r\n-ERR no\r\n", "the server refused STLS: -ERR no"),
        Refusal(.sieve, "\"SASL\" \"PLAIN\"\r\nOK\r\n", "the server does not offer STARTTLS"),
        Refusal(.sieve, "BYE \"busy\"\r\n", "the server said goodbye: BYE \"busy\"", transient: true),
        Refusal(.sieve, "\"STARTTLS\"\r\nOK\r\nNO \"no\"\r\n", "the server refused STARTTLS: NO \"no\""),
    ]

    static let others = [
        Refusal(.ftp, "220 x\r\n530 log in\r\n", "the server refused AUTH TLS: 530 log in"),
        Refusal(.ftp, "220 x\r\n334 x\r\n", "the server refused AUTH TLS: 334 x"),
        Refusal(.ftp, "421 full\r\n", "the server greeted with a refusal: 421 full", transient: true),
        Refusal(.nntp, "200 x\r\n101 x\r\nREADER\r\n.\r\n", "the server does not offer STARTTLS"),
        Refusal(.nntp, "200 x\r\n500 x\r\n580 no\r\n", "the server refused STARTTLS: 580 no"),
        Refusal(.nntp, "502 no\r\n", "the server greeted with a refusal: 502 no"),
        Refusal(.nntp, "200 x\r\n480 log in\r\n", "the server refused to list its capabilities: 480 log in"),
        Refusal(.irc, ":x 691 * :no\r\n", "the server refused STARTTLS: :x 691 * :no"),
        Refusal(.irc, ":x 451 * STARTTLS :no\r\n", "the server does not know STARTTLS: :x 451 * STARTTLS :no"),
        Refusal(.irc, "ERROR :full\r\n", "the server closed the link: ERROR :full", transient: true),
        Refusal(.xmpp, "<stream:stream>", "the server's XMPP is older than STARTTLS"),
        Refusal(.xmpp, "<stream:stream version='1.0'><stream:features/>", "the server does not offer STARTTLS"),
        Refusal(
            .xmpp, "<stream:stream version='1.0'><stream:features><starttls xmlns='other'/></stream:features>",
            "the server does not offer STARTTLS"),
        Refusal(
            .xmpp, "<stream:stream version='1.0'><stream:error><host-unknown xmlns='x'/></stream:error></stream:stream>",
            "the server reports an error: host-unknown"),
        Refusal(.xmpp, "<stream:stream version='1.0'></stream:stream>", "the server closed its stream"),
        Refusal(.xmppServer, "<stream:stream version='1.0'><!-- x -->", "the stream of XML is not what the protocol says: <!-- x -->"),
        Refusal(.xmpp, xmppOffer + "<failure xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>", "the server refused STARTTLS"),
        Refusal(.xmpp, "HTTP/1.1 400 Bad Request\r\n\r\n<html>", "the server's stream is not what the protocol says: html"),
    ]

    static let xmppOffer =
        "<stream:stream version='1.0'><stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:features>"

    static let binary = [
        Refusal(
            .ldap, [0x30, 0x0E, 2, 1, 1, 0x78, 9, 10, 1, 2, 4, 0, 4, 2] + Array("no".utf8),
            "the server refused StartTLS with result 2: no"),
        Refusal(
            .ldap, [0x30, 0x0C, 2, 1, 1, 0x78, 7, 10, 1, 51, 4, 0, 4, 0], "the server refused StartTLS with result 51: ", transient: true),
        Refusal(
            .ldap, [0x30, 0x0C, 2, 1, 0, 0x78, 7, 10, 1, 52, 4, 0, 4, 0], "the server ends the talk with result 52: ", transient: true),
        Refusal(.ldap, [0x30, 0x03, 2, 1, 1], "the answer to StartTLS cannot be read: the extended response is cut off"),
        Refusal(.ldap, [0x30, 0x84, 1, 0, 0, 0], "the server's answer to StartTLS is longer than 65536 bytes"),
        Refusal(.ldap, [0x30, 0x80], "the answer to StartTLS is not what the protocol says: 0\\x80"),
        Refusal(.postgres, "N", "the server does not offer TLS"),
        Refusal(
            .postgres, [0x45, 0, 0, 0, 34] + Array("SFATAL\0C53300\0Msorry, too many\0\0".utf8).prefix(30),
            "the server refused SSLRequest: sorry, too many", transient: true),
        Refusal(.postgres, [0x45, 0xFF, 0, 0, 0], "the answer to SSLRequest is not what the protocol says: E\\xFF\\x00\\x00\\x00"),
        Refusal(.mysql, Transcript.mySQLGreeting(capabilities: [0xFF, 0xF7]), "the server does not offer TLS"),
        Refusal(
            .mysql, [7, 0, 0, 0, 0xFF, 0x10, 0x04] + Array("full".utf8), "the server greeted with error 1040: full", transient: true),
        Refusal(.mysql, [2, 0, 0, 0, 9, 0], "the server speaks version 9 of its protocol, which has no TLS here"),
        Refusal(.mysql, [2, 0, 0, 0, 10, 0x38], "the greeting cannot be read: the server's version is cut off"),
        Refusal(
            .rdp, [3, 0, 0, 11, 6, 0xD0, 0, 0, 0x12, 0x34, 0],
            "the server does not negotiate: it knows only the encryption of RDP itself"),
        Refusal(
            .rdp, [3, 0, 0, 19, 14, 0xD0, 0, 0, 0x12, 0x34, 0, 2, 0, 8, 0, 0, 0, 0, 0],
            "the server chose protocol 0 of RDP, which does not begin with TLS"),
    ]

    @Test("a refusal is told in the server's words, made visible", arguments: mail + others + binary)
    func refusal(_ refusal: Refusal) throws {
        for pieceByteCount in [1, 100_000] {
            var talk = Talk(refusal.startTLS.negotiation(host: "example.org"))
            let failure = #expect(throws: PreambleFailure.self) {
                for piece in refusal.said.pieces(of: pieceByteCount) { try talk.hear(piece) }
            }
            // A length that is refused is refused before all of it is there: the words may be fewer.
            if pieceByteCount > 1 { #expect(failure?.description == refusal.description) }
            #expect(failure?.isTransient == refusal.isTransient)
            #expect(!talk.isReady)
        }
    }

    @Test("a failure of the RDP negotiation is named", arguments: 1...7)
    func rdpFailure(code: UInt8) throws {
        var talk = Talk(RDPStartTLS())
        let failure = #expect(throws: PreambleFailure.self) {
            try talk.hear([3, 0, 0, 19, 14, 0xD0, 0, 0, 0x12, 0x34, 0, 3, 0, 8, 0, code, 0, 0, 0])
        }
        let named = code == 7 ? "failure code 7" : "_"
        #expect(try #require(failure).description.contains(named))
    }

    @Test("what a server says is shown up to 200 characters")
    func longRefusal() throws {
        var talk = Talk(POP3StartTLS())
        let failure = #expect(throws: PreambleFailure.self) {
            try talk.hear(Array("-ERR \(String(repeating: "x", count: 5_000))\r\n".utf8))
        }
        let text = "the server greeted with a refusal: -ERR " + String(repeating: "x", count: 195) + "…"
        #expect(failure?.description == text)
    }

    @Test("a name that is no name of XML is escaped in the stream")
    func escapedHost() {
        let opening = XMPPStartTLS(host: "a'<&b", isServer: false).opening
        #expect(String(decoding: opening, as: UTF8.self).contains("to='a&apos;&lt;&amp;b'"))
    }

    @Test("every protocol has its port")
    func ports() {
        #expect(Set(StartTLSProtocol.allCases.map(\.defaultPort)).count == StartTLSProtocol.allCases.count)
    }
}
