import AgeFormat
import ArgumentParser
import KeyStore
import OpenSSL
import SystemPackage

struct KeyRestore: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore", abstract: "Bring keys back from a backup file.",
        discussion: """
            Keys that the store has already stay as they are, but get the versions that
            they have in the backup alone. A key that was deleted since comes back. The
            exit status is 1 if a key was rotated here and elsewhere, so that the backup's
            versions of it cannot be taken in.

            A backup does not say who made it: bring back keys from files of your own only.

            $ coffer key restore keys.age --backup-identity recovery.txt
            $ coffer key restore one.age               asks for the backup's passphrase

            \(ExitStatus.help)
            """)

    /// 64 MiB: many thousands of keys.
    private static let maximumByteCount = 64 << 20

    @Argument(help: ArgumentHelp("The backup, or - for stdin.", valueName: "file"), completion: .file()) var file: ByteInput

    @Option(name: .long, help: ArgumentHelp("Open the backup with this identity.", valueName: "path"), completion: .file())
    var backupIdentity: String?

    @Option(name: .long, help: ArgumentHelp("Read the backup's passphrase from this file.", valueName: "path"), completion: .file())
    var backupPassphraseFile: String?

    @Option(name: .long, help: ArgumentHelp("Read the backup's passphrase from this open file descriptor.", valueName: "number"))
    var backupPassphraseFD: Int32?

    @OptionGroup(title: "Global options") var options: StoreOptions

    func validate() throws {
        guard [backupIdentity != nil, backupPassphraseFile != nil, backupPassphraseFD != nil].count(where: { $0 }) <= 1 else {
            throw ValidationError("give only one of --backup-identity, --backup-passphrase-file and --backup-passphrase-fd")
        }
        guard backupPassphraseFD.map({ $0 >= 0 }) ?? true else { throw ValidationError("--backup-passphrase-fd is not a file descriptor") }
    }

    func run(on store: OpenStore, in session: Session) async throws {
        let backup = try file.read(upTo: Self.maximumByteCount, in: session.context, option: "file")
        guard backup.count <= Self.maximumByteCount else {
            throw CommandError(.malformedInput, "the backup is longer than \(Self.maximumByteCount) bytes")
        }
        let report = try store.service.restoreKeys(backup, with: credential(for: backup, in: session))
        try session.output.render(RestoreResult(report))
        guard report.conflicting.isEmpty else { throw SilentFailure(status: .negative) }
    }

    private func credential(for backup: [UInt8], in session: Session) throws -> SealCredential {
        if let backupIdentity { return .identity(try AgeIdentity(fileContents: SecretFile.readIdentity(path: backupIdentity))) }
        if let backupPassphraseFile { return .passphrase(try SecretFile.readPassphrase(path: backupPassphraseFile)) }
        if let backupPassphraseFD {
            let descriptor = FileDescriptor(rawValue: backupPassphraseFD)
            return .passphrase(try SecretFile.readPassphrase(descriptor, named: "file descriptor \(backupPassphraseFD)"))
        }
        guard try Self.needsPassphrase(backup) else {
            throw CommandError(.noCredential, "the backup is sealed for an identity", hint: "name it with --backup-identity")
        }
        let alternative = "give --backup-passphrase-file or --backup-passphrase-fd"
        return .passphrase(try session.context.readPassphrase(prompt: "Passphrase of the backup: ", alternative: alternative))
    }

    /// An age file for a passphrase has one stanza, of type `scrypt` (age v1).
    private static func needsPassphrase(_ backup: [UInt8]) throws -> Bool {
        do throws(AgeFormatError) {
            guard let header = try AgeHeader.parse(backup.span.bytes) else {
                throw AgeFormatError(.truncated, "it ends within its header")
            }
            return header.stanzas.first?.type == "scrypt"
        } catch {
            throw KeyStoreError(.invalidBackup, "this is not a backup of keys: \(error.message)")
        }
    }
}

private struct RestoreResult: CommandResult {
    let restored: [String]
    let extended: [String]
    let conflicting: [String]
    let alreadyPresent: [String]
    let aliases: [String]
    let skippedAliases: [String]

    init(_ report: RestoreReport) {
        restored = report.restored
        extended = report.extended
        conflicting = report.conflicting
        alreadyPresent = report.alreadyPresent
        aliases = report.aliases
        skippedAliases = report.skippedAliases
    }

    var text: String {
        let lines =
            (restored + aliases).map { "restored \($0)\n" } + extended.map { "added newer versions of \($0)\n" }
            + (alreadyPresent + skippedAliases).map { "already here: \($0)\n" }
            + conflicting.map { "not taken in: \($0) has other versions here than in the backup (rotated here and elsewhere?)\n" }
        return lines.joined()
    }
}
