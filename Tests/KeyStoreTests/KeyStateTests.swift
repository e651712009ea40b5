import KeyTestSupport
import Testing

@testable import KeyStore

/// AWS KMS developer guide, "Key states of AWS KMS keys".
@Suite struct KeyStateTests {
    enum Operation: String, CaseIterable, Sendable {
        case encrypt, decrypt, reEncrypt, generateDataKey, generateDataKeyWithoutPlaintext, generateDataKeyPair
        case enableKey, disableKey, updateKeyDescription, tagResource, untagResource, createAlias, updateAlias
        case enableKeyRotation, disableKeyRotation, rotateKeyOnDemand, scheduleKeyDeletion, cancelKeyDeletion
        case describeKey, listAliases, listResourceTags, listKeyRotations, getKeyRotationStatus, getKeyLastUsage, deleteAlias

        var usesKey: Bool {
            switch self {
            case .encrypt, .decrypt, .reEncrypt, .generateDataKey, .generateDataKeyWithoutPlaintext, .generateDataKeyPair: true
            default: false
            }
        }
        var rotates: Bool { self == .enableKeyRotation || self == .disableKeyRotation || self == .rotateKeyOnDemand }
        var onlyReads: Bool {
            switch self {
            case .describeKey, .listAliases, .listResourceTags, .listKeyRotations, .getKeyRotationStatus, .getKeyLastUsage: true
            default: false
            }
        }
    }

    /// Runs one operation on the key; `blob` is a ciphertext of it.
    private func run(_ operation: Operation, on keyID: String, _ blob: [UInt8], _ store: TestStore) async throws {
        let service = store.service
        switch operation {
        case .encrypt: _ = try await store.encrypt([1], keyID)
        case .decrypt: _ = try await store.decrypt(blob)
        case .reEncrypt: _ = try await service.reEncrypt(ReEncryptRequest(ciphertextBlob: blob, destinationKeyID: keyID))
        case .generateDataKey: _ = try await service.generateDataKey(GenerateDataKeyRequest(keyID: keyID, keySpec: .aes256))
        case .generateDataKeyWithoutPlaintext:
            _ = try await service.generateDataKeyWithoutPlaintext(GenerateDataKeyRequest(keyID: keyID, keySpec: .aes256))
        case .generateDataKeyPair:
            _ = try await service.generateDataKeyPair(GenerateDataKeyPairRequest(keyID: keyID, keyPairSpec: .eccNISTP256))
        case .enableKey: try await service.enableKey(keyID: keyID)
        case .disableKey: try await service.disableKey(keyID: keyID)
        case .updateKeyDescription: try await service.updateKeyDescription(keyID: keyID, description: "new")
        case .tagResource: try await service.tagResource(keyID: keyID, tags: [KeyTag(key: "a", value: "b")])
        case .untagResource: try await service.untagResource(keyID: keyID, tagKeys: ["a"])
        case .createAlias: try await service.createAlias(aliasName: "alias/new", targetKeyID: keyID)
        case .updateAlias: try await service.updateAlias(aliasName: "alias/old", targetKeyID: keyID)
        case .deleteAlias: try await service.deleteAlias(aliasName: "alias/old")
        case .enableKeyRotation: try await service.enableKeyRotation(keyID: keyID, rotationPeriodInDays: nil)
        case .disableKeyRotation: try await service.disableKeyRotation(keyID: keyID)
        case .rotateKeyOnDemand: _ = try await service.rotateKeyOnDemand(keyID: keyID)
        case .scheduleKeyDeletion: _ = try await service.scheduleKeyDeletion(keyID: keyID, pendingWindowInDays: 7)
        case .cancelKeyDeletion: _ = try await service.cancelKeyDeletion(keyID: keyID)
        case .describeKey: _ = try await service.describeKey(keyID: keyID)
        case .listAliases: _ = try await service.listAliases(keyID: keyID, limit: nil, marker: nil)
        case .listResourceTags: _ = try await service.listResourceTags(keyID: keyID, limit: nil, marker: nil)
        case .listKeyRotations:
            _ = try await service.listKeyRotations(keyID: keyID, includeAllKeyMaterial: true, limit: nil, marker: nil)
        case .getKeyRotationStatus: _ = try await service.getKeyRotationStatus(keyID: keyID)
        case .getKeyLastUsage: _ = try await service.getKeyLastUsage(keyID: keyID)
        }
    }

