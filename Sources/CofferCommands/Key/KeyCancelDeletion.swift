import ArgumentParser
import KeyStore

struct KeyCancelDeletion: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel-deletion", abstract: "Keep a key that was to be deleted. It is disabled then.",
        discussion: """
            $ coffer key cancel-deletion 1234abcd-12ab-34cd-56ef-1234567890ab
            $ coffer key enable 1234abcd-12ab-34cd-56ef-1234567890ab

            \(ExitStatus.help)
            """)

    @Argument(help: KeyReference.help) var key: KeyReference
    @OptionGroup(title: "Global options") var options: StoreOptions

    func run(on store: OpenStore, in session: Session) async throws {
        let keyID = try await key.keyID(in: store.service)
        let kept = try await store.service.cancelKeyDeletion(keyID: keyID)
        session.output.note("\(kept) is kept, and disabled")
        try session.output.render(KeyIDResult(keyId: kept))
    }
}
