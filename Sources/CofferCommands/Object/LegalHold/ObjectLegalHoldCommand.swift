import ArgumentParser
import ObjectStore

/// `coffer object legal-hold`: a lock without an end.
struct ObjectLegalHoldCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "legal-hold", abstract: "Keep a version until the hold is lifted.",
        discussion: """
            $ coffer object legal-hold put --bucket evidence --key a.tar --status on
            $ coffer object legal-hold get --bucket evidence --key a.tar

            \(ExitStatus.help)
            """,
        subcommands: [ObjectLegalHoldGet.self, ObjectLegalHoldPut.self])
}
