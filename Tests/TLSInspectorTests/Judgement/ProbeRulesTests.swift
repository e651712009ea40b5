import Findings
import Testing

@testable import TLSInspector

@Suite("Rules about flaws that probes find")
struct ProbeRulesTests {
    static let cases: [JudgementCase] = [
        JudgementCase("Heartbleed", "tls-heartbleed critical") { $0.probe(.heartbleed, .known(.vulnerable)) },
        JudgementCase("early ChangeCipherSpec", "tls-ccs-injection high") { $0.probe(.ccsInjection, .known(.vulnerable)) },
        JudgementCase("ROBOT", "tls-robot critical") { $0.probe(.robot, .known(.vulnerable)) },
        JudgementCase("a weak oracle", "tls-robot high") { $0.probe(.robot, .known(.weak)) },
        JudgementCase("Ticketbleed", "tls-ticketbleed high") { $0.probe(.ticketbleed, .known(.vulnerable)) },
        JudgementCase("DROWN", "tls-drown critical") { $0.probe(.drown, .known(.vulnerable), basis: .inferred) },
        JudgementCase("handshakes without end", "tls-renegotiation-dos low") { $0.probe(.renegotiationDoS, .known(.vulnerable)) },
        JudgementCase("commands before TLS", "tls-starttls-injection high") { $0.scan.startTLSInjection = .known(true) },
        JudgementCase("a probe that was not asked for") { $0.probe(.heartbleed, .untested("needs --intrusive")) },
        JudgementCase("a probe without an answer", "tls-undecided info") { $0.probe(.robot, .unknown(Undecided(.timedOut, ""))) },
    ]

    @Test("a flaw is found", arguments: cases)
    func probes(_ test: JudgementCase) { test.check() }

    @Test("evidence says whether something was sent", arguments: [(VulnerabilityFact.Basis.probed, "a probe"), (.inferred, "inferred")])
    func basis(_ basis: VulnerabilityFact.Basis, _ text: String) throws {
        var builder = ScanBuilder()
        builder.probe(.drown, .known(.vulnerable), basis: basis)
        let finding = try #require(TLSJudge.findings(for: builder.scan, context: builder.context).first)
        #expect(finding.evidence.first { $0.name == "basis" }?.value.hasPrefix(text) == true)
    }
}
