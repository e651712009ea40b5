import ArgumentParser

/// `coffer alias`: names for keys.
struct AliasCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "alias", abstract: "Give keys names, and let a name point to another key.",
        discussion: """
            $ coffer alias create backups 1234abcd-12ab-34cd-56ef-1234567890ab
            $ coffer alias update backups new-key
            $ coffer alias list

            `alias/` in front of a name may be left out.

            \(ExitStatus.help)
            """,
        subcommands: [AliasCreate.self, AliasUpdate.self, AliasDelete.self, AliasList.self])
}

/// The answer of an operation that only names the alias it changed.
struct AliasNameResult: CommandResult {
    let aliasName: String
    var text: String { "" }
}
