import ArgumentParser

/// `coffer key`: what the keys are.
struct KeyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key", abstract: "Make, list, change and delete keys.",
        discussion: """
            $ coffer key create --alias backups --tag team=ops
            $ coffer key list
            $ coffer key describe backups

            \(ExitStatus.help)
            """,
        subcommands: [
            KeyCreate.self, KeyList.self, KeyDescribe.self, KeyPublic.self, KeyRecipient.self, KeyEnable.self, KeyDisable.self,
            KeyRotate.self,
            KeyRotationCommand.self, KeyScheduleDeletion.self, KeyCancelDeletion.self, KeyUpdateDescription.self, KeyTagCommand.self,
            KeyLastUsed.self, KeyImportCommand.self, KeyBackup.self, KeyRestore.self, KeyMaintain.self,
        ])
}
