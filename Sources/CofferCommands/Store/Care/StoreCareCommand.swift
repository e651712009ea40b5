import ArgumentParser

/// `coffer store`: whether everything is there and whole, and what keeps it so.
struct StoreCareCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "store", abstract: "Check, scrub and maintain the object store.",
        discussion: """
            `check` looks at what is recorded, `scrub` reads every byte.

            $ coffer store check
            $ coffer store scrub --budget 10m --resume
            $ coffer store maintain
            $ coffer store rewrap backups                    after `coffer key rotate`
            $ coffer store recovery set age1…

            \(ExitStatus.help)
            """,
        subcommands: [
            StoreCheckCommand.self, StoreScrub.self, StoreStats.self, StoreMaintain.self, StoreRewrap.self, StoreRecoveryCommand.self,
        ])
}
