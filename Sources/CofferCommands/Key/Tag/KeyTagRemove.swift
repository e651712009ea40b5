import ArgumentParser
import KeyStore

struct KeyTagRemove: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Remove tags from a key.",
        discussion: """
            $ coffer key tag remove backups tier

            \(ExitStatus.help)
            """)

    @Argument(help: KeyReference.help) var key: KeyReference
    @Argument(help: ArgumentHelp("Keys of the tags.", valueName: "tag-key")) var tagKeys: [String]
    @OptionGroup(title: "Global options") var options: StoreOptions

    func run(on store: OpenStore, in session: Session) async throws {
        let keyID = try await key.keyID(in: store.service)
        try await store.service.untagResource(keyID: keyID, tagKeys: tagKeys)
        try session.output.render(KeyIDResult(keyId: keyID))
    }
}
