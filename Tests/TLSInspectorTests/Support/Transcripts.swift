@testable import TLSInspector

/// Talks that end in TLS, at least one of each protocol: from its RFC, or as a server of that kind was heard to speak.
extension Transcript {
    static let all = mail + files + directories + databases + chats

    private static let mail = [
        Transcript(
            .smtp, "RFC 3207 §5",
            [
                server("220 mail.imc.org SMTP service ready\r\n"), client("EHLO coffer.invalid\r\n"),
                server("250-mail.imc.org offers a warm hug of welcome\r\n250-8BITMIME\r\n250-STARTTLS\r\n250 DSN\r\n"),
                client("STARTTLS\r\n"), server("220 Go ahead\r\n"),
            ]),
        Transcript(
            .smtp, "a greeting of several lines, and lines that end with LF alone",
            [
                server("220-one\n220-two\n220 three\n"), client("EHLO coffer.invalid\r\n"), server("250-x\n250 starttls\n"),
                client("STARTTLS\r\n"), server("220\n"),
            ]),
        Transcript(
            .lmtp, "as RFC 2033 §4.2 with RFC 3207",
            [
                server("220 foo.edu LMTP server ready\r\n"), client("LHLO coffer.invalid\r\n"),
                server("250-foo.edu\r\n250-PIPELINING\r\n250-STARTTLS\r\n250 SIZE\r\n"), client("STARTTLS\r\n"),
                server("220 2.0.0 Ready to start TLS\r\n"),
            ]),
        Transcript(
            .imap, "RFC 9051 §6.2.1, after a greeting with capabilities",
            [
                server("* OK [CAPABILITY IMAP4rev2 STARTTLS LOGINDISABLED] example.org server ready\r\n"), client("a1 CAPABILITY\r\n"),
                server("* CAPABILITY IMAP4rev2 STARTTLS LOGINDISABLED\r\na1 OK CAPABILITY completed\r\n"), client("a2 STARTTLS\r\n"),
                server("a2 OK Begin TLS negotiation now\r\n"),
            ]),
        Transcript(
            .imap, "untagged responses and literals that look like answers",
            [
                server("* OK hello\r\n"), client("a1 CAPABILITY\r\n"),
                server("* X {11}\r\na1 OK no.\r\n x {3+}\r\nabc\r\n* CAPABILITY IMAP4rev1 starttls\r\n* 3 EXISTS\r\na1 ok done\r\n"),
                client("a2 STARTTLS\r\n"), server("* NOTE {9}\r\na2 NO x\r\n\r\na2 OK go\r\n"),
            ]),
        Transcript(
            .pop3, "RFC 2595 §4 after RFC 2449 §5",
            [
                server("+OK POP3 server ready\r\n"), client("CAPA\r\n"),
                server("+OK Capability list follows\r\nTOP\r\nUSER\r\nSTLS\r\n.\r\n"), client("STLS\r\n"),
                server("+OK Begin TLS negotiation\r\n"),
            ]),
        Transcript(
            .pop3, "a server without CAPA",
            [
                server("+OK\r\n"), client("CAPA\r\n"), server("-ERR unknown command\r\n"), client("STLS\r\n"), server("+OK\r\n"),
            ]),
        Transcript(
            .sieve, "RFC 5804 §1.8 and §2.2",
            [
                server(
                    "\"IMPLEMENTATION\" \"Example1 ManageSieved v001\"\r\n\"VERSION\" \"1.0\"\r\n\"SASL\" \"PLAIN\"\r\n"
                        + "\"SIEVE\" \"fileinto vacation\"\r\n\"STARTTLS\"\r\nOK\r\n"),
                client("STARTTLS\r\n"), server("OK \"Begin TLS negotiation now.\"\r\n"),
            ]),
        Transcript(
            .sieve, "literals that look like answers",
            [
                server("\"IMPLEMENTATION\" {6}\r\nNO no\n\r\n\"STARTTLS\"\r\nOK(TAG {3}\r\nNO!) \"x\"\r\n"), client("STARTTLS\r\n"),
                server("ok\r\n"),
            ]),
    ]

    private static let files = [
        Transcript(
            .ftp, "RFC 4217 §12, with a greeting of lines without numbers",
            [
                server("120 soon\r\n220-Welcome\r\n 220 not yet\r\nnor here\r\n230 nor here\r\n220 Service ready\r\n"),
                client("AUTH TLS\r\n"), server("234 AUTH TLS successful\r\n"),
            ]),
        Transcript(
            .nntp, "RFC 4642 §2.2.3",
            [
                server("200 news.example.org ready\r\n"), client("CAPABILITIES\r\n"),
                server("101 Capability list:\r\nVERSION 2\r\nREADER\r\nSTARTTLS\r\nLIST ACTIVE NEWSGROUPS\r\n.\r\n"),
                client("STARTTLS\r\n"),
                server("382 Continue with TLS negotiation\r\n"),
            ]),
        Transcript(
            .nntp, "a server without CAPABILITIES",
            [
                server("201 ready, no posting\r\n"), client("CAPABILITIES\r\n"), server("500 What?\r\n"), client("STARTTLS\r\n"),
                server("382 go\r\n"),
            ]),
    ]