    /// Expects success for nil.
    private func expect(
        _ code: KeyStoreError.Code?, _ message: String?, _ operation: Operation, on key: KeyMetadata, _ blob: [UInt8], _ store: TestStore
    ) async throws {
        guard let code else {
            try await run(operation, on: key.keyID, blob, store)
            return
        }
        let error = try await refusal { try await run(operation, on: key.keyID, blob, store) }
        #expect(error.code == code, "\(operation)")
        if let message { #expect(error.message == message, "\(operation)") }
    }

    private func keyWithCiphertext(_ store: TestStore) async throws -> (KeyMetadata, [UInt8]) {
        let key = try await store.makeKey()
        try await store.service.createAlias(aliasName: "alias/old", targetKeyID: key.keyID)
        return (key, try await store.encrypt([1], key.keyID))
    }

    @Test(arguments: Operation.allCases)
    func `A disabled key is not used or set to rotate, but managed`(operation: Operation) async throws {
        let store = try TestStore()
        let (key, blob) = try await keyWithCiphertext(store)
        try await store.service.disableKey(keyID: key.keyID)
        if operation.usesKey || operation.rotates {
            try await expect(.disabled, "\(key.arn) is disabled.", operation, on: key, blob, store)
        } else if operation == .cancelKeyDeletion {
            try await expect(.invalidState, "\(key.arn) is not pending deletion.", operation, on: key, blob, store)
        } else {
            try await expect(nil, nil, operation, on: key, blob, store)
        }
    }

    @Test(arguments: Operation.allCases)
    func `A key that is pending deletion can be looked at and saved`(operation: Operation) async throws {
        let store = try TestStore()
        let (key, blob) = try await keyWithCiphertext(store)
        _ = try await store.service.scheduleKeyDeletion(keyID: key.keyID, pendingWindowInDays: 7)
        if operation.onlyReads || operation == .cancelKeyDeletion || operation == .deleteAlias {
            try await expect(nil, nil, operation, on: key, blob, store)
        } else {
            try await expect(.invalidState, "\(key.arn) is pending deletion.", operation, on: key, blob, store)
        }
    }

    @Test(arguments: Operation.allCases)
    func `A key without its imported material is pending import`(operation: Operation) async throws {
        let store = try TestStore()
        let key = try await store.makeKey(origin: .external)
        try await store.importMaterial([UInt8](repeating: 1, count: 32), into: key.keyID)
        try await store.service.createAlias(aliasName: "alias/old", targetKeyID: key.keyID)
        let blob = try await store.encrypt([1], key.keyID)
        _ = try await store.service.deleteImportedKeyMaterial(keyID: key.keyID, keyMaterialID: nil)
        #expect(try await store.state(key.keyID) == .pendingImport)
        switch operation {
        case .enableKeyRotation, .disableKeyRotation:
            try await expect(
                .unsupportedOperation, "\(key.arn) origin is EXTERNAL which is not valid for this operation.", operation, on: key, blob,
                store)
        case .enableKey, .disableKey, .rotateKeyOnDemand:
            try await expect(.invalidState, "\(key.arn) is pending import.", operation, on: key, blob, store)
        case .cancelKeyDeletion: try await expect(.invalidState, nil, operation, on: key, blob, store)
        default:
            try await expect(
                operation.usesKey ? .invalidState : nil, "\(key.arn) is pending import.", operation, on: key, blob, store)
        }
    }

    @Test func `A key whose deletion was cancelled is disabled, and opens its ciphertexts once it is enabled`() async throws {
        let store = try TestStore()
        let (key, blob) = try await keyWithCiphertext(store)
        try await store.service.enableKeyRotation(keyID: key.keyID, rotationPeriodInDays: 90)
        let scheduled = try await store.service.scheduleKeyDeletion(keyID: key.keyID, pendingWindowInDays: nil)
        #expect(scheduled.pendingWindowInDays == 30)
        #expect(scheduled.deletionDate == store.clock.now.adding(days: 30))
        #expect(try await store.service.getKeyRotationStatus(keyID: key.keyID).keyRotationEnabled == false)
        let metadata = try await store.service.describeKey(keyID: key.keyID)
        #expect(metadata.deletionDate == scheduled.deletionDate)
        #expect(try await store.service.cancelKeyDeletion(keyID: key.keyID) == key.arn)
        #expect(try await store.state(key.keyID) == .disabled)
        #expect(try await store.service.getKeyRotationStatus(keyID: key.keyID).keyRotationEnabled)
        try await store.service.enableKey(keyID: key.keyID)
        #expect(try await store.decrypt(blob) == [1])
    }

    @Test func `A key that lost its imported material while it was pending deletion is pending import afterwards`() async throws {
        let store = try TestStore()
        let key = try await store.makeKey(origin: .external)
        try await store.importMaterial([UInt8](repeating: 1, count: 32), into: key.keyID)
        _ = try await store.service.scheduleKeyDeletion(keyID: key.keyID, pendingWindowInDays: 7)
        _ = try await store.service.deleteImportedKeyMaterial(keyID: key.keyID, keyMaterialID: nil)
        _ = try await store.service.cancelKeyDeletion(keyID: key.keyID)
        #expect(try await store.state(key.keyID) == .pendingImport)
        try await store.importMaterial([UInt8](repeating: 1, count: 32), into: key.keyID)
        #expect(try await store.state(key.keyID) == .enabled)
    }

    @Test(arguments: [6, 31, 0, -1])
    func `A waiting period outside 7 to 30 days is refused`(days: Int) async throws {
        let store = try TestStore()
        let key = try await store.makeKey()
        let error = try await refusal { _ = try await store.service.scheduleKeyDeletion(keyID: key.keyID, pendingWindowInDays: days) }
        #expect(error.code == .validation)
        #expect(try await store.state(key.keyID) == .enabled)
    }
}
