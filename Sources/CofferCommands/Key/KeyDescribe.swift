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
        var result = KeyMetadataResult(metadata: metadata)
        if !session.output.wantsJSON {
            result.aliases = try await Listing.aliases(of: metadata.keyID, in: store.service).map(\.aliasName)
            result.tags = try await Listing.tags(of: metadata.keyID, in: store.service).map { "\($0.key)=\($0.value)" }
            if metadata.keySpec == .symmetricDefault {
                result.material = try await Listing.currentMaterial(of: metadata.keyID, in: store.service)
            }
        }
        try session.output.render(result)
    }
}
