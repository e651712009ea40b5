import Findings
import Testing

@testable import TLSInspector

@Suite("Scans for people")
struct ScanTextTests {
    @Test("one endpoint in a few lines")
    func lines() throws {
        var scan = ReportSamples.scan(tls10: .unknown(Undecided(.timedOut, "no answer")))
        scan.vulnerabilities[0].verdict = .known(.vulnerable)
        scan.vulnerabilities[0].detail = "16 KiB came back"
        let lines = try ScanText(ReportSamples.judged(scan), time: ReportSamples.now).lines()
        #expect(
            lines.joined(separator: "\n") == """
                example.com:443 (192.0.2.1)
                  TLSv1.2   2 suites, in the server's order
                            TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256
                            TLS_RSA_WITH_AES_128_GCM_SHA256
                  TLSv1.3   3 suites, in the client's order
                            TLS_AES_128_GCM_SHA256
                            TLS_AES_256_GCM_SHA384
                            TLS_CHACHA20_POLY1305_SHA256
                  refused   SSLv3
                  groups    X25519MLKEM768, x25519, secp256r1
                  quantum   key exchange withstands quantum computers
                  DH        2048 bits, ffdhe2048
                  chain 1   CN=example.com; secp256r1; until 2027-01-27, 60 days; issued by CN=Example CA,O=Example; trusted
                  also      extended master secret, secure renegotiation, fallback protection, OCSP stapling, ALPN h2 http/1.1, \
                HSTS max-age=63072000
                  attack    heartbleed: 16 KiB came back
                  undecided protocols.TLSv1.0.isOffered: timed-out: no answer
                  grade     A
                """)
    }

    @Test("a line for each of many")
    func line() throws {
        let judged = ReportSamples.judged(ReportSamples.scan(tls10: .unknown(Undecided(.reset, ""))), [ReportSamples.finding()])
        #expect(
            try ScanText(judged, time: ReportSamples.now).line()
                == "example.com:443 (192.0.2.1)  TLSv1.2 TLSv1.3  grade A  1 finding: 1 medium  1 undecided")
        let failed = ReportSamples.judged(ReportSamples.failed())
        #expect(try ScanText(failed, time: ReportSamples.now).line() == "down.example:443  failed: refused: nobody listens there")
        #expect(try ScanText(failed, time: ReportSamples.now).lines().count == 2)
    }

    @Test(
        "an endpoint's name says what tells it from others",
        arguments: [
            (Endpoint(host: "a.example", serverName: "a.example"), "192.0.2.1", "a.example:443 (192.0.2.1)"),
            (Endpoint(host: "192.0.2.1"), "192.0.2.1", "192.0.2.1:443"), (Endpoint(host: "a.example"), nil, "a.example:443 (no SNI)"),
            (
                Endpoint(host: "2001:db8::1", port: 25, startTLS: .smtp, serverName: "b.example"), "2001:db8::1",
                "[2001:db8::1]:25 (STARTTLS smtp, SNI b.example)"
            ),
        ] as [(Endpoint, String?, String)])
    func names(endpoint: Endpoint, address: String?, name: String) {
        var scan = ReportSamples.scan()
        (scan.endpoint, scan.address) = (endpoint, address)
        #expect(scan.name == name)
    }

    @Test(
        "times are in UTC",
        arguments: [
            (0, "1970-01-01T00:00:00Z"), (-1, "1969-12-31T23:59:59Z"), (951_782_400, "2000-02-29T00:00:00Z"),
            (4_102_444_799, "2099-12-31T23:59:59Z"),
        ] as [(Int64, String)])
    func times(seconds: Int64, text: String) {
        #expect(CertificateDate.time(seconds) == text)
    }
}
