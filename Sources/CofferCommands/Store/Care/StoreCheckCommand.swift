import ArgumentParser
import ObjectStore

struct StoreCheckCommand: ObjectStoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Check that all that is recorded belongs together and is there.",
        discussion: """
            Every record is authenticated, every payload is looked for, and none is read:
            `coffer store scrub` does that. Repairing never deletes what somebody stored:
            what belongs nowhere is put aside (quarantined). Findings give exit status 1,
            damaged or lost data 5.

            $ coffer store check
            $ coffer store check --repair
            $ coffer store check --sarif check.sarif --fail-on high --json

            \(ExitStatus.help)
            """)

    @Flag(name: .long, help: "Set right what can be set right without losing anything.") var repair = false
    @OptionGroup(title: "Findings") var findings: FindingsOptions
    @OptionGroup(title: "Global options") var options: StoreOptions

    func check(in session: Session) throws { try findings.check() }

    func run(on objects: LocalObjectService, in session: Session) async throws {
        let result = try await objects.check(repair: repair)
        try findings.report(result.findings, about: options.home.path(in: session.context), "", [:], in: session)
    }
}
