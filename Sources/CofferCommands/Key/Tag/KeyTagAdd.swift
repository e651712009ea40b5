import ArgumentParser
import KeyStore

struct KeyTagAdd: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Add tags to a key, or change their values.",
        discussion: """
            $ coffer key tag add backups team=ops tier=gold

            \(ExitStatus.help)
            """)

    @Argument(help: KeyReference.help) var key: KeyReference
    @Argument(help: ArgumentHelp("Tags.", valueName: "key=value")) var tags: [String]
    @OptionGroup(title: "Global options") var options: StoreOptions

    func run(on store: OpenStore, in session: Session) async throws {
        let tags = try TagArgument.parse(tags, option: "tag")
        let keyID = try await key.keyID(in: store.service)
        try await store.service.tagResource(keyID: keyID, tags: tags)
        try session.output.render(KeyIDResult(keyId: keyID))
    }
}
