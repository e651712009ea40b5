import ArgumentParser
import KeyStore

struct KeyRotationDisable: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "disable", abstract: "Stop rotating a key on a schedule.",
        discussion: """
            $ coffer key rotation disable backups

            \(ExitStatus.help)
            """)

    @Argument(help: KeyReference.help) var key: KeyReference
    @OptionGroup(title: "Global options") var options: StoreOptions

    func run(on store: OpenStore, in session: Session) async throws {
        let keyID = try await key.keyID(in: store.service)
        try await store.service.disableKeyRotation(keyID: keyID)
        session.output.note("\(keyID) is no longer rotated by itself")
        try session.output.render(KeyIDResult(keyId: keyID))
    }
}
