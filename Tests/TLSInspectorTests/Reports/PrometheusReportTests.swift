import Findings
import Testing

@testable import TLSInspector

@Suite("Scans as metrics")
struct PrometheusReportTests {
    private func text(_ judged: [JudgedScan]) throws -> String {
        String(decoding: try PrometheusReport(time: ReportSamples.now).bytes(judged), as: UTF8.self)
    }

    @Test("one endpoint gives these metrics")
    func knownAnswer() throws {
        let scan = ReportSamples.scan(tls10: .unknown(Undecided(.timedOut, "")))
        let endpoint = #"target="example.com:443",server_name="example.com",address="192.0.2.1""#
        let certificate =
            "\(endpoint),chain=\"0\",position=\"0\",common_name=\"example.com\",fingerprint=\"\(String(repeating: "ab", count: 32))\""
        let samples = try text([ReportSamples.judged(scan, days: 60, [ReportSamples.finding()])]).split(separator: "\n").filter {
            !$0.hasPrefix("#")
        }
        #expect(
            samples.map(String.init) == [
                "coffer_tls_scan_success{\(endpoint)} 1", "coffer_tls_scan_undecided_facts{\(endpoint)} 1",
                "coffer_tls_protocol_offered{\(endpoint),version=\"SSLv3\"} 0",
                "coffer_tls_protocol_offered{\(endpoint),version=\"TLSv1.2\"} 1",
                "coffer_tls_protocol_offered{\(endpoint),version=\"TLSv1.3\"} 1",
                "coffer_tls_cipher_suites{\(endpoint),version=\"SSLv3\"} 0",
                "coffer_tls_cipher_suites{\(endpoint),version=\"TLSv1.0\"} 0",
                "coffer_tls_cipher_suites{\(endpoint),version=\"TLSv1.2\"} 2",
                "coffer_tls_cipher_suites{\(endpoint),version=\"TLSv1.3\"} 3",
                "coffer_tls_group_offered{\(endpoint),group=\"\(NamedGroup.x25519MLKEM768)\"} 1",
                "coffer_tls_group_offered{\(endpoint),group=\"\(NamedGroup.x25519)\"} 1",
                "coffer_tls_group_offered{\(endpoint),group=\"\(NamedGroup.secp256r1)\"} 1",
                "coffer_tls_post_quantum_key_exchange{\(endpoint)} 1",
                "coffer_tls_certificate_not_before_seconds{\(certificate)} 1793232000",
                "coffer_tls_certificate_not_after_seconds{\(certificate)} 1801008000",
                "coffer_tls_chain_trusted{\(endpoint),chain=\"0\"} 1",
                "coffer_tls_findings{\(endpoint),severity=\"critical\"} 0", "coffer_tls_findings{\(endpoint),severity=\"high\"} 0",
                "coffer_tls_findings{\(endpoint),severity=\"medium\"} 1", "coffer_tls_findings{\(endpoint),severity=\"low\"} 0",
                "coffer_tls_findings{\(endpoint),severity=\"info\"} 0", "coffer_tls_grade{\(endpoint),grade=\"A\"} 1",
                "coffer_tls_scan_timestamp_seconds 1795824000",
            ])
    }

    @Test("an endpoint that cannot be reached has no findings, not none")
    func failed() throws {
        let text = try text([ReportSamples.judged(ReportSamples.failed(), grade: nil)])
        #expect(text.contains("coffer_tls_scan_success{target=\"down.example:443\",server_name=\"down.example\"} 0\n"))
        #expect(!text.contains("coffer_tls_findings"))
        #expect(!text.contains("coffer_tls_post_quantum"))
    }

    @Test("what a server sent cannot leave its label")
    func labels() throws {
        var judged = ReportSamples.judged()
        judged.chains[0].certificates[0].commonName = "a\"b\\c\nd\u{1B}e"
        #expect(try text([judged]).contains(#"common_name="a\"b\\c\nd�e","#))
    }

    /// The grammar of the text format 0.0.4, and that samples of one metric stand together, once, behind its type.
    @Test("the format's grammar holds")
    func grammar() throws {
        var odd = ReportSamples.judged()
        odd.chains[0].certificates[0].commonName = "\"},evil{x=\"\n# TYPE x counter\n"
        let text = try text([
            odd, ReportSamples.judged(ReportSamples.scan(host: "b.example")), ReportSamples.judged(ReportSamples.failed()),
        ])
        let sample =
            /([a-z_]+)(\{[a-z_]+="([^"\\\n]|\\["\\n])*"(,[a-z_]+="([^"\\\n]|\\["\\n])*")*\})? -?[0-9]+/
        var (current, ended, series) = ("", Set<String>(), Set<Substring>())
        for line in text.split(separator: "\n") {
            if let type = line.wholeMatch(of: /# TYPE ([a-z_]+) gauge/) {
                #expect(ended.insert(String(type.1)).inserted, "\(type.1) comes twice")
                current = String(type.1)
            } else if !line.hasPrefix("# HELP ") {
                let match = try #require(line.wholeMatch(of: sample), "\(line)")
                #expect(match.1 == current)
                #expect(series.insert(line[..<(try #require(line.lastIndex(of: " ")))]).inserted, "\(line)")
            }
        }
        #expect(ended.count == 12)
        #expect(text.hasSuffix("\n"))
    }
}
