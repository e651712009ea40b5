import ArgumentParser
import KeyStore

/// What an import says about the material, whichever way the material comes.
struct ImportOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "Delete the material at this time (2026-11-01T00:00:00Z, at most 365 days ahead); it never expires if left out.", valueName: "time"))
    var validTo: String?

    @Option(name: .long, help: "NEW_KEY_MATERIAL adds a version, EXISTING_KEY_MATERIAL brings one back; found out if left out.")
    var importType: ImportType?

    @Option(name: .long, help: "What the material is, in words.") var keyMaterialDescription: String?

    @Option(name: .long, help: "Refuse the material unless it is this one.") var keyMaterialID: String?

    func request(keyID: String, token: [UInt8], encryptedKeyMaterial: [UInt8]) throws -> ImportKeyMaterialRequest {
        ImportKeyMaterialRequest(
            keyID: keyID, importToken: token, encryptedKeyMaterial: encryptedKeyMaterial,
            expirationModel: validTo == nil ? .doesNotExpire : .expires,
            validTo: try validTo.map { try Timestamp(rfc3339: $0, option: "--valid-to") }, importType: importType,
            keyMaterialDescription: keyMaterialDescription, keyMaterialID: keyMaterialID)
    }
}

/// `ImportKeyMaterialResponse` and `DeleteImportedKeyMaterialResponse` of the AWS KMS API.
struct ImportResult: CommandResult {
    let keyId: String
    let keyMaterialId: String

    init(_ response: ImportKeyMaterialResponse) {
        keyId = response.keyARN
        keyMaterialId = response.keyMaterialID
    }

    var text: String { keyMaterialId + "\n" }
}
