import ArgumentParser
import TLSInspector

struct TLSJudgeCommand: CofferCommand {
    static let configuration = CommandConfiguration(
        commandName: "judge", abstract: "Judge scans that were saved, at another time or by another guideline.",
        discussion: """
            Reads what `coffer tls scan` wrote with --save or --json. No server is spoken
            to, except for --revocation and --complete-chain. The exit status is that of a
            scan.

            $ coffer tls judge last.json --profile nist-800-52r2
            $ coffer tls judge last.json --at 2027-01-01 --html tomorrow.html
            $ coffer tls judge today.json --baseline yesterday.json

            \(ExitStatus.help)
            """)

    @Argument(help: ArgumentHelp("The scans; - is stdin.", valueName: "file"), completion: .file()) var file: String
    @OptionGroup(title: "Judgement") var judgement: TLSJudgementOptions
    @OptionGroup(title: "Findings") var findings: FindingsOptions
    @OptionGroup(title: "Reports") var reports: ScanReportOptions
    @OptionGroup(title: "Global options") var outputOptions: OutputOptions

    func validate() throws {
        guard file != "-" || reports.baseline != "-" else { throw ValidationError("only one input can be - (stdin)") }
    }

    func run(in session: Session) async throws {
        try ScanReporting.check(findings, reports, sparing: [file] + judgement.trust.ca, in: session)
        let judge = try judgement.judge(in: session)
        let scans = try ScanDocument(reading: file, in: session).scans
        let baseline = try reports.readBaseline(in: session)
        var reporting = ScanReporting(
            findings, reports, targetCount: scans.count, subject: file, time: try judgement.trust.time(in: session.context), in: session)
        try await ScanReporting.withLines(reports, session) { writeLine in
            for scan in scans { try reporting.add([await judge.judge(scan)], writeLine: writeLine) }
        }
        var earlier: [JudgedScan]? = baseline.map { _ in [] }
        for scan in baseline?.scans ?? [] { earlier?.append(await judge.judge(scan)) }
        try reporting.finish(baseline: earlier)
    }
}
