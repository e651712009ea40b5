import ArgumentParser
import KeyStore

struct KeyBackup: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup", abstract: "Write all or some keys to one sealed file.",
        discussion: """
            The file holds every version of the keys, their aliases and tags, and is
            opened by any of the recipients, or by a passphrase if no recipient is named.
            Keep it and what opens it apart from this machine.

            $ age-keygen -o recovery.txt                     prints the recipient, age1…
            $ coffer key backup -o keys.age -r age1…
            $ coffer key backup -o one.age backups           asks for a passphrase twice

            \(ExitStatus.help)
            """)

    @Argument(help: ArgumentHelp("Only these keys; all if none is named.", valueName: "key")) var keys: [KeyReference] = []
    @Option(
        name: [.long, .customShort("o"), .customLong("output")], help: ArgumentHelp("The file to write.", valueName: "file"),
        completion: .file())
    var to: String
    @Option(name: .shortAndLong, help: ArgumentHelp("Who can open it (age1…); may be repeated.", valueName: "age1…"))
    var recipient: [String] = []
    @Flag(name: .long, help: "Replace an existing file.") var force = false
    @OptionGroup var newPassphrase: NewPassphraseOptions
    @OptionGroup(title: "Global options") var options: StoreOptions

    func validate() throws {
        guard recipient.isEmpty || !newPassphrase.isGiven else { throw ValidationError("give recipients or a passphrase, not both") }
    }

    func run(on store: OpenStore, in session: Session) async throws {
        var keyIDs: [String] = []
        for key in keys { keyIDs.append(try await store.service.describeKey(keyID: key.serviceName).keyID) }
        let file = OutputFile(path: to, replacing: force)
        let backup = try store.service.backupKeys(keys.isEmpty ? nil : keyIDs, to: backupRecipient(in: session))
        try file.write(backup)
        session.output.note("wrote \(to); keep what opens it in another place")
        try session.output.render(BackupResult(backupFile: to, byteCount: backup.count))
    }

    private func backupRecipient(in session: Session) throws -> BackupRecipient {
        guard recipient.isEmpty else { return .recipients(try recipient.map { text throws(KeyStoreError) in try AgeRecipient(text) }) }
        return .passphrase(try NewPassphrase.read(newPassphrase, purpose: "the backup", in: session), session.context.scrypt)
    }
}

private struct BackupResult: CommandResult {
    let backupFile: String
    let byteCount: Int
    var text: String { "" }
}
