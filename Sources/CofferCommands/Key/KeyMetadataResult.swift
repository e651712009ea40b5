import KeyStore

/// `KeyMetadata` of the AWS KMS API.
struct KeyMetadataResult: CommandResult {
    private struct Members: Encodable {
        let awsAccountId: String
        let arn: String
        let creationDate: String
        let currentKeyMaterialId: String?
        let customerMasterKeySpec: String
        let deletionDate: String?
        let description: String
        let enabled: Bool
        let encryptionAlgorithms: [String]?
        let expirationModel: String?
        let keyAgreementAlgorithms: [String]?
        let keyId: String
        let keyManager: String
        let keySpec: String
        let keyState: String
        let keyUsage: String
        let macAlgorithms: [String]?
        let multiRegion: Bool
        let origin: String
        let pendingDeletionWindowInDays: Int?
        let signingAlgorithms: [String]?
        let validTo: String?
    }

    let metadata: KeyMetadata
    /// People also want to see these; AWS's answer does not have them.
    var aliases: [String] = []
    var tags: [String] = []
    var material: RotationListEntry?

    private enum CodingKeys: String, CodingKey { case keyMetadata }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(members, forKey: .keyMetadata)
    }

    private var members: Members {
        Members(
            awsAccountId: metadata.awsAccountID, arn: metadata.arn, creationDate: metadata.creationDate.rfc3339,
            currentKeyMaterialId: metadata.currentKeyMaterialID, customerMasterKeySpec: metadata.keySpec.rawValue,
            deletionDate: metadata.deletionDate?.rfc3339, description: metadata.description, enabled: metadata.isEnabled,
            encryptionAlgorithms: names(metadata.encryptionAlgorithms), expirationModel: metadata.expirationModel?.rawValue,
            keyAgreementAlgorithms: names(metadata.keyAgreementAlgorithms), keyId: metadata.keyID, keyManager: "CUSTOMER",
            keySpec: metadata.keySpec.rawValue, keyState: metadata.keyState.rawValue, keyUsage: metadata.keyUsage.rawValue,
            macAlgorithms: names(metadata.macAlgorithms), multiRegion: false, origin: metadata.origin.rawValue,
            pendingDeletionWindowInDays: metadata.pendingDeletionWindowInDays, signingAlgorithms: names(metadata.signingAlgorithms),
            validTo: metadata.validTo?.rfc3339)
    }

    /// AWS leaves out what a key cannot do.
    private func names(_ algorithms: [some RawRepresentable<String>]) -> [String]? {
        algorithms.isEmpty ? nil : algorithms.map(\.rawValue)
    }

    var text: String {
        let algorithms =
            names(metadata.encryptionAlgorithms) ?? names(metadata.signingAlgorithms) ?? names(metadata.macAlgorithms)
            ?? names(metadata.keyAgreementAlgorithms) ?? []
        return FieldsOutput([
            ("Key ID", metadata.keyID),
            ("ARN", metadata.arn),
            ("Aliases", aliases.isEmpty ? nil : aliases.joined(separator: ", ")),
            ("Tags", tags.isEmpty ? nil : tags.joined(separator: ", ")),
            ("Description", metadata.description.isEmpty ? nil : metadata.description),
            ("Spec", metadata.keySpec.rawValue),
            ("Usage", metadata.keyUsage.rawValue),
            ("Algorithms", algorithms.joined(separator: ", ")),
            ("State", metadata.keyState.rawValue),
            ("Origin", metadata.origin.rawValue),
            ("Created", metadata.creationDate.rfc3339),
            ("Deletion", metadata.deletionDate?.rfc3339),
            ("Version", material.map { "\($0.keyVersion)" }),
            ("Rotated", material?.rotationDate?.rfc3339),
            ("Material", metadata.currentKeyMaterialID),
            ("Expires", metadata.validTo?.rfc3339),
        ]).text
    }
}

/// The answer of an operation that only names the key it changed.
struct KeyIDResult: CommandResult {
    let keyId: String
    var text: String { "" }
}
