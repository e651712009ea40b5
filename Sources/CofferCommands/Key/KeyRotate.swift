import ArgumentParser
import KeyStore

struct KeyRotate: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate", abstract: "Give a key new key material now; what was encrypted before still opens.",
        discussion: """
            $ coffer key rotate backups
            $ coffer key rotation list backups

            \(ExitStatus.help)
            """)

    @Argument(help: KeyReference.help) var key: KeyReference
    @OptionGroup(title: "Global options") var options: StoreOptions

    func run(on store: OpenStore, in session: Session) async throws {
        let keyID = try await key.keyID(in: store.service)
        let rotated = try await store.service.rotateKeyOnDemand(keyID: keyID)
        session.output.note("rotated \(rotated)")
        try session.output.render(KeyIDResult(keyId: rotated))
    }
}
