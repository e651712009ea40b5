import Findings
import TestSupport
import Testing

@Suite("Order of findings")
struct FindingOrderTests {
    private static func finding(
        _ severity: Severity = .high, _ resource: String = "r", _ id: String = "i", _ path: String? = nil, _ bytes: Range<UInt64>? = nil,
        title: String = "t", remediation: String? = nil, evidence: [Evidence] = [], configurations: [Configuration] = [],
        references: [String] = []
    ) -> Finding {
        Finding(
            id: id, severity: severity, resource: resource, title: title, evidence: evidence, remediation: remediation,
            configurations: configurations,
            references: references,
            location: path.map { FindingLocation(path: $0, byteRange: bytes) })
    }

    /// In order; neighbours differ in one respect each.
    private static let ordered = [
        finding(.critical, "z", "z"),
        finding(.high, "B"),
        finding(.high, "a"),
        finding(.high, "a\u{0301}"),
        finding(.high, "r", "a"),
        finding(),
        finding(references: ["x"]),
        finding(configurations: [Configuration("x", "y")]),
        finding(evidence: [Evidence("x", "y")]),
        finding(evidence: [Evidence("x", "z")]),
        finding(evidence: [Evidence("x", "y"), Evidence("x", "y")]),
        finding(remediation: ""),
        finding(remediation: "x"),
        finding(title: "u"),
        finding(.high, "r", "i", "a"),
        finding(.high, "r", "i", "a", 9..<300),
        finding(.high, "r", "i", "a", 255..<300),
        finding(.high, "r", "i", "a", 256..<300),
        finding(.high, "r", "i", "a", 256..<301),
        finding(.high, "r", "i", "b"),
        finding(.high, "é"),
        finding(.low, "a"),
        finding(.info, "a"),
    ]

    @Test("severity, then resource, rule, place, and whatever is left")
    func order() {
        #expect(Self.ordered.reversed().inReportOrder() == Self.ordered)
        #expect(Self.ordered.inReportOrder() == Self.ordered)
    }

    @Test("reports do not depend on the order in which things were found", arguments: ReportFormat.allCases)
    func determinism(format: ReportFormat) {
        let expected = format.reporter().render(Report(of: Self.ordered))
        var findings = Self.ordered
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<20 {
            findings.shuffle(using: &generator)
            #expect(format.reporter().render(Report(of: findings)) == expected)
        }
    }
}