    private static let directoryRequest: [UInt8] =
        [0x30, 0x1D, 0x02, 0x01, 0x01, 0x77, 0x18, 0x80, 0x16] + Array("1.3.6.1.4.1.1466.20037".utf8)

    private static let directories = [
        Transcript(
            .ldap, "RFC 4511 §4.14.2, as OpenLDAP answers",
            [
                .client(directoryRequest),
                .server([0x30, 0x0C, 0x02, 0x01, 0x01, 0x78, 0x07, 0x0A, 0x01, 0x00, 0x04, 0x00, 0x04, 0x00]),
            ]),
        Transcript(
            .ldap, "with the operation's name, and lengths in the long form as Active Directory writes them",
            [
                .client(directoryRequest),
                .server(
                    [
                        0x30, 0x84, 0, 0, 0, 0x28, 0x02, 0x01, 0x01, 0x78, 0x84, 0, 0, 0, 0x1F, 0x0A, 0x01, 0x00, 0x04, 0x00, 0x04, 0x00,
                        0x8A, 0x16,
                    ]
                        + Array("1.3.6.1.4.1.1466.20037".utf8)),
            ]),
    ]

    /// Capabilities 0xF7FF, which have CLIENT_SSL, and 0x81FF above them.
    static func mySQLGreeting(capabilities: [UInt8]) -> [UInt8] {
        let packet: [UInt8] =
            [10] + Array("8.0.36\0".utf8) + [8, 0, 0, 0] + Array("abcdefgh".utf8) + [0] + capabilities + [0xFF, 2, 0, 0xFF, 0x81, 21]
            + [UInt8](repeating: 0, count: 10) + Array("ijklmnopqrst\0caching_sha2_password\0".utf8)
        return [UInt8(packet.count), 0, 0, 0] + packet
    }

    private static let databases = [
        Transcript(.postgres, "as PostgreSQL answers", [.client([0, 0, 0, 8, 0x04, 0xD2, 0x16, 0x2F]), server("S")]),
        Transcript(
            .mysql, "as MySQL 8 greets",
            [
                .server(mySQLGreeting(capabilities: [0xFF, 0xFF])),
                .client([32, 0, 0, 1, 0x85, 0xAE, 0x7F, 0, 0, 0, 0, 1, 33] + [UInt8](repeating: 0, count: 23)),
            ]),
        Transcript(
            .rdp, "[MS-RDPBCGR] §4.1.2, with TLS chosen",
            [
                .client([3, 0, 0, 0x13, 0x0E, 0xE0, 0, 0, 0, 0, 0, 1, 0, 8, 0, 3, 0, 0, 0]),
                .server([3, 0, 0, 0x13, 0x0E, 0xD0, 0, 0, 0x12, 0x34, 0, 2, 0, 8, 0, 1, 0, 0, 0]),
            ]),
        Transcript(
            .rdp, "with CredSSP chosen, which begins with TLS",
            [
                .client([3, 0, 0, 0x13, 0x0E, 0xE0, 0, 0, 0, 0, 0, 1, 0, 8, 0, 3, 0, 0, 0]),
                .server([3, 0, 0, 0x13, 0x0E, 0xD0, 0, 0, 0x12, 0x34, 0, 2, 0x1F, 8, 0, 2, 0, 0, 0]),
            ]),
    ]

    private static func stream(_ kind: String) -> Line {
        client(
            "<?xml version='1.0'?><stream:stream xmlns='jabber:\(kind)' xmlns:stream='http://etherx.jabber.org/streams' "
                + "to='example.org' version='1.0'>")
    }

    private static let startTLS = client("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>")

    private static let chats = [
        Transcript(
            .xmpp, "RFC 6120 §9.1.1",
            [
                stream("client"),
                server(
                    """
                    <stream:stream from='im.example.com' id='t7AMCin9zjMNwQKDnplntZPIDEI=' to='juliet@im.example.com' version='1.0'
                    xml:lang='en' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>
                    <stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls></stream:features>
                    """),
                startTLS, server("<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"),
            ]),
        Transcript(
            .xmppServer, "with a declaration, double quotes, brackets in quotes, and elements that end apart",
            [
                stream("server"),
                server("<?xml version=\"1.0\"?><stream:stream version = \"1.0\" id=\"a>b\" from='c\">'>"),
                server(
                    "<stream:features><dialback xmlns='urn:xmpp:features:dialback'/><starttls xmlns=\"urn:ietf:params:xml:ns:xmpp-tls\">"
                        + "</starttls></stream:features>"),
                startTLS, server("<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'></proceed>"),
            ]),
        Transcript(
            .irc, "as InspIRCd answers, after notices and a PING",
            [
                client("STARTTLS\r\n"),
                server(":irc.example NOTICE Auth :*** Looking up your hostname...\r\nPING :670\r\n"), client("PONG :670\r\n"),
                server(":irc.example PING x\r\n"), client("PONG x\r\n"),
                server("@time=2020 :irc.example 670 * :STARTTLS successful, go ahead with TLS handshake\r\n"),
            ]),
    ]
}
