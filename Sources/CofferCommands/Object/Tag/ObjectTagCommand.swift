import ArgumentParser
import ObjectStore

/// `coffer object tag`: words of the owner's on versions.
struct ObjectTagCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tag", abstract: "Read, set and remove tags of an object.",
        discussion: """
            $ coffer object tag put --bucket backups --key a.tar tier=gold
            $ coffer object tag get --bucket backups --key a.tar

            \(ExitStatus.help)
            """,
        subcommands: [ObjectTagGet.self, ObjectTagPut.self, ObjectTagDelete.self])
}
