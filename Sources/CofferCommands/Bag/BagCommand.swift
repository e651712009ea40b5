import ArgumentParser

/// `coffer bag`: folders that say what is in them.
struct BagCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bag", abstract: "Make and validate bags: folders with a list of their files and digests (BagIt, RFC 8493).",
        discussion: """
            $ coffer bag create pictures --output pictures.bag
            $ coffer bag validate pictures.bag

            \(ExitStatus.help)
            """,
        subcommands: [BagCreate.self, BagValidate.self])
}
