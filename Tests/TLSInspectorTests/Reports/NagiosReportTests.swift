import Findings
import Testing

@testable import TLSInspector

@Suite("Scans as a plugin of Nagios tells them")
struct NagiosReportTests {
    private func result(_ judged: [JudgedScan]) throws -> (state: NagiosReport.State, text: String) {
        let result = try NagiosReport(time: ReportSamples.now, warningPercent: 30, criticalPercent: 15).result(judged)
        return (result.state, String(decoding: result.bytes, as: UTF8.self))
    }

    @Test(
        "a certificate is judged by what is left of its life",
        arguments: [
            (60, NagiosReport.State.ok, "valid for 60 days, 66 %", 60, 66), (27, .ok, "valid for 27 days, 30 %", 27, 30),
            (26, .warning, "valid for 26 days, 28 %", 26, 28), (13, .critical, "valid for 13 days, 14 %", 13, 14),
            (0, .critical, "valid for 0 days, 0 %", 0, 0), (-1, .critical, "expired 1 day ago", -1, 0),
        ] as [(Int64, NagiosReport.State, String, Int, Int)])
    func certificates(days: Int64, state: NagiosReport.State, sentence: String, dayFigure: Int, percent: Int) throws {
        let result = try result([ReportSamples.judged(days: days)])
        #expect(result.state == state)
        #expect(
            result.text == """
                TLS \(state.name) - example.com:443 (192.0.2.1): certificate \(sentence) | \
                'example.com:443 (192.0.2.1) days'=\(dayFigure) 'example.com:443 (192.0.2.1) lifetime'=\(percent)%;30:;15:;0;100

                """)
    }

    @Test(
        "findings and what stayed undecided count",
        arguments: [
            (Severity.critical, NagiosReport.State.critical), (.high, .critical), (.medium, .warning), (.low, .ok), (.info, .ok),
        ])
    func findings(severity: Severity, state: NagiosReport.State) throws {
        let finding = ReportSamples.finding("a", severity)
        #expect(try result([ReportSamples.judged(ReportSamples.scan(), [finding])]).state == state)
        let undecided = try result([ReportSamples.judged(ReportSamples.scan(tls10: .unknown(Undecided(.timedOut, ""))), [finding])])
        #expect(undecided.state == max(state, .unknown))
        #expect(undecided.text.contains("1 finding: 1 \(severity.rawValue), 1 fact undecided |"))
    }

    @Test("a service that is down is critical, what we could not do is unknown", arguments: Undecided.Reason.allCases)
    func failures(reason: Undecided.Reason) throws {
        let ours: Set<Undecided.Reason> = [.rateLimited, .budget, .unsupported]
        let result = try result([ReportSamples.judged(ReportSamples.failed(Undecided(reason, "why | so\nor so")))])
        #expect(result.state == (ours.contains(reason) ? .unknown : .critical))
        #expect(result.text == "TLS \(result.state.name) - down.example:443: \(reason.rawValue): why / so or so\n")
    }

    @Test("of many targets the first line has the counts, then each has a line")
    func many() throws {
        let result = try result([
            ReportSamples.judged(ReportSamples.scan(host: "b.example"), days: 20), ReportSamples.judged(ReportSamples.failed()),
            ReportSamples.judged(ReportSamples.scan(host: "a.example")),
        ])
        let lines = result.text.split(separator: "\n")
        #expect(result.state == .critical)
        #expect(lines[0].hasPrefix("TLS CRITICAL - 3 targets: 1 critical, 1 warning, 1 ok | 'a.example:443 (192.0.2.1) days'=60 "))
        #expect(lines.dropFirst().map { $0.prefix { $0 != ":" } } == ["OK - a.example", "WARNING - b.example", "CRITICAL - down.example"])
    }

    @Test("no target is not well")
    func none() throws {
        #expect(try result([]).state == .unknown)
    }
}
