import Testing

@testable import TLSInspector

@Suite("Heads of HTTP answers")
struct HTTPHeadTests {
    @Test(
        "what is in a head is read as a browser reads it",
        arguments: [
            ("HTTP/1.1 200 OK\r\n\r\n", "200 | - | - | -"),
            ("HTTP/1.0 404\r\nServer: a\r\n\r\nServer: b\r\n\r\n", "404 | - | a | -"),
            (
                "HTTP/1.1 200 OK\nstrict-TRANSPORT-security:  max-age=1 \nStrict-Transport-Security: max-age=2\n\n",
                "200 | max-age=1 | - | -"
            ),
            ("HTTP/1.1 301 x\r\nLocation: HTTPS://Example.com:8443/a?b\r\n\r\n", "301 | - | - | https://example.com:8443"),
            ("HTTP/1.1 301 x\r\nLocation: https://user:secret@example.com#c\r\n\r\n", "301 | - | - | https://example.com"),
            ("HTTP/1.1 302 x\r\nLocation: /login\r\n\r\n", "302 | - | - | -"),
            ("HTTP/1.1 302 x\r\nLocation: ://\r\n\r\n", "302 | - | - | -"),
            ("HTTP/1.1 200 OK\r\nServer: a\u{1B}[31mb\u{7F}\u{E4}\r\n\r\n", "200 | - | a[31mb | -"),
            ("HTTP/1.1 200 OK\r\nServer: a\r\n folded: b\r\n: nameless\r\nwithout\r\n\r\n", "200 | - | a | -"),
        ])
    func heads(text: String, expected: String) throws {
        let facts = HTTPFacts(try HTTPHead(Array(text.utf8)))
        #expect("\(facts.status) | \(facts.strictTransportSecurity ?? "-") | \(facts.server ?? "-") | \(facts.location ?? "-")" == expected)
    }

    @Test(
        "what is no head is refused",
        arguments: [
            ("", .truncated("the head of the answer")), ("HTTP/1.1 200 OK\r\n", .truncated("the head of the answer")),
            ("SSH-2.0-OpenSSH\r\n\r\n", .malformed("the answer to an HTTP request")),
            ("HTTP/2.0 200 OK\r\n\r\n", .malformed("the answer to an HTTP request")),
            ("HTTP/1.1 20\r\n\r\n", .malformed("the answer to an HTTP request")),
            ("HTTP/1.1 099 x\r\n\r\n", .malformed("the answer to an HTTP request")),
            ("HTTP/1.1 +20 x\r\n\r\n", .malformed("the answer to an HTTP request")),
            ("HTTP/1.1 200 OK\r\nA: " + String(repeating: "a", count: HTTPHead.maximumByteCount), .oversized("the head of the answer")),
            ("HTTP/1.1 200 OK\r\n" + String(repeating: "A: a\r\n", count: 257) + "\r\n", .oversized("the head of the answer")),
        ] as [(String, WireError)])
    func refused(text: String, error: WireError) {
        #expect(throws: error) { _ = try HTTPHead(Array(text.utf8)) }
    }

    @Test("of a long value the beginning is kept")
    func longValue() throws {
        let head = try HTTPHead(Array("HTTP/1.1 200 OK\r\nServer: \(String(repeating: "a", count: 5000))\r\n\r\n".utf8))
        #expect(head["server"]?.count == HTTPHead.maximumValueByteCount)
    }
}
