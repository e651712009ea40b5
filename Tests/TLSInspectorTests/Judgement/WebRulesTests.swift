import Testing

@testable import TLSInspector

@Suite("Rules about HTTP")
struct WebRulesTests {
    static let cases: [JudgementCase] = [
        header("no header", nil, "tls-no-hsts low"),
        header("a good header", "max-age=15552000; includeSubDomains; preload"),
        header("a quoted age", "MAX-AGE=\"63072000\" ; includesubdomains"),
        header("unknown directives", "max-age=63072000;includeSubDomains;later=\"x\";;"),
        header("a short age", "max-age=15551999; includeSubDomains", "tls-hsts-short low"),
        header("no age left", "max-age=0; includeSubDomains", "tls-hsts-off medium"),
        header("the names below are left out", "max-age=63072000", "tls-hsts-no-subdomains info"),
        header("no age", "includeSubDomains", "tls-hsts-malformed medium"),
        header("an age twice", "max-age=1; max-age=63072000", "tls-hsts-malformed medium"),
        header("a negative age", "max-age=-1", "tls-hsts-malformed medium"),
        header("an empty age", "max-age=; includeSubDomains", "tls-hsts-malformed medium"),
        header("half a quote", "max-age=\"63072000; includeSubDomains", "tls-hsts-malformed medium"),
        header("an empty header", "", "tls-hsts-malformed medium"),
        header("an age beyond all numbers", "max-age=99999999999999999999999; includeSubDomains"),
        JudgementCase("a redirection to plain text", "tls-redirect-to-http medium") {
            $0.scan.http = .known(
                HTTPFacts(
                    status: 301, strictTransportSecurity: "max-age=63072000; includeSubDomains", server: nil, location: "HTTP://example.com"
                ))
        },
        JudgementCase("a redirection to TLS") {
            $0.scan.http = .known(
                HTTPFacts(
                    status: 301, strictTransportSecurity: "max-age=63072000; includeSubDomains", server: nil,
                    location: "https://example.com"))
        },
        JudgementCase("no HTTP at all") { $0.scan.http = .untested("the port is not one of HTTP") },
    ]

    private static func header(_ name: String, _ header: String?, _ added: String...) -> JudgementCase {
        JudgementCase(name, added: added) {
            $0.scan.http = .known(HTTPFacts(status: 200, strictTransportSecurity: header, server: nil, location: nil))
        }
    }

    @Test("a header is read as a browser reads it", arguments: cases)
    func headers(_ test: JudgementCase) { test.check() }
}
