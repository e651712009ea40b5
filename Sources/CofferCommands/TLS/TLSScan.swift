import ArgumentParser
import TLSInspector

struct TLSScan: CofferCommand {
    static let configuration = CommandConfiguration(
        commandName: "scan", abstract: "Find out what TLS servers offer, and what is wrong with it.",
        discussion: """
            One target is shown in full, of many each has a line; --html, --csv and --json
            have the findings of all. Reports of earlier runs are replaced.

            Exit status 0: nothing as severe as --fail-on, and everything could be found
            out. 1: there are such findings; with --baseline, new ones or worse ones than
            before. 6: a target could not be reached, or something stayed undecided: an
            unfinished check is not a good one. With --baseline, only what was decided
            before counts.

            A file that is both --baseline and --save is replaced by runs that succeed:
            what is new or worse stays so until it is fixed, or accepted by a run with
            --save alone.

            Ctrl-C ends the run. Reports then hold the targets that were done, except
            --save, which is written by whole runs only.

            $ coffer tls scan example.com
            $ coffer tls scan mail.example.com --starttls smtp --grade
            $ coffer tls scan --targets hosts.txt --profile mozilla-modern --csv tls.csv
            $ coffer tls scan --targets hosts.txt --baseline last.json --save last.json
            $ coffer tls scan 192.0.2.7:443 --sni example.com --ca ca.pem --no-system-trust

            \(ExitStatus.help)
            """)

    @OptionGroup var targets: TLSTargetOptions
    @OptionGroup(title: "Judgement") var judgement: TLSJudgementOptions
    @OptionGroup(title: "Findings") var findings: FindingsOptions
    @OptionGroup(title: "Reports") var reports: ScanReportOptions
    @Option(name: .long, help: ArgumentHelp("Keep the scans, to judge or compare them later.", valueName: "file"), completion: .file())
    var save: String?
    @OptionGroup(title: "Connections") var connection: TLSConnectionOptions
    @OptionGroup(title: "Global options") var outputOptions: OutputOptions

    func run(in session: Session) async throws {
        let endpoints = try targets.endpoints(in: session)
        try ScanReporting.check(findings, reports, save: save, sparing: judgement.trust.ca, in: session)
        let judge = try judgement.judge(in: session)
        let baseline = try reports.readBaseline(savedTo: save, in: session)
        let scanner = session.context.makeScanner(try connection.scanOptions(in: session))
        let subject = endpoints.count == 1 ? endpoints[0].text : "\(endpoints.count) targets"
        var reporting = ScanReporting(
            findings, reports, save: save, targetCount: endpoints.count, subject: subject,
            time: try judgement.trust.time(in: session.context),
            in: session)
        session.context.interruption.allowGrace()
        let progress = CareProgress("scanning", "targets", outputOptions, in: session)
        defer { progress.clear() }
        var isWhole = false
        try await ScanReporting.withLines(reports, session) { writeLine in
            progress.show(count: 1, of: endpoints.count)
            let ticker = Task { await progress.tick(every: .milliseconds(500)) }
            defer { ticker.cancel() }
            isWhole = try await ScanRun(scanner: scanner, judge: judge, concurrency: connection.concurrency).run(endpoints) { judged in
                progress.clear()
                try reporting.add(judged, writeLine: writeLine)
                progress.show(count: min(reporting.tally.targetCount + 1, endpoints.count), of: endpoints.count)
            }
            ticker.cancel()
            await ticker.value
        }
        progress.clear()
        if isWhole { try await scanner.shutdown() }
        var earlier: [JudgedScan]? = baseline.map { _ in [] }
        for scan in baseline?.scans ?? [] { earlier?.append(await judge.judge(scan)) }
        try reporting.finish(baseline: earlier, isWhole: isWhole)
        guard isWhole else {
            throw CommandError(.interrupted, "interrupted: \(reporting.tally.targetCount) of \(endpoints.count) targets were scanned")
        }
    }
}
