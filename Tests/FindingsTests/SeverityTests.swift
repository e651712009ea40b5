import Findings
import Testing

@Suite("Severity")
struct SeverityTests {
    @Test("the more severe is the greater, and all are listed from the worst on")
    func order() {
        #expect(Severity.allCases == [.critical, .high, .medium, .low, .info])
        #expect(Severity.allCases.sorted(by: >) == Severity.allCases)
        #expect(Severity.allCases.max() == .critical)
    }

    @Test("a threshold is exceeded by findings of its own severity and of worse ones", arguments: Severity.allCases, Severity.allCases)
    func threshold(severity: Severity, threshold: Severity) {
        let findings = [Finding.saying("x", severity: .info), .saying("y", severity: severity)]
        #expect(findings.exceeds(threshold) == (severity >= threshold || threshold == .info))
    }

    @Test("no findings exceed no threshold", arguments: Severity.allCases)
    func nothing(threshold: Severity) {
        #expect(![Finding]().exceeds(threshold))
    }
}
