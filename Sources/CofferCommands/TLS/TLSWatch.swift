import ArgumentParser
import TLSInspector

struct TLSWatch: CofferCommand {
    enum Format: String, ExpressibleByArgument, CaseIterable { case prometheus, nagios }

    static let configuration = CommandConfiguration(
        commandName: "watch", abstract: "Look at servers once for a monitoring system: as Prometheus' metrics, or as a Nagios plugin.",
        discussion: """
            Certificates are measured by what is left of their life in percent, so that one
            threshold fits those of a week and those of a year.

            Prometheus: the metrics are in Docs/CLI.md, and the exit status is 0 whatever
            they say. Nagios: the exit status is the plugin's, 0 OK, 1 WARNING (a
            certificate below --warn-percent, a medium finding), 2 CRITICAL (below
            --critical-percent, a high or critical finding, a service that is down), 3
            UNKNOWN (something is undecided).

            $ coffer tls watch --targets hosts.txt --format prometheus > tls.prom.new &&
                mv tls.prom.new /var/lib/node_exporter/tls.prom
            $ coffer tls watch example.com --format nagios --warn-percent 25

            \(ExitStatus.help)
            """)

    @OptionGroup var targets: TLSTargetOptions
    @Option(name: .long, help: "prometheus or nagios.") var format: Format
    @Option(name: .long, help: ArgumentHelp("Nagios: a warning when less of a certificate's life is left.", valueName: "percent"))
    var warnPercent = 30
    @Option(name: .long, help: ArgumentHelp("Nagios: critical when less is left.", valueName: "percent")) var criticalPercent = 15
    @OptionGroup(title: "Judgement") var judgement: TLSJudgementOptions
    @OptionGroup(title: "Connections") var connection: TLSConnectionOptions
    @OptionGroup(title: "Global options") var outputOptions: OutputOptions

    func validate() throws {
        guard (0...100).contains(warnPercent), (0...warnPercent).contains(criticalPercent) else {
            throw ValidationError("percents are from 0 to 100, and --critical-percent is not above --warn-percent")
        }
        guard !outputOptions.json else { throw ValidationError("--format says what is written; it is not JSON") }
    }

    func run(in session: Session) async throws {
        let endpoints = try targets.endpoints(in: session)
        let judge = try judgement.judge(in: session)
        let time = try judgement.trust.time(in: session.context)
        let scanner = session.context.makeScanner(try connection.scanOptions(in: session))
        var scans: [JudgedScan] = []
        let run = ScanRun(scanner: scanner, judge: judge, concurrency: connection.concurrency)
        guard try await run.run(endpoints, deliver: { scans += $0 }) else { throw CommandError.interrupted }
        try await scanner.shutdown()
        switch format {
        case .prometheus: try session.output.write(PrometheusReport(time: time).bytes(scans))
        case .nagios:
            let report = NagiosReport(time: time, warningPercent: warnPercent, criticalPercent: criticalPercent)
            let result = try report.result(scans)
            try session.output.write(result.bytes)
            // The plugin's numbers, whatever they mean elsewhere.
            guard let status = ExitStatus(rawValue: result.state.rawValue), status != .success else { return }
            throw SilentFailure(status: status)
        }
    }
}
