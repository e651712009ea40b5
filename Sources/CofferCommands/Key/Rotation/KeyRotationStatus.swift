import ArgumentParser
import Findings
import KeyStore

struct KeyRotationStatus: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show whether and when a key is rotated.",
        discussion: """
            $ coffer key rotation status backups

            \(ExitStatus.help)
            """)

    @Argument(help: KeyReference.help) var key: KeyReference
    @OptionGroup(title: "Global options") var options: StoreOptions

    func run(on store: OpenStore, in session: Session) async throws {
        let keyID = try await key.keyID(in: store.service)
        var result = try await RotationStatusResult(store.service.getKeyRotationStatus(keyID: keyID))
        if !session.output.wantsJSON { result.material = try await Listing.currentMaterial(of: keyID, in: store.service) }
        try session.output.render(result)
    }
}

/// `GetKeyRotationStatusResponse` of the AWS KMS API.
struct RotationStatusResult: CommandResult {
    let keyId: String
    let keyRotationEnabled: Bool
    let nextRotationDate: String?
    let rotationPeriodInDays: Int?
    /// People also want to see when the last one was; AWS's answer does not have it.
    var material: RotationListEntry?

    private enum CodingKeys: CodingKey { case keyId, keyRotationEnabled, nextRotationDate, rotationPeriodInDays }

    init(_ response: GetKeyRotationStatusResponse) {
        keyId = response.keyARN
        keyRotationEnabled = response.keyRotationEnabled
        nextRotationDate = response.nextRotationDate?.rfc3339
        rotationPeriodInDays = response.rotationPeriodInDays
    }

    var text: String {
        FieldsOutput([
            ("Rotation", keyRotationEnabled ? "enabled" : "disabled"),
            ("Period", rotationPeriodInDays.map { CountText.of($0, "day") }),
            ("Last", material.map { $0.rotationDate?.rfc3339 ?? "never" }),
            ("Next", nextRotationDate),
            ("Version", material.map { "\($0.keyVersion)" }),
        ]).text
    }
}
