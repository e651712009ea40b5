import Testing

@testable import TLSInspector

@Suite("Lists of targets")
struct TargetListTests {
    @Test(
        "a target is read as it was meant",
        arguments: [
            ("example.com", "example.com:443", nil, "example.com"),
            ("EXAMPLE.com.:8443", "example.com:8443", nil, "example.com"),
            ("192.0.2.1", "192.0.2.1:443", nil, nil),
            ("2001:DB8:0:0:0:0:0:1", "[2001:db8::1]:443", nil, nil),
            ("[2001:db8::1]:8443", "[2001:db8::1]:8443", nil, nil),
            ("[::ffff:192.0.2.1]", "[::ffff:c000:201]:443", nil, nil),
            ("https://example.com/path?a=b#c", "example.com:443", nil, "example.com"),
            ("https://[2001:db8::1]:444/", "[2001:db8::1]:444", nil, nil),
            ("smtp://mx.example.com", "mx.example.com:25", StartTLSProtocol.smtp, "mx.example.com"),
            ("smtp://mx.example.com:587", "mx.example.com:587", .smtp, "mx.example.com"),
            ("smtps://mx.example.com", "mx.example.com:465", nil, "mx.example.com"),
            ("example.com:587 starttls=smtp sni=other.example", "example.com:587", .smtp, "other.example"),
            ("example.com starttls=postgres", "example.com:5432", .postgres, "example.com"),
            ("\texample.com   sni=none # why", "example.com:443", nil, nil),
            ("192.0.2.1 sni=example.com\r", "192.0.2.1:443", nil, "example.com"),
            ("_sip._tcp.example.com:5061", "_sip._tcp.example.com:5061", nil, "_sip._tcp.example.com"),
        ] as [(String, String, StartTLSProtocol?, String?)])
    func targets(line: String, text: String, startTLS: StartTLSProtocol?, serverName: String?) throws {
        let endpoint = try #require(try TargetList(Array(line.utf8)).endpoints.first)
        #expect(endpoint.text == text)
        #expect(endpoint.startTLS == startTLS)
        #expect(endpoint.serverName == serverName)
    }

    @Test(
        "what is no target is refused with its line",
        arguments: [
            ("192.0.2.0/24", "\"192.0.2.0/24\" is a range of addresses; name each host that may be scanned"),
            ("2001:db8::/32", "\"2001:db8::/32\" is a range of addresses; name each host that may be scanned"),
            ("example.com/path", "\"example.com/path\" has a path; write https:// before it, or leave it away"),
            (
                "bücher.example",
                "\"bücher.example\" is not in ASCII; write the name as it is in DNS: it is probably \"xn--bcher-kva.example\""
            ),
            ("❤.example", "\"❤.example\" is not in ASCII; write the name as it is in DNS: its labels begin with xn--"),
            ("example.com:0", "\"example.com:0\" has no port from 1 to 65535 behind its colon"),
            ("example.com:65536", "\"example.com:65536\" has no port from 1 to 65535 behind its colon"),
            ("example.com:", "\"example.com:\" has no port from 1 to 65535 behind its colon"),
            ("example.com:４４３", "\"example.com:４４３\" has no port from 1 to 65535 behind its colon"),
            ("127.1", "\"127.1\" looks like an address and is none; write four numbers from 0 to 255"),
            ("0x7f000001", "\"0x7f000001\" looks like an address and is none; write four numbers from 0 to 255"),
            ("192.0.2.010", "\"192.0.2.010\" looks like an address and is none; write four numbers from 0 to 255"),
            ("[example.com]:443", "\"example.com\" is no IPv6 address"),
            ("[2001:db8::1", "\"[2001:db8::1\" has no closing bracket"),
            ("[2001:db8::1]443", "\"[2001:db8::1]443\" has something other than a port behind its bracket"),
            ("fe80::1%eth0", "\"fe80::1%eth0\" is no IPv6 address; an address with a zone cannot be scanned"),
            ("gopher://example.com", "\"gopher://example.com\": \"gopher\" is no protocol that is known here"),
            ("https://ann@example.com/", "\"https://ann@example.com/\" has a user name in it; name the host alone"),
            ("https://example.com starttls=smtp", "\"https://example.com\" and starttls=smtp contradict each other"),
            ("example.com starttls=gopher", "\"gopher\" is no protocol with STARTTLS that is known here"),
            ("example.com sni=192.0.2.1", "\"192.0.2.1\" is an address, which SNI cannot say"),
            ("example.com sni=a sni=b", "\"sni\" stands there twice"),
            ("example.com port=1", "\"port=1\" is neither starttls=PROTOCOL nor sni=NAME"),
            ("-a.example", "\"-a.example\" is no name of a host"),
            ("a..example", "\"a..example\" is no name of a host"),
            (".", "\".\" names no host"),
            ("exa\u{1B}mple.com", "has a control character in it"),
        ])
    func refusals(line: String, message: String) {
        #expect(throws: TargetError.self) { try TargetList(Array("# first\n\n\(line)\n".utf8)) }
        do {
            _ = try TargetList(Array("# first\n\n\(line)\n".utf8))
        } catch {
            #expect("\(error)" == "line 3: \(message)")
        }
    }

