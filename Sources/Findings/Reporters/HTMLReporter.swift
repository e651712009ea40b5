/// One page that needs nothing else: no scripts, no fonts, no pictures, nothing from a network. Readable on a phone, in light and dark, and on paper.
public struct HTMLReporter: Reporter {
    public init() {}

    public func render(_ report: Report) -> [UInt8] {
        let subject = report.subject.markup
        let text = """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>\(report.summary.noun.markup) in \(subject)</title>
            <style>
            \(HTMLStyle.sheet)
            </style>
            </head>
            <body>
            <header>
            <h1><bdi>\(subject)</bdi></h1>
            <p class="origin">\(report.tool.name.markup) \(report.tool.version.markup), <time>\(report.time.markup)</time></p>
            \(summary(report))
            </header>
            <main>
            \(report.groups.map { group($0.severity, $0.findings) }.joined())</main>
            </body>
            </html>

            """
        return Array(text.utf8)
    }

    private func summary(_ report: Report) -> String {
        guard !report.findings.isEmpty else { return "<p class=\"none\">No findings.</p>" }
        let counts = report.groups.map { severity, findings in
            "<li><a class=\"badge \(severity.rawValue)\" href=\"#\(severity.rawValue)\">\(findings.count) \(severity.rawValue)</a></li>"
        }
        return "<ul class=\"summary\">\(counts.joined())</ul>"
    }

    private func group(_ severity: Severity, _ findings: [Finding]) -> String {
        """
        <section id="\(severity.rawValue)" aria-label="\(severity.rawValue)">
        <h2>\(severity.rawValue.prefix(1).uppercased())\(severity.rawValue.dropFirst()) <span>\(findings.count)</span></h2>
        \(findings.map(article).joined())</section>

        """
    }

    private func article(_ finding: Finding) -> String {
        var lines = [
            "<article class=\"\(finding.severity.rawValue)\">",
            "<h3>\(finding.title.markup)</h3>",
            "<p class=\"resource\"><bdi>\(finding.resource.markup)</bdi></p>",
        ]
        if !finding.evidence.isEmpty {
            let pairs = finding.evidence.map { "<dt>\($0.name.markup)</dt><dd><bdi>\($0.value.markup)</bdi></dd>" }
            lines.append("<dl>\(pairs.joined())</dl>")
        }
        if let remediation = finding.remediation {
            lines.append("<p class=\"fix\"><b>Fix</b> <bdi>\(remediation.markup)</bdi></p>")
        }
        if !finding.configurations.isEmpty {
            let pairs = finding.configurations.map { "<dt>\($0.product.markup)</dt><dd><bdi>\($0.line.markup)</bdi></dd>" }
            lines.append("<dl>\(pairs.joined())</dl>")
        }
        lines += finding.references.map { "<p class=\"reference\"><b>See</b> \(link($0))</p>" }
        lines.append(
            "<p class=\"id\"><span class=\"badge \(finding.severity.rawValue)\">\(finding.severity.rawValue)</span> \(finding.id.markup)</p>"
        )
        lines.append("</article>\n")
        return lines.joined(separator: "\n")
    }

    /// Only addresses of the web are links: `javascript:` and others act when they are followed.
    private func link(_ reference: String) -> String {
        guard URIText.isWebAddress(reference) else { return reference.markup }
        return "<a href=\"\(URIText.reference(reference).markup)\" rel=\"noopener noreferrer\">\(reference.markup)</a>"
    }
}
