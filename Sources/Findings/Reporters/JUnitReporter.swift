/// JUnit's XML as continuous integration reads it: a test for each finding, or one that passed if there is none.
///
/// A finding below the threshold is a test that passed, with what was found as its output. So the file says "failed" exactly where a command
/// with `--fail-on` and the same threshold does.
public struct JUnitReporter: Reporter {
    private let threshold: Severity

    public init(threshold: Severity = .info) { self.threshold = threshold }

    public func render(_ report: Report) -> [UInt8] {
        let failures = report.findings.count { $0.severity >= threshold }
        let counts = #"tests="\#(max(report.findings.count, 1))" failures="\#(failures)" errors="0""#
        let tests = report.findings.isEmpty ? passed(report) : report.findings.map(test).joined()
        let text = """
            <?xml version="1.0" encoding="UTF-8"?>
            <testsuites name="\(report.tool.name.markup) \(report.tool.version.markup)" \(counts) time="0">
              <testsuite name="\(report.subject.markup)" \(counts) skipped="0" time="0" timestamp="\(report.time.markup)">
            \(tests)  </testsuite>
            </testsuites>

            """
        return Array(text.utf8)
    }

    private func passed(_ report: Report) -> String {
        "    <testcase classname=\"\(report.tool.name.markup)\" name=\"no findings\" time=\"0\"/>\n"
    }

    private func test(_ finding: Finding) -> String {
        let body = lines(finding).map(\.markup).joined(separator: "\n")
        let content =
            finding.severity >= threshold
            ? "<failure type=\"\(finding.severity.rawValue)\" message=\"\(finding.title.markup)\">\(body)</failure>"
            : "<system-out>\(finding.severity.rawValue): \(finding.title.markup)\n\(body)</system-out>"
        return """
                <testcase classname="\(finding.id.markup)" name="\(name(finding).markup)" time="0">
                  \(content)
                </testcase>

            """
    }

    /// Reports are compared by class and name: two places in one resource are two tests.
    private func name(_ finding: Finding) -> String {
        guard let range = finding.location?.byteRange else { return finding.resource }
        return "\(finding.resource) [bytes \(range.lowerBound)..<\(range.upperBound)]"
    }

    private func lines(_ finding: Finding) -> [String] {
        var lines = ["resource: \(finding.resource)"]
        lines += finding.evidence.map { "\($0.name): \($0.value)" }
        if let remediation = finding.remediation { lines.append("fix: \(remediation)") }
        lines += finding.configurations.map { "\($0.product): \($0.line)" }
        lines += finding.references.map { "see: \($0)" }
        return lines
    }
}
