import ArgumentParser
import Envelope
import KeyStore

/// For whom files are sealed.
struct RecipientOptions: ParsableArguments {
    @Option(name: .shortAndLong, help: ArgumentHelp("A key of the store that can open the file; may be repeated.", valueName: "key"))
    var key: [KeyReference] = []

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("A recipient, age1… or an ssh public key in quotes; may be repeated.", valueName: "recipient"))
    var recipient: [String] = []

    @Option(
        name: [.customShort("R"), .long],
        help: ArgumentHelp("A file of recipients, one on a line, with # before comments; - is stdin; may be repeated.", valueName: "file"),
        completion: .file())
    var recipientsFile: [String] = []

    @Option(name: .long, help: ArgumentHelp("An ssh public key file; may be repeated.", valueName: "file"), completion: .file())
    var ssh: [String] = []

    @Option(
        name: .long, help: ArgumentHelp("One pair of the encryption context of the store's keys; may be repeated.", valueName: "name=value")
    )
    var context: [String] = []

    func validate() throws {
        guard context.isEmpty || !key.isEmpty else { throw ValidationError("--context belongs to a key: name it with --key") }
        guard recipientsFile.count(where: { $0 == "-" }) <= 1 else { throw ValidationError("stdin can be read once") }
    }

    var isEmpty: Bool { key.isEmpty && recipient.isEmpty && recipientsFile.isEmpty && ssh.isEmpty }
    var readsStandardInput: Bool { recipientsFile.contains("-") }

    /// All of them. The store is opened only for keys of it.
    func read(_ keys: Keys) async throws -> [any Recipient] {
        let encryptionContext = try ContextArgument.parsePairs(context, option: "--context")
        // What can be refused without the store is refused before somebody is asked to open it.
        let others = try readOthers(keys)
        guard !key.isEmpty else { return others }
        let service = try await keys.store.open().service
        let own = try await KeyReference.distinct(key, in: service, noting: keys.session.output).map { reference in
            KMSKeyRecipient(keyID: reference.serviceName, encryptionContext: encryptionContext, service: service)
        }
        return own + others
    }

    private func readOthers(_ keys: Keys) throws -> [any Recipient] {
        var recipients: [any Recipient] = []
        var seen: Set<String> = []
        for text in recipient {
            guard seen.insert(text).inserted else {
                keys.session.output.note("\(visible(text)) is named more than once, and used once")
                continue
            }
            recipients.append(try RecipientText.parse(text, plugins: keys.plugins))
        }
        for path in recipientsFile {
            let contents = try PublicFile.read(path, as: "recipients file", atMost: RecipientText.maximumFileByteCount, in: keys.session)
            recipients += try RecipientText.parseFile(contents, name: Keys.name(path), plugins: keys.plugins)
        }
        for path in ssh { recipients.append(try RecipientText.parse(SSHPublicKeyFile.read(path, in: keys.session), plugins: nil)) }
        return recipients
    }
}
