internal import Findings

/// Findings as a table for spreadsheets (RFC 4180): one row each, and one with empty cells for an endpoint without any, so that
/// none is missing.
///
/// | column | content |
/// |---|---|
/// | `target` | `example.com:443` |
/// | `host`, `port`, `starttls`, `server_name`, `address` | its parts; empty where there is none |
/// | `status` | `complete`; `incomplete` if something stayed undecided; `failed` if nothing could be found out |
/// | `reason` | why it failed |
/// | `grade` | empty if nobody graded |
/// | `severity`, `finding`, `title`, `resource` | the finding; `finding` is its id |
/// | `evidence` | `name: value`, separated by `; ` |
/// | `remediation`, `references` | what to do; where to read on, separated by spaces |
public struct CSVReport: Sendable {
    static let columns = [
        "target", "host", "port", "starttls", "server_name", "address", "status", "reason", "grade", "severity", "finding", "title",
        "resource", "evidence", "remediation", "references",
    ]

    /// What spreadsheets take for the beginning of a formula (OWASP, CSV Injection). Texts in a scan are from strangers.
    private static let formulaBeginnings: Set<Unicode.Scalar> = ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"]

    public init() {}

    /// The first row.
    public var header: [UInt8] { Self.row(Self.columns) }

    /// - Parameter judged: in the order of the rows.
    public func bytes(_ judged: some Sequence<JudgedScan>) throws(ReportError) -> [UInt8] {
        var bytes = header
        for scan in judged { bytes += try rows(scan) }
        return bytes
    }

    /// The rows of one endpoint.
    public func rows(_ judged: JudgedScan) throws(ReportError) -> [UInt8] {
        let scan = judged.scan
        let status = scan.failure != nil ? "failed" : try scan.undecidedFacts().isEmpty ? "complete" : "incomplete"
        let beginning = [
            scan.endpoint.text, scan.endpoint.host, "\(scan.endpoint.port)", scan.endpoint.startTLS?.rawValue ?? "",
            scan.endpoint.serverName ?? "", scan.address ?? "", status, scan.failure.map { "\($0)" } ?? "", judged.letter ?? "",
        ]
        let rows = judged.findings.isEmpty ? [Array(repeating: "", count: 7)] : judged.findings.map(Self.cells)
        return rows.flatMap { Self.row(beginning + $0) }
    }

    private static func cells(_ finding: Finding) -> [String] {
        let evidence = finding.evidence.map { "\($0.name): \($0.value)" }.joined(separator: "; ")
        let remediation = [finding.remediation].compactMap(\.self) + finding.configurations.map { "\($0.product): \($0.line)" }
        return [
            finding.severity.rawValue, finding.id, finding.title, finding.resource, evidence, remediation.joined(separator: " | "),
            finding.references.joined(separator: " "),
        ]
    }

    private static func row(_ cells: [String]) -> [UInt8] { Array((cells.map(cell).joined(separator: ",") + "\r\n").utf8) }

    /// §2.5 to 2.7: what holds a comma, a quote or the end of a line is quoted, and quotes in it are doubled.
    private static func cell(_ text: String) -> String {
        let isFormula = text.unicodeScalars.first.map(formulaBeginnings.contains) ?? false
        let text = isFormula ? "'" + text : text
        guard text.unicodeScalars.contains(where: { ",\"\r\n".unicodeScalars.contains($0) }) else { return text }
        let doubled = text.unicodeScalars.reduce(into: "") { result, scalar in
            if scalar == "\"" { result.unicodeScalars.append(scalar) }
            result.unicodeScalars.append(scalar)
        }
        return "\"\(doubled)\""
    }
}
