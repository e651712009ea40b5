/// For people, on a terminal: grouped by severity, the most severe first, and a last line that sums up.
///
///     HIGH (1)
///
///       missing-blob  backups/2026/a.tar (version 3f2a)
///         The payload of a version is missing.
///         blob:  0f3c
///         fix:   coffer store check --repair
///
///     1 finding in /srv/store: 1 high
public struct TextReporter: Reporter {
    private let isColoured: Bool

    public init(isColoured: Bool = false) { self.isColoured = isColoured }

    public func render(_ report: Report) -> [UInt8] {
        let groups = report.groups.map { text($0.severity, $0.findings) }.joined()
        return Array((groups + lastLine(report)).utf8)
    }

    private func text(_ severity: Severity, _ findings: [Finding]) -> String {
        let heading = colour("\(severity.rawValue.uppercased()) (\(findings.count))", severity)
        let width = findings.map(\.id.visible.count).max() ?? 0
        return "\(heading)\n\n" + findings.map { text($0, idWidth: width) }.joined()
    }

    private func text(_ finding: Finding, idWidth: Int) -> String {
        let id = finding.id.visible
        let gap = String(repeating: " ", count: idWidth - id.count + 2)
        var lines = ["  \(colour(id, finding.severity))\(gap)\(finding.resource.visible)", "    \(finding.title.visible)"]

        var fields = finding.evidence.map { ($0.name.visible, $0.value.visible) }
        if let remediation = finding.remediation { fields.append(("fix", remediation.visible)) }
        fields += finding.configurations.map { ("  \($0.product.visible)", $0.line.visible) }
        fields += finding.references.map { ("see", $0.visible) }
        let width = fields.map(\.0.count).max() ?? 0
        for (name, value) in fields {
            // A field without a value does not end in spaces.
            let gap = value.isEmpty ? "" : String(repeating: " ", count: width - name.count + 2)
            lines.append("    \(name):\(gap)\(value)")
        }
        return lines.joined(separator: "\n") + "\n\n"
    }

    /// `3 findings in /srv/store: 1 critical, 2 high`
    private func lastLine(_ report: Report) -> String {
        let summary = report.summary
        return "\(summary.noun) in \(report.subject.visible)\(summary.total > 0 ? ": " : "")\(summary.parts)\n"
    }

    private func colour(_ text: String, _ severity: Severity) -> String {
        guard isColoured else { return text }
        let code =
            switch severity {
            case .critical: "1;31"
            case .high: "31"
            case .medium: "33"
            case .low: "36"
            case .info: "2"
            }
        return "\u{1B}[\(code)m\(text)\u{1B}[0m"
    }
}
