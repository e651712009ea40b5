import Findings
import Foundation
import TestSupport
import Testing

@testable import TLSInspector

@Suite("Judging scans")
struct TLSJudgeTests {
    /// Every change that the tests of rules know.
    private static let changes: [JudgementCase] =
        ProtocolRulesTests.cases + SuiteRulesTests.cases + AttackRulesTests.cases + FiniteFieldRulesTests.cases
        + KeyExchangeRulesTests.cases
        + ExtensionRulesTests.cases + ProbeRulesTests.cases + SessionRulesTests.cases + WebRulesTests.cases + RevocationRulesTests.cases
        + ToleranceRulesTests.cases

    @Test("several changes at once are judged too, always the same, and by documented rules only", arguments: UInt64(1)...8)
    func combinations(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let ids = Set(TLSJudge.ruleIDs)
        for _ in 0..<20 {
            var builder = ScanBuilder()
            builder.context.profile = Profile.embedded.randomElement(using: &generator)
            for _ in 0..<6 { Self.changes.randomElement(using: &generator)?.change(&builder) }
            let findings = TLSJudge.findings(for: builder.scan, context: builder.context)
            #expect(findings == TLSJudge.findings(for: builder.scan, context: builder.context))
            #expect(findings == findings.inReportOrder())
            #expect(findings.allSatisfy { ids.contains($0.id) && $0.evidence.allSatisfy { !$0.name.isEmpty } })
            let grade = Grade(scan: builder.scan, context: builder.context)
            #expect(grade.letter != nil || !grade.reasons.isEmpty)
        }
    }

    @Test("a scan that was saved is judged as before", arguments: changes)
    func saved(_ test: JudgementCase) throws {
        var builder = ScanBuilder()
        test.change(&builder)
        let saved = try JSONDecoder().decode(EndpointScan.self, from: JSONEncoder().encode(builder.scan))
        let before = TLSJudge.findings(for: builder.scan, context: builder.context)
        #expect(TLSJudge.findings(for: saved, context: builder.context) == before)
        #expect(Grade(scan: saved, context: builder.context) == Grade(scan: builder.scan, context: builder.context))
    }

    @Test("an address of IPv6 stands in brackets in the location, and a name that is no name does no harm")
    func location() {
        var builder = ScanBuilder()
        builder.scan.endpoint = Endpoint(host: "2001:db8::1", port: 8443)
        builder.scan.address = "2001:db8::1"
        let finding = TLSJudge.findings(for: builder.scan, context: builder.context).first
        #expect(finding?.resource == "[2001:db8::1]:8443")
        #expect(finding?.location?.uri == "tls://[2001:db8::1]:8443")
        builder.scan.endpoint.host = "a b\u{1B}[2J\"<é>"
        let hostile = TLSJudge.findings(for: builder.scan, context: builder.context).first?.location?.uri
        #expect(hostile?.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "<") } == true)
    }
}
