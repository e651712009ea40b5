import AuditTrail
import OpenSSL

extension LocalKeyService {
    public func createKey(_ request: CreateKeyRequest) async throws(KeyStoreError) -> KeyMetadata {
        let event = OperationEvent("CreateKey", Self.parameters(request))
        // Making an RSA key takes a second: outside the transaction, which keeps other writers waiting.
        let material: NewMaterial?
        do throws(KeyStoreError) {
            try Self.validate(request)
            material = request.origin == .awsKMS ? try NewMaterial(request.keySpec) : nil
        } catch {
            throw try refused(event, error)
        }
        return try change(event) { transaction, event throws(KeyStoreError) in
            let now = transaction.catalog.clock.latestWall
            let keyID: String
            do throws(OpenSSLError) { keyID = try UUIDText.random() } catch { throw KeyStoreError(error) }
            var record = KeyRecord(
                keyID: keyID, spec: request.keySpec, usage: request.keyUsage ?? .encryptDecrypt, origin: request.origin,
                creationDate: now, description: request.description, state: .pendingImport, tags: request.tags)
            event.concerns(identity.keyARN(keyID))
            event.response = [("keyMetadata", .object([("keyId", .string(keyID)), ("arn", .string(identity.keyARN(keyID)))]))]
            guard let material else {
                try transaction.put(record)
                return metadata(record, nil)
            }
            record.state = .enabled
            let version = try material.version(1, of: record, root: root, now: now)
            record.currentVersion = 1
            record.lastVersion = 1
            try transaction.put(record)
            try transaction.put(version)
            return metadata(record, version)
        }
    }

    private static func validate(_ request: CreateKeyRequest) throws(KeyStoreError) {
        guard !request.multiRegion else {
            throw KeyStoreError(.unsupportedOperation, "Multi-Region keys are not supported by this key store.")
        }
        guard let usage = request.keyUsage ?? (request.keySpec == .symmetricDefault ? .encryptDecrypt : nil) else {
            throw KeyStoreError(.validation, "You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys.")
        }
        guard request.keySpec.allowedUsages.contains(usage) else {
            throw KeyStoreError(.validation, "KeyUsage \(usage.rawValue) is not compatible with KeySpec \(request.keySpec.rawValue)")
        }
        try checkDescription(request.description)
        try checkTags(request.tags, existing: [])
    }

    static func checkDescription(_ description: String) throws(KeyStoreError) {
        guard description.utf8.count <= KeyRecord.maximumDescriptionByteCount else {
            throw KeyStoreError(
                .validation,
                "1 validation error detected: Value at 'description' failed to satisfy constraint: "
                    + "Member must have length less than or equal to \(KeyRecord.maximumDescriptionByteCount)")
        }
    }

    private static func parameters(_ request: CreateKeyRequest) -> [(String, AuditValue)] {
        [
            ("keySpec", .string(request.keySpec.rawValue)), ("keyUsage", .string((request.keyUsage ?? .encryptDecrypt).rawValue)),
            ("origin", .string(request.origin.rawValue)), ("description", .string(request.description)),
            ("multiRegion", .boolean(request.multiRegion)),
            (
                "tags",
                .array(request.tags.map { .object([("tagKey", .string($0.key)), ("tagValue", .string($0.value))]) })
            ),
        ]
    }

    func metadata(_ record: KeyRecord, _ current: KeyVersionRecord?) -> KeyMetadata {
        KeyMetadata(
            awsAccountID: identity.accountID, keyID: record.keyID, arn: identity.keyARN(record.keyID), creationDate: record.creationDate,
            description: record.description, keyUsage: record.usage, keyState: record.state, keySpec: record.spec, origin: record.origin,
            deletionDate: record.deletion?.date, pendingDeletionWindowInDays: record.deletion?.windowInDays,
            validTo: current?.importInfo?.validTo,
            expirationModel: current?.importInfo.map { $0.validTo == nil ? .doesNotExpire : .expires },
            currentKeyMaterialID: record.spec == .symmetricDefault || record.origin == .external
                ? current.map { Hex.encode($0.materialID) } : nil)
    }
}
