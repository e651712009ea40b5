/// For programs: the object of `Docs/Schemas/findings.schema.json`.
///
/// Members are named as everything is in `--json`, so this is also what a `Report` is as a member of a command's result.
public struct JSONReporter: Reporter {
    public init() {}

    public func render(_ report: Report) -> [UInt8] {
        JSONValue.object([
            "Tool": .object(["Name": .string(report.tool.name), "Version": .string(report.tool.version)]),
            "Subject": .string(report.subject),
            "Time": .string(report.time),
            "Findings": .array(report.findings.map(value)),
            "Summary": value(report.summary),
        ]).bytes
    }

    private func value(_ finding: Finding) -> JSONValue {
        .object(present: [
            "Id": .string(finding.id),
            "Severity": .string(finding.severity.rawValue),
            "Resource": .string(finding.resource),
            "Title": .string(finding.title),
            "Evidence": .array(finding.evidence.map { .object(["Name": .string($0.name), "Value": .string($0.value)]) }),
            "Remediation": finding.remediation.map(JSONValue.string),
            "Configurations": .array(
                finding.configurations.map { .object(["Product": .string($0.product), "Line": .string($0.line)]) }),
            "References": .array(finding.references.map(JSONValue.string)),
            "Location": finding.location.map(value),
        ])
    }

    private func value(_ location: FindingLocation) -> JSONValue {
        .object(present: [
            "Uri": .string(location.uri),
            "ByteRange": location.byteRange.map { .object(["Start": .number($0.lowerBound), "End": .number($0.upperBound)]) },
        ])
    }

    private func value(_ summary: FindingsSummary) -> JSONValue {
        .object([
            "Critical": .number(UInt64(summary[.critical])),
            "High": .number(UInt64(summary[.high])),
            "Medium": .number(UInt64(summary[.medium])),
            "Low": .number(UInt64(summary[.low])),
            "Info": .number(UInt64(summary[.info])),
            "Total": .number(UInt64(summary.total)),
        ])
    }
}
