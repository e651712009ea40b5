import ArgumentParser
import OpenSSL

/// The whole command line.
struct Coffer: AsyncParsableCommand {
    static let _errorPrefix = "error: "

    static let configuration = CommandConfiguration(
        commandName: "coffer",
        abstract: "Keeps keys, and seals files under them before they leave this machine.",
        discussion: """
            $ coffer init                              make a store, under a passphrase
            $ coffer key create --alias backups        make a key
            $ coffer encrypt -k backups db.dump        db.dump.age, safe to upload
            $ coffer decrypt db.dump.age               db.dump again
            $ coffer rewrap --recursive /mnt/backups   after `coffer key rotate`
            $ coffer key list
            $ coffer bucket create photos --versioning enabled --key backups
            $ coffer cp --recursive pictures coffer://photos/pictures/
            $ coffer ls coffer://photos/               and `rm`, `restore --at TIME`
            $ coffer audit list --last 5               who did what
            $ coffer doctor                            what is weak here, and the fix

            A KEY is a key ID, a key ARN, an alias or an alias ARN. Completions for bash,
            zsh or fish: coffer --generate-completion-script SHELL

            \(HelpTopic.list)

            \(ExitStatus.help)
            """,
        version: VersionText.text,
        subcommands: [Help.self],
        groupedSubcommands: [
            CommandGroup(name: "Store", subcommands: [Init.self, SealCommand.self]),
            CommandGroup(name: "Keys", subcommands: [KeyCommand.self, AliasCommand.self, KMSCommand.self, IdentityCommand.self]),
            CommandGroup(name: "Second factors", subcommands: [MFACommand.self]),
            CommandGroup(
                name: "Files",
                subcommands: [
                    Encrypt.self, Decrypt.self, Verify.self, Inspect.self, Rewrap.self, RotateData.self, ChecksumCommand.self,
                ]),
            CommandGroup(
                name: "Objects",
                subcommands: [BucketCommand.self, Cp.self, Ls.self, Rm.self, Restore.self, ObjectCommand.self, StoreCareCommand.self]),
            CommandGroup(name: "Evidence", subcommands: [AuditCommand.self, Doctor.self]),
            CommandGroup(name: "Proofs", subcommands: [ManifestCommand.self, BagCommand.self]),
            CommandGroup(name: "Servers", subcommands: [TLSCommand.self]),
        ])
}

enum VersionText {
    static var text: String { "coffer \(CommandContext.version) (\(LibraryVersion.text))" }
}