    @Test("what is named twice is scanned once, in the order of the file")
    func duplicates() throws {
        let list = try TargetList(Array("b.example\na.example\nB.example:443\nhttps://a.example/\nb.example sni=none".utf8))
        #expect(list.endpoints.map(\.text) == ["b.example:443", "a.example:443", "b.example:443"])
        #expect(list.endpoints.map(\.serverName) == ["b.example", "a.example", nil])
    }

    @Test("defaults stand where a line says nothing")
    func defaults() throws {
        let defaults = TargetDefaults(startTLS: .imap, serverName: .name("mail.example"))
        let list = try TargetList(Array("a.example\nhttps://b.example\nc.example starttls=pop3 sni=none".utf8), defaults: defaults)
        #expect(list.endpoints.map(\.text) == ["a.example:143", "b.example:443", "c.example:110"])
        #expect(list.endpoints.map(\.startTLS) == [.imap, nil, .pop3])
        #expect(list.endpoints.map(\.serverName) == ["mail.example", "mail.example", nil])
    }

    @Test("lines have a length, and lists a number of lines")
    func limits() {
        let longest = "example.com #" + String(repeating: "x", count: TargetList.maximumLineLength - 13)
        #expect(throws: Never.self) { try TargetList(Array(longest.utf8)) }
        #expect(throws: TargetError(.tooLong, "longer than 1024 bytes", line: 1)) { try TargetList(Array((longest + "x").utf8)) }
        let lines = [UInt8](repeating: 0x0A, count: TargetList.maximumLineCount)
        #expect(throws: Never.self) { try TargetList(lines) }
        #expect(throws: TargetError.self) { try TargetList(lines + [0x0A]) }
        #expect(throws: TargetError(.malformed, "is not UTF-8", line: 1)) { try TargetList([0xFF]) }
    }

    /// RFC 5952 §4, and what inet_pton takes.
    @Test(
        "addresses have one spelling",
        arguments: [
            ("2001:0db8:0000:0000:0001:0000:0000:0001", "2001:db8::1:0:0:1"), ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),
            ("::", "::"), ("::1", "::1"), ("1::", "1::"), ("0:0:0:0:0:0:0:0", "::"), ("2001:DB8::A", "2001:db8::a"),
            ("10.0.0.1", "10.0.0.1"),
            ("1:0:0:2:0:0:0:3", "1:0:0:2::3"), ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"),
        ])
    func addresses(text: String, canonical: String) {
        #expect(AddressLiteral(text)?.description == canonical)
        #expect(AddressLiteral(canonical) == AddressLiteral(text))
    }

    @Test(
        "what is no address is none",
        arguments: [
            "", ":", ":::", "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "12345::", "g::", "1.2.3", "256.0.0.1", "1.2.3.4.5",
            "+1.2.3.4",
            "::1.2.3", "1.2.3.4::", "1:2:3:4:5:6:7:1.2.3.4",
        ])
    func noAddresses(text: String) {
        #expect(AddressLiteral(text) == nil)
    }

    /// RFC 3492 §7.1, and names that are known.
    @Test(
        "names in other scripts are written in ASCII",
        arguments: [
            ("bücher.example", "xn--bcher-kva.example"), ("münchen", "xn--mnchen-3ya"),
            ("почемужеонинеговорятпорусски", "xn--b1abfaaepdrnnbgefbadotcwatmq2g4l"), ("ليهمابتكلموشعربي؟", nil),
            ("他们为什么不说中文", "xn--ihqwcrb4cv8a8dqg056pqjye"), ("例え.テスト", "xn--r8jz45g.xn--zckzah"), ("a❤", nil),
            ("plain.example", "plain.example"),
        ] as [(String, String?)])
    func punycode(text: String, ascii: String?) {
        #expect(ASCIIName.of(text) == ascii)
    }
}
