/// AWS KMS API reference, `Tag`. Key 1–128 characters, value 0–256.
public struct Tag: Sendable, Hashable {
    public let key: String
    public let value: String
    public init(key: String, value: String) {
        self.key = key
        self.value = value
    }
}

/// One page of a listing. `nextMarker` is nil on the last page.
public struct Page<Element: Sendable>: Sendable {
    public let elements: [Element]
    public let nextMarker: String?
    public var isTruncated: Bool { nextMarker != nil }
}

/// Input of CreateKey. `keyUsage` may be left out for symmetric encryption keys only.
public struct CreateKeyRequest: Sendable {
    public var description: String
    public var keySpec: KeySpec
    public var keyUsage: KeyUsage?
    public var origin: KeyOrigin
    public var tags: [Tag]
    public var multiRegion: Bool

    public init(
        description: String = "", keySpec: KeySpec = .symmetricDefault, keyUsage: KeyUsage? = nil, origin: KeyOrigin = .awsKMS,
        tags: [Tag] = [], multiRegion: Bool = false
    ) {
        self.description = description
        self.keySpec = keySpec
        self.keyUsage = keyUsage
        self.origin = origin
        self.tags = tags
        self.multiRegion = multiRegion
    }
}

/// AWS KMS API reference, `KeyMetadata`.
public struct KeyMetadata: Sendable, Equatable {
    public let awsAccountID: String
    public let keyID: String
    public let arn: String
    public let creationDate: Timestamp
    public let description: String
    public let keyUsage: KeyUsage
    public let keyState: KeyState
    public let keySpec: KeySpec
    public let origin: KeyOrigin
    public let deletionDate: Timestamp?
    public let pendingDeletionWindowInDays: Int?
    public let validTo: Timestamp?
    public let expirationModel: ExpirationModel?
    /// Of the current version; nil while there is none and for asymmetric and HMAC keys made here.
    public let currentKeyMaterialID: String?
    public var isEnabled: Bool { keyState == .enabled }
    public var encryptionAlgorithms: [EncryptionAlgorithm] { keySpec.encryptionAlgorithms(for: keyUsage) }
    public var signingAlgorithms: [SigningAlgorithm] { keySpec.signingAlgorithms(for: keyUsage) }
    public var macAlgorithms: [MACAlgorithm] { keyUsage == .generateVerifyMAC ? keySpec.macAlgorithm.map { [$0] } ?? [] : [] }
    public var keyAgreementAlgorithms: [KeyAgreementAlgorithm] { keyUsage == .keyAgreement ? [.ecdh] : [] }
}

public struct KeyListEntry: Sendable, Equatable {
    public let keyID: String
    public let keyARN: String
}

public struct AliasListEntry: Sendable, Equatable {
    public let aliasName: String
    public let aliasARN: String
    public let targetKeyID: String
    public let creationDate: Timestamp
    public let lastUpdatedDate: Timestamp
}

public struct GetPublicKeyResponse: Sendable, Equatable {
    public let keyARN: String
    /// DER, X.509 SubjectPublicKeyInfo (RFC 5280).
    public let publicKey: [UInt8]
    public let keySpec: KeySpec
    public let keyUsage: KeyUsage
    public let encryptionAlgorithms: [EncryptionAlgorithm]
    public let signingAlgorithms: [SigningAlgorithm]
    public let keyAgreementAlgorithms: [KeyAgreementAlgorithm]
}

/// When a key was last used for a cryptographic operation that succeeded, as the audit trail shows it.
public struct GetKeyLastUsageResponse: Sendable, Equatable {
    public struct Usage: Sendable, Equatable {
        public let operation: String
        public let timestamp: Timestamp
        public let eventID: String
    }
    public let keyARN: String
    /// nil when the key was not used since `trackingStartDate`.
    public let keyLastUsage: Usage?
    public let trackingStartDate: Timestamp
    public let keyCreationDate: Timestamp
}

public struct GetKeyRotationStatusResponse: Sendable, Equatable {
    public let keyARN: String
    public let keyRotationEnabled: Bool
    public let rotationPeriodInDays: Int?
    public let nextRotationDate: Timestamp?
}

/// AWS KMS API reference, `RotationsListEntry`.
public struct RotationListEntry: Sendable, Equatable {
    public let keyID: String
    /// Counts from 1; what sealed files name in their headers. Not of AWS KMS, which has no such number.
    public let keyVersion: UInt32
    public let keyMaterialID: String?
    public let keyMaterialState: KeyMaterialState
    public let keyMaterialDescription: String?
    public let importState: ImportState?
    public let expirationModel: ExpirationModel?
    public let validTo: Timestamp?
    /// nil for the first version, which no rotation made, and for one that waits for its rotation.
    public let rotationDate: Timestamp?
    public let rotationType: RotationType?
}

public struct ScheduleKeyDeletionResponse: Sendable, Equatable {
    public let keyARN: String
    public let deletionDate: Timestamp
    public let keyState: KeyState
    public let pendingWindowInDays: Int
}

public struct GetParametersForImportResponse: Sendable, Equatable {
    public let keyARN: String
    public let importToken: [UInt8]
    /// DER, X.509 SubjectPublicKeyInfo of the RSA wrapping key.
    public let publicKey: [UInt8]
    public let parametersValidTo: Timestamp
}

public struct ImportKeyMaterialRequest: Sendable {
    public var keyID: String
    public var importToken: [UInt8]
    public var encryptedKeyMaterial: [UInt8]
    /// `.expires` needs `validTo`, at most 365 days ahead; `.doesNotExpire` forbids it.
    public var expirationModel: ExpirationModel
    public var validTo: Timestamp?
    /// nil: new material for a key that has none, the same material otherwise (AWS KMS API reference).
    public var importType: ImportType?
    public var keyMaterialDescription: String?
    public var keyMaterialID: String?

    public init(
        keyID: String, importToken: [UInt8], encryptedKeyMaterial: [UInt8], expirationModel: ExpirationModel = .expires,
        validTo: Timestamp? = nil, importType: ImportType? = nil, keyMaterialDescription: String? = nil, keyMaterialID: String? = nil
    ) {
        self.keyID = keyID
        self.importToken = importToken
        self.encryptedKeyMaterial = encryptedKeyMaterial
        self.expirationModel = expirationModel
        self.validTo = validTo
        self.importType = importType
        self.keyMaterialDescription = keyMaterialDescription
        self.keyMaterialID = keyMaterialID
    }
}

/// Also the output of DeleteImportedKeyMaterial, which has the same members.
public struct ImportKeyMaterialResponse: Sendable, Equatable {
    public let keyARN: String
    public let keyMaterialID: String
}
