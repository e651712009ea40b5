import ArgumentParser
import KeyStore

struct KeyUpdateDescription: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "update-description", abstract: "Change what a key is described as.",
        discussion: """
            $ coffer key update-description backups "nightly database dumps"

            \(ExitStatus.help)
            """)

    @Argument(help: KeyReference.help) var key: KeyReference
    @Argument(help: "The new description, at most 8192 characters.") var description: String
    @OptionGroup(title: "Global options") var options: StoreOptions

    func run(on store: OpenStore, in session: Session) async throws {
        let keyID = try await key.keyID(in: store.service)
        try await store.service.updateKeyDescription(keyID: keyID, description: description)
        try session.output.render(KeyIDResult(keyId: keyID))
    }
}
