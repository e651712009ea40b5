import ArgumentParser
import KeyStore

struct AliasCreate: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Give a key a name.",
        discussion: """
            $ coffer alias create backups 1234abcd-12ab-34cd-56ef-1234567890ab

            \(ExitStatus.help)
            """)

    @Argument(help: "The alias.") var name: AliasName
    @Argument(help: KeyReference.help) var key: KeyReference
    @OptionGroup(title: "Global options") var options: StoreOptions

    func run(on store: OpenStore, in session: Session) async throws {
        let keyID = try await key.keyID(in: store.service)
        try await store.service.createAlias(aliasName: name.text, targetKeyID: keyID)
        try session.output.render(AliasNameResult(aliasName: name.text))
    }
}
