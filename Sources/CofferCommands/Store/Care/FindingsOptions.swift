import ArgumentParser
import Findings
import KeyStore

/// How findings are told, and which of them count.
struct FindingsOptions: ParsableArguments {
    @Option(name: .long, help: "Which findings give exit status 1: critical, high, medium, low or info, and worse ones.")
    var failOn = Severity.low
    @Option(name: .long, help: ArgumentHelp("Write the findings as SARIF 2.1.0, too.", valueName: "file"), completion: .file())
    var sarif: String?
    @Option(name: .long, help: ArgumentHelp("Write the findings as JUnit's XML, too.", valueName: "file"), completion: .file())
    var junit: String?
    @Option(name: .long, help: ArgumentHelp("Write the findings as a page for a browser, too.", valueName: "file"), completion: .file())
    var html: String?

    private var files: [(format: ReportFormat, path: String)] {
        [(ReportFormat.sarif, sarif), (.junit, junit), (.html, html)].compactMap { format, path in path.map { (format, $0) } }
    }

    /// Whether the findings are told in a file, and not only counted.
    var writesFiles: Bool { !files.isEmpty }

    /// Before anything is read for results that cannot be written. A report of an earlier run is replaced.
    /// - Parameters:
    ///   - inputs: files that the check reads, which no report may take the place of.
    ///   - others: files that the command writes besides.
    func check(sparing inputs: [String] = [], besides others: [String] = []) throws {
        let paths = files.map(\.path) + others
        try OutputFile.checkAll(paths, replacing: true)
        for path in paths where inputs.contains(where: { OutputFile.areSame($0, path) }) {
            throw CommandError(
                .usage, "\(path) is what is checked, and cannot be the report as well", hint: "name another file for the report")
        }
    }

    /// Tells what was found.
    /// - Parameters:
    ///   - summary: what people are told besides; whole lines.
    ///   - members: what programs are told besides the report.
    ///   - isDamaged: whether something is lost or not certain, which no threshold hides.
    ///   - kept: what should be kept as it is when something is damaged.
    func report(
        _ findings: [Finding], about subject: String, _ summary: String, _ members: [String: JSONValue?], isDamaged: Bool,
        kept: String = "the store", in session: Session
    ) throws {
        let report = try write(findings, about: subject, in: session)
        try show(report, summary, members, in: session)
        try requireNone(report, isDamaged: isDamaged, kept)
    }

    /// Writes the files that were asked for.
    /// - Returns: what is in them.
    func write(_ findings: [Finding], about subject: String, in session: Session) throws -> Report {
        let report = Report(
            tool: Report.Tool(name: "coffer", version: CommandContext.version), subject: subject,
            time: try session.context.clock.read().wall.rfc3339, findings: findings)
        for file in files {
            try OutputFile(path: file.path, replacing: true).write(file.format.reporter(threshold: failOn).render(report))
        }
        return report
    }

    /// Tells on stdout, as `report` does.
    func show(_ report: Report, _ summary: String, _ members: [String: JSONValue?], in session: Session) throws {
        if session.output.wantsJSON {
            try session.output.render(FindingsResult(report: report, members: members))
        } else {
            let isColoured = session.context.standardOutput.isTerminal && session.context.allowsColour(noColor: session.output.noColor)
            try session.output.write(ReportFormat.text.reporter(isColoured: isColoured).render(report))
            try session.output.write(summary)
        }
    }

    /// - Throws: `FindingsReported` with status 1 if one of these counts.
    func requireNone(_ findings: [Finding]) throws {
        guard findings.exceeds(failOn) else { return }
        throw FindingsReported(status: .negative, code: "FindingsReported", message: "\(FindingsSummary(findings))", hint: nil)
    }

    /// - Throws: `FindingsReported` when the exit status is not 0.
    private func requireNone(_ report: Report, isDamaged: Bool, _ kept: String) throws {
        let summary = report.summary
        if isDamaged {
            throw FindingsReported(
                status: .damaged, code: "DataDamaged", message: "data is damaged or lost: \(summary)",
                hint: "keep a copy of \(kept); what each finding needs stands beside it")
        }
        try requireNone(report.findings)
    }
}

extension Severity: AWSName {
    init?(argument: String) { self.init(rawValue: argument.lowercased()) }
}

/// The report of `Docs/Schemas/findings.schema.json`, with what the command found out besides.
private struct FindingsResult: CommandResult {
    let report: Report
    let members: [String: JSONValue?]

    var text: String { "" }

    func encode(to encoder: any Encoder) throws {
        try report.encode(to: encoder)
        var container = encoder.container(keyedBy: MemberName.self)
        for (name, value) in members { try container.encodeIfPresent(value, forKey: MemberName(stringValue: name)) }
    }

    private struct MemberName: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }
}
