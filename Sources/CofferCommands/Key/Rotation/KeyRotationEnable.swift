import ArgumentParser
import KeyStore

struct KeyRotationEnable: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "enable", abstract: "Give a key new key material regularly.",
        discussion: """
            $ coffer key rotation enable backups --days 180

            \(ExitStatus.help)
            """)

    @Argument(help: KeyReference.help) var key: KeyReference
    @Option(name: .long, help: "The period, 90 to 2560 days; 365 if left out.") var days: Int?
    @OptionGroup(title: "Global options") var options: StoreOptions

    func run(on store: OpenStore, in session: Session) async throws {
        let keyID = try await key.keyID(in: store.service)
        try await store.service.enableKeyRotation(keyID: keyID, rotationPeriodInDays: days)
        try await session.output.render(RotationStatusResult(store.service.getKeyRotationStatus(keyID: keyID)))
    }
}
