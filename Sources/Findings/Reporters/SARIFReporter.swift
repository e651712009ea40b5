/// [SARIF 2.1.0](https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html), for code hosts and security dashboards.
///
/// The property `security-severity` and the tag `security` are GitHub's: without them it shows all errors alike.
public struct SARIFReporter: Reporter {
    public init() {}

    public func render(_ report: Report) -> [UInt8] {
        let rules = SARIFRule.all(of: report.findings)
        let indexes = Dictionary(uniqueKeysWithValues: rules.enumerated().map { ($1.id, $0) })
        let driver: [String: JSONValue] = [
            "name": .string(report.tool.name),
            "version": .string(report.tool.version),
            "rules": .array(rules.map(\.value)),
        ]
        let run: [String: JSONValue] = [
            "tool": .object(["driver": .object(driver)]),
            "invocations": .array([.object(["executionSuccessful": .bool(true), "endTimeUtc": .string(report.time)])]),
            "results": .array(report.findings.map { value($0, ruleIndex: indexes[$0.id, default: 0]) }),
            "properties": .object(["subject": .string(report.subject)]),
        ]
        return JSONValue.object([
            "$schema": .string("https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"),
            "version": .string("2.1.0"),
            "runs": .array([.object(run)]),
        ]).bytes
    }

    /// §3.27
    private func value(_ finding: Finding, ruleIndex: Int) -> JSONValue {
        .object([
            "ruleId": .string(finding.id),
            "ruleIndex": .number(UInt64(ruleIndex)),
            "level": .string(finding.severity.sarifLevel),
            "message": .object(["text": .string(message(finding))]),
            "locations": .array([location(finding)]),
            // §3.27.17. Not a hash: one that two findings share would let whoever chooses names hide the one behind the other.
            "partialFingerprints": .object(["cofferFinding/v1": .string(fingerprint(finding))]),
            "properties": .object(present: [
                "security-severity": .string(finding.severity.sarifScore),
                "severity": .string(finding.severity.rawValue),
                "resource": .string(finding.resource),
                "evidence": .array(finding.evidence.map { .object(["name": .string($0.name), "value": .string($0.value)]) }),
                "remediation": finding.remediation.map(JSONValue.string),
                "configurations": finding.configurations.isEmpty
                    ? nil : .array(finding.configurations.map { .object(["product": .string($0.product), "line": .string($0.line)]) }),
                "references": .array(finding.references.map(JSONValue.string)),
            ]),
        ])
    }

    /// What viewers show. §3.11.3: the first sentence may be all that there is room for.
    private func message(_ finding: Finding) -> String {
        var lines = [finding.title, "resource: \(finding.resource)"]
        lines += finding.evidence.map { "\($0.name): \($0.value)" }
        if let remediation = finding.remediation { lines.append("fix: \(remediation)") }
        lines += finding.configurations.map { "\($0.product): \($0.line)" }
        return lines.map(\.sarifMessage).joined(separator: "\n")
    }

    /// §3.28: the bytes for programs (§3.29), and for everybody the name of the resource (§3.33).
    private func location(_ finding: Finding) -> JSONValue {
        let region = finding.location?.byteRange.map { range -> JSONValue in
            .object(["byteOffset": .number(range.lowerBound), "byteLength": .number(range.upperBound - range.lowerBound)])
        }
        let physical = finding.location.map { location -> JSONValue in
            .object(present: ["artifactLocation": .object(["uri": .string(location.uri)]), "region": region])
        }
        let logical: JSONValue = .object(["fullyQualifiedName": .string(finding.resource.visible), "kind": .string("resource")])
        return .object(present: ["physicalLocation": physical, "logicalLocations": .array([logical])])
    }

    /// The same for the same rule, resource and place in every report, whatever else is there.
    private func fingerprint(_ finding: Finding) -> String {
        let range = finding.location?.byteRange.map { "\($0.lowerBound)-\($0.upperBound)" } ?? ""
        return [finding.id, range, finding.location?.uri ?? "", finding.resource].joined(separator: " ")
    }
}

extension String {
    /// As plain text in a SARIF message: no placeholder (§3.11.5), no link (§3.11.6).
    var sarifMessage: String {
        var text = String.UnicodeScalarView()
        var isBehindBracket = false
        for scalar in visible.unicodeScalars {
            switch scalar {
            case "{", "}": text.append(contentsOf: [scalar, scalar])
            case "(" where isBehindBracket:
                // `[…](…)` is the only form of a link, so a name like `a[3]` keeps its brackets as they are.
                text.removeLast()
                text.append(contentsOf: #"\]("#.unicodeScalars)
            default: text.append(scalar)
            }
            isBehindBracket = scalar == "]"
        }
        return String(text)
    }
}

extension Severity {
    /// §3.27.10
    var sarifLevel: String {
        switch self {
        case .critical, .high: "error"
        case .medium: "warning"
        case .low, .info: "note"
        }
    }

    /// In the middle of the range that GitHub gives each name: above 9.0 critical, from 7.0 high, from 4.0 medium, from 0.1 low, 0.0 none.
    var sarifScore: String {
        switch self {
        case .critical: "9.5"
        case .high: "8.0"
        case .medium: "5.5"
        case .low: "2.0"
        case .info: "0.0"
        }
    }
}
