import ArgumentParser
import Findings
import Integrity
import SystemPackage

struct ManifestDiff: FileCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff", abstract: "Say what changed between two manifests, without looking at a folder.",
        discussion: """
            The verdicts and the exit status are those of `coffer manifest verify`; but
            whether a file was only added to shows here only where its old size is a
            multiple of 64 KiB.

            $ coffer manifest diff monday.manifest tuesday.manifest
            $ coffer manifest diff photos.manifest copy.manifest --ignore owner --json

            \(ExitStatus.help)
            """)

    @Argument(help: ArgumentHelp("The earlier manifest.", valueName: "old"), completion: .file()) var old: String
    @Argument(help: ArgumentHelp("The later one.", valueName: "new"), completion: .file()) var new: String
    @Option(name: .long, help: ArgumentHelp("Metadata that is not compared, as in verify; may be repeated.", valueName: "field"))
    var ignore: [MetadataField] = []
    @OptionGroup(title: "Trust") var trust: ManifestTrustOptions
    @OptionGroup(title: "Findings") var findings: FindingsOptions
    @OptionGroup(title: "Global options") var options: StoreOptions

    func run(with store: LazyStore, in session: Session) async throws {
        try findings.check(sparing: [old, new] + trust.signers.publicKey)
        let names = session.context.arguments.paths([old, new])
        // An earlier one is older than what is known here, as it should be.
        let (before, after) = (
            try await trust.open(names[0], store, in: session, isPast: true),
            try await trust.open(names[1], store, in: session, isPast: true)
        )
        let run = ManifestRun(session: session, options: options.output)
        let (settings, progress) = run.settings("comparing", new)
        defer { progress.clear() }
        let report = try await before.compare(with: after, ignoring: Set(ignore), settings)
        progress.clear()
        try findings.report(
            report.findings(in: nil), about: "\(old) and \(new)",
            "\(report.listingNote)\(CountText.of(report.entryCount, "entry", plural: "entries")): \(report.countText)\n",
            report.members, isDamaged: report.isDamaged, kept: "what is left", in: session)
    }
}
