import Findings
import Testing

@Suite("Summary of findings")
struct FindingsSummaryTests {
    @Test("each severity is counted")
    func counts() {
        let summary = Report.sample.summary
        #expect(Severity.allCases.map { summary[$0] } == [1, 2, 0, 1, 0])
        #expect(summary.total == 4)
        #expect(summary.worst == .critical)
        #expect(summary.description == "4 findings: 1 critical, 2 high, 1 low")
    }

    @Test("one finding is singular")
    func one() {
        #expect(FindingsSummary([.unreferencedBlob]).description == "1 finding: 1 low")
    }

    @Test("nothing found has no worst severity")
    func none() {
        let summary = FindingsSummary([])
        #expect(summary.total == 0)
        #expect(summary.worst == nil)
        #expect(summary.description == "no findings")
    }
}
