import ArgumentParser
import KeyStore

struct KeyDescribe: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "describe", abstract: "Show what a key is, and in which state.",
        discussion: """
            $ coffer key describe backups
            $ coffer key describe backups --json | jq -r .KeyMetadata.KeyState

            \(ExitStatus.help)
            """)

    @Argument(help: KeyReference.help) var key: KeyReference
    @OptionGroup(title: "Global options") var options: StoreOptions

    func run(on store: OpenStore, in session: Session) async throws {
        let metadata = try await store.service.describeKey(keyID: key.serviceName)
        let aliases = session.output.wantsJSON ? [] : try await Listing.aliases(of: metadata.keyID, in: store.service).map(\.aliasName)
        try session.output.render(KeyMetadataResult(metadata: metadata, aliases: aliases))
    }
}
