/// The state of a KMS key (AWS KMS developer guide, "Key states of AWS KMS keys"), those that Coffer's keys can be in.
public enum KeyState: String, Sendable, Hashable, CaseIterable {
    case enabled = "Enabled"
    case disabled = "Disabled"
    case pendingDeletion = "PendingDeletion"
    case pendingImport = "PendingImport"
}

/// Whether imported key material is deleted at a set time (AWS KMS API reference, `ExpirationModelType`).
public enum ExpirationModel: String, Sendable, Hashable, CaseIterable {
    case expires = "KEY_MATERIAL_EXPIRES"
    case doesNotExpire = "KEY_MATERIAL_DOES_NOT_EXPIRE"
}

/// Whether one version of imported key material is present (AWS KMS API reference, `ImportState`).
public enum ImportState: String, Sendable, Hashable {
    case imported = "IMPORTED"
    case pendingImport = "PENDING_IMPORT"
}

/// The role of one version among those of its key (AWS KMS API reference, `KeyMaterialState`).
public enum KeyMaterialState: String, Sendable, Hashable {
    case current = "CURRENT"
    case nonCurrent = "NON_CURRENT"
    case pendingRotation = "PENDING_ROTATION"
}

/// What made a key version current (AWS KMS API reference, `RotationType`).
public enum RotationType: String, Sendable, Hashable {
    case automatic = "AUTOMATIC"
    case onDemand = "ON_DEMAND"
}

/// Whether an import brings material back or adds a version (AWS KMS API reference, `ImportType`).
public enum ImportType: String, Sendable, Hashable, CaseIterable {
    case newKeyMaterial = "NEW_KEY_MATERIAL"
    case existingKeyMaterial = "EXISTING_KEY_MATERIAL"
}
