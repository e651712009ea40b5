import ArgumentParser
import KeyStore

struct KeyImportDeleteMaterial: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete-material", abstract: "Delete imported key material now; the key waits for it to be imported again.",
        discussion: """
            $ coffer key import delete-material mine

            \(ExitStatus.help)
            """)

    @Argument(help: KeyReference.help) var key: KeyReference
    @Option(name: .long, help: "Only this material; the current one if left out.") var keyMaterialID: String?
    @OptionGroup(title: "Global options") var options: StoreOptions

    func run(on store: OpenStore, in session: Session) async throws {
        let keyID = try await key.keyID(in: store.service)
        let response = try await store.service.deleteImportedKeyMaterial(keyID: keyID, keyMaterialID: keyMaterialID)
        try session.output.render(ImportResult(response))
    }
}
