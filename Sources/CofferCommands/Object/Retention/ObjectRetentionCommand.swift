import ArgumentParser
import ObjectStore

/// `coffer object retention`: until when a version cannot be deleted.
struct ObjectRetentionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retention", abstract: "Until when a version can be neither deleted nor overwritten.",
        discussion: """
            $ coffer object retention put --bucket evidence --key a.tar \\
                --mode governance --retain-until-date 2027-01-01
            $ coffer object retention get --bucket evidence --key a.tar

            \(ExitStatus.help)
            """,
        subcommands: [ObjectRetentionGet.self, ObjectRetentionPut.self])
}
