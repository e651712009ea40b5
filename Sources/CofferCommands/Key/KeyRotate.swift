import ArgumentParser
import KeyStore

struct KeyRotate: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate", abstract: "Give a key new key material now; what was encrypted before still opens.",
        discussion: """
            What was encrypted before stays under the version it has until it is
            rewrapped, and a backup holds the versions that there were when it was made.

            $ coffer key rotate backups
            $ coffer rewrap --recursive /srv/upload          sealed files
            $ coffer store rewrap backups                    objects
            $ coffer key backup -o keys.age -r age1…
            $ coffer key rotation list backups --all

            \(ExitStatus.help)
            """)

    @Argument(help: KeyReference.help) var key: KeyReference
    @OptionGroup(title: "Global options") var options: StoreOptions

    func run(on store: OpenStore, in session: Session) async throws {
        let keyID = try await key.keyID(in: store.service)
        let rotated = try await store.service.rotateKeyOnDemand(keyID: keyID)
        session.output.note("rotated \(rotated)")
        session.output.note("next: `coffer rewrap` for sealed files, `coffer store rewrap` for objects, and a new `coffer key backup`")
        try session.output.render(KeyIDResult(keyId: rotated))
    }
}
