import ArgumentParser
import KeyStore

struct KeyDisable: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "disable", abstract: "Stop a key from being used, until it is enabled again.",
        discussion: """
            $ coffer key disable backups

            \(ExitStatus.help)
            """)

    @Argument(help: KeyReference.help) var key: KeyReference
    @OptionGroup(title: "Global options") var options: StoreOptions

    func run(on store: OpenStore, in session: Session) async throws {
        let keyID = try await key.keyID(in: store.service)
        try await store.service.disableKey(keyID: keyID)
        session.output.note("disabled \(keyID)")
        try session.output.render(KeyIDResult(keyId: keyID))
    }
}
