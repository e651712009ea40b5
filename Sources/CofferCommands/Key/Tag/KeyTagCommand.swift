import ArgumentParser

/// `coffer key tag`: words of the owner's on keys.
struct KeyTagCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tag", abstract: "Add, remove and list tags of a key.",
        discussion: """
            $ coffer key tag add backups team=ops tier=gold
            $ coffer key tag remove backups tier

            \(ExitStatus.help)
            """,
        subcommands: [KeyTagAdd.self, KeyTagRemove.self, KeyTagList.self])
}
