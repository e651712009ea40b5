import ArgumentParser
import KeyStore

struct AliasUpdate: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "update", abstract: "Let a name point to another key of the same kind.",
        discussion: """
            $ coffer alias update backups new-key

            \(ExitStatus.help)
            """)

    @Argument(help: "The alias.", completion: WordCompletion.key) var name: AliasName
    @Argument(help: KeyReference.help) var key: KeyReference
    @OptionGroup(title: "Global options") var options: StoreOptions

    func run(on store: OpenStore, in session: Session) async throws {
        let keyID = try await key.keyID(in: store.service)
        try await store.service.updateAlias(aliasName: name.text, targetKeyID: keyID)
        try session.output.render(AliasNameResult(aliasName: name.text))
    }
}
