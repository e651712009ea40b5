import ArgumentParser
import KeyStore

struct KeyEnable: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "enable", abstract: "Let a disabled key be used again.",
        discussion: """
            $ coffer key enable backups

            \(ExitStatus.help)
            """)

    @Argument(help: KeyReference.help) var key: KeyReference
    @OptionGroup(title: "Global options") var options: StoreOptions

    func run(on store: OpenStore, in session: Session) async throws {
        let keyID = try await key.keyID(in: store.service)
        try await store.service.enableKey(keyID: keyID)
        session.output.note("enabled \(keyID)")
        try session.output.render(KeyIDResult(keyId: keyID))
    }
}
