/// What one look at one thing found: the input of every reporter.
///
/// As `Encodable` it has the members of `Docs/Schemas/findings.schema.json`, in Swift's spelling.
public struct Report: Sendable, Hashable {
    /// Who looked.
    public struct Tool: Sendable, Hashable, Encodable {
        public let name: String
        public let version: String

        public init(name: String, version: String) {
            self.name = name
            self.version = version
        }
    }

    public let tool: Tool
    /// What was looked at, for people: a store's path, a host and port.
    public let subject: String
    /// When, as RFC 3339 text in UTC: `2026-11-01T00:00:00Z`.
    public let time: String
    /// In the order of `inReportOrder()`.
    public let findings: [Finding]

    public var summary: FindingsSummary { FindingsSummary(findings) }

    /// - Parameter findings: in any order.
    public init(tool: Tool, subject: String, time: String, findings: some Sequence<Finding>) {
        self.tool = tool
        self.subject = subject
        self.time = time
        self.findings = findings.inReportOrder()
    }

    /// The findings of each severity that has some, the most severe first.
    var groups: [(severity: Severity, findings: [Finding])] {
        Severity.allCases.map { severity in (severity, findings.filter { $0.severity == severity }) }.filter { !$0.findings.isEmpty }
    }
}

extension Report: Encodable {
    private enum CodingKeys: String, CodingKey { case tool, subject, time, findings, summary }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(tool, forKey: .tool)
        try container.encode(subject, forKey: .subject)
        try container.encode(time, forKey: .time)
        try container.encode(findings, forKey: .findings)
        try container.encode(summary, forKey: .summary)
    }
}
