import ArgumentParser

/// `coffer identity`: keys of age's own kind, which live in a file and not in the store.
struct IdentityCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "identity", abstract: "Make age identities, and show their recipients.",
        discussion: """
            An identity is a file that opens what was sealed for its recipient, with
            coffer, age or rage. No store knows of it: keep it as you keep a house key.

            $ coffer identity new -o key.txt
            $ coffer encrypt -r "$(coffer identity public key.txt)" db.dump
            $ coffer decrypt -i key.txt db.dump.age

            \(ExitStatus.help)
            """,
        subcommands: [IdentityNew.self, IdentityPublic.self])
}
