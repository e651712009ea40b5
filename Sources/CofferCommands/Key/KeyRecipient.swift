import ArgumentParser
import Envelope
import KeyStore

struct KeyRecipient: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "recipient", abstract: "Show a key as age and rage name it, through the plugin age-plugin-coffer.",
        discussion: """
            The plugin is coffer itself, by that name somewhere in PATH. The recipient
            seals for the key under exactly the given context; the identity file opens what
            was sealed so. Neither is secret: who may use the key is for the store to say.

            $ coffer key recipient backups                   age1coffer1…
            $ age -r "$(coffer key recipient backups)" -o db.age db.dump
            $ coffer key recipient backups --identity > coffer-identity.txt
            $ age -d -i coffer-identity.txt db.age

            \(ExitStatus.help)
            """)

    @Argument(help: KeyReference.help) var key: KeyReference

    @Option(name: .long, help: ArgumentHelp("One pair of the encryption context; may be repeated.", valueName: "name=value"))
    var context: [String] = []

    @Flag(name: .long, help: "Show the content of an identity file instead.") var identity = false
    @OptionGroup(title: "Global options") var options: StoreOptions

    func run(on store: OpenStore, in session: Session) async throws {
        let arn = try await store.service.describeKey(keyID: key.serviceName).arn
        let key = try CofferPluginKey(keyARN: arn, encryptionContext: ContextArgument.parsePairs(context, option: "--context"))
        try session.output.render(PluginKeyResult(key, showsIdentity: identity))
    }
}

private struct PluginKeyResult: CommandResult {
    private let keyId: String
    private let encryptionContext: [String: String]
    private let recipient: String
    private let identity: String
    private let showsIdentity: Bool

    private enum CodingKeys: CodingKey { case keyId, encryptionContext, recipient, identity }

    init(_ key: CofferPluginKey, showsIdentity: Bool) {
        keyId = key.keyARN
        encryptionContext = Dictionary(uniqueKeysWithValues: key.encryptionContext.pairs.map { ($0.name, $0.value) })
        recipient = key.recipient
        identity = key.identity
        self.showsIdentity = showsIdentity
    }

    var text: String {
        guard showsIdentity else { return recipient + "\n" }
        let pairs = encryptionContext.sorted { $0.key < $1.key }.map { "# context: \(visible($0.key))=\(visible($0.value))\n" }.joined()
        return "# key: \(keyId)\n\(pairs)# recipient: \(recipient)\n\(identity)\n"
    }
}
