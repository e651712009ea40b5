import ArgumentParser
import Envelope
import KeyStore
import OpenSSL

struct Encrypt: FileCommand {
    static let configuration = CommandConfiguration(
        commandName: "encrypt", abstract: "Seal files for keys, people or a passphrase.",
        discussion: """
            FILE becomes FILE.age, an age v1 file; FILE stays. Each of the recipients alone
            opens it: keys of the store, age and ssh keys, plugins' recipients, in any mix;
            or a passphrase, which stands alone. The context of the store's keys is public,
            is written into the file, and cannot be changed without the file refusing to
            open. --recursive passes over age files whose names end in .age. With --update
            it also passes over files that did not change, as their size and times tell,
            since they were sealed, for whomever.

            $ coffer encrypt -k backups --context purpose=nightly db.dump
            $ coffer encrypt -k backups -R team.txt --ssh id_ed25519.pub *.pdf
            $ coffer encrypt -a -r age1… -o note.txt.age note.txt
            $ coffer encrypt -k backups --recursive photos -o /mnt/photos --update
            $ tar c photos | coffer encrypt -k backups | ssh store 'cat > photos.tar.age'
            $ coffer encrypt -p letter.txt                   asks for a passphrase twice

            \(ExitStatus.help)
            """)

    @OptionGroup(title: "Recipients") var recipients: RecipientOptions

    @Option(
        name: .shortAndLong, help: ArgumentHelp("Seal for the recipients of one's own identity file; may be repeated.", valueName: "file"),
        completion: .file())
    var identity: [String] = []

    @Flag(name: .shortAndLong, help: "Seal under a passphrase, and for nobody else.") var passphrase = false
    @Flag(name: .shortAndLong, help: "Write age's text form.") var armor = false
    @OptionGroup(title: "Files") var operands: FileOperands
    @OptionGroup(title: "Files") var destination: FileDestination
    @Flag(name: .shortAndLong, help: "With --recursive: seal only what is new, or changed since it was sealed.") var update = false
    @OptionGroup(title: "Global options") var options: StoreOptions

    func validate() throws {
        let isNobody = recipients.isEmpty && identity.isEmpty
        guard passphrase || !isNobody else {
            throw ValidationError("name who can open the file: --key, --recipient, --recipients-file, --ssh, --identity or --passphrase")
        }
        guard !passphrase || isNobody else { throw ValidationError("a passphrase stands alone: no recipient can be beside it") }
        guard !update || operands.recursive != nil else { throw ValidationError("--update is about a folder: name it with --recursive") }
        guard !update || !destination.force else { throw ValidationError("--update and --force are about the same files: choose one") }
        try requireOneStandardInput(operands.readsStandardInput, recipients.readsStandardInput, identity.contains("-"))
        try destination.requireFile(for: operands, options.output)
    }

    func run(with store: LazyStore, in session: Session) async throws {
        // Before anybody is asked for anything: what cannot be written need not be sealed.
        let plans = try operands.recursive == nil ? plans(in: session) : []
        let keys = Keys(options.unlock, store, in: session)
        let writer = SealedFileWriter(recipients: try await allRecipients(keys), armored: armor)
        let run = FileRun(.seal(writer), verb: "sealing", options.output, store, in: session)
        guard let folder = operands.recursive else { return try await run.run(plans) }
        let names = session.context.arguments
        try await run.run(
            tree: names.path(folder), to: destination.output.map(names.path),
            existing: update ? .update : destination.force ? .replace : .keep)
    }

    private func plans(in session: Session) throws -> [FilePlan] {
        try FilePlan.plans(for: operands, to: destination, in: session.context) { try $0.sealedName() }
    }

    private func allRecipients(_ keys: Keys) async throws -> [any Recipient] {
        guard !passphrase else {
            let new = try NewPassphrase.read(options.unlock, purpose: operands.isSingle ? "the file" : "the files", in: keys.session)
            return [try PassphraseRecipient(passphrase: new, logN: keys.session.context.fileScryptLogN)]
        }
        var own: [any Recipient] = []
        for path in identity { own += try await OwnRecipients.read(path, keys) }
        return try await recipients.read(keys) + own
    }
}
