import ArgumentParser
import KeyStore

struct AliasDelete: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete", abstract: "Remove a name; the key stays.",
        discussion: """
            $ coffer alias delete backups

            \(ExitStatus.help)
            """)

    @Argument(help: "The alias.", completion: WordCompletion.key) var name: AliasName
    @OptionGroup(title: "Global options") var options: StoreOptions

    func run(on store: OpenStore, in session: Session) async throws {
        try await store.service.deleteAlias(aliasName: name.text)
        try session.output.render(AliasNameResult(aliasName: name.text))
    }
}
