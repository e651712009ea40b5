import ArgumentParser
import KeyStore

struct KeyRotationList: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the versions of a key's material.",
        discussion: """
            The version is the number that `coffer inspect` shows of a sealed file.

            $ coffer key rotation list backups --all

            \(ExitStatus.help)
            """)

    @Argument(help: KeyReference.help) var key: KeyReference
    @Flag(name: .long, help: "Also the material that no rotation made: the first, and imported material that waits.") var all = false
    @OptionGroup(title: "Global options") var options: StoreOptions

    func run(on store: OpenStore, in session: Session) async throws {
        let keyID = try await key.keyID(in: store.service)
        let rotations = try await Listing.rotations(of: keyID, includingAllKeyMaterial: all, in: store.service)
        try session.output.render(RotationListResult(rotations: rotations.map(RotationListResult.Entry.init)))
    }
}

/// `ListKeyRotationsResponse` of the AWS KMS API.
private struct RotationListResult: CommandResult {
    struct Entry: Encodable {
        let expirationModel: String?
        let importState: String?
        let keyId: String
        let keyMaterialDescription: String?
        let keyMaterialId: String?
        let keyMaterialState: String
        let keyVersion: UInt32
        let rotationDate: String?
        let rotationType: String?
        let validTo: String?

        init(_ entry: RotationListEntry) {
            expirationModel = entry.expirationModel?.rawValue
            importState = entry.importState?.rawValue
            keyId = entry.keyID
            keyMaterialDescription = entry.keyMaterialDescription
            keyMaterialId = entry.keyMaterialID
            keyMaterialState = entry.keyMaterialState.rawValue
            keyVersion = entry.keyVersion
            rotationDate = entry.rotationDate?.rfc3339
            rotationType = entry.rotationType?.rawValue
            validTo = entry.validTo?.rfc3339
        }
    }

    let rotations: [Entry]

    var text: String {
        TableOutput(
            header: ["VERSION", "ROTATED", "TYPE", "STATE", "MATERIAL"],
            rows: rotations.map { entry in
                [
                    "\(entry.keyVersion)", entry.rotationDate ?? "-", entry.rotationType ?? "-", entry.keyMaterialState,
                    entry.keyMaterialId ?? "-",
                ]
            }
        ).text
    }
}
