import AuditTrail
import OpenSSL

extension LocalKeyService {
    /// AWS KMS API reference, GetParametersForImport: token and wrapping key are valid for 24 hours.
    private static let tokenLifetimeInDays = 1
    /// ImportKeyMaterial: at most 365 days.
    private static let maximumValidityInDays = 365
    /// `CiphertextType` and room for RSA-4096 material.
    private static let maximumEncryptedByteCount = 6144
    private static let maximumDescriptionByteCount = 256

    public func getParametersForImport(
        keyID: String, wrappingAlgorithm: WrappingAlgorithm, wrappingKeySpec: WrappingKeySpec
    ) async throws(KeyStoreError) -> GetParametersForImportResponse {
        let event = OperationEvent(
            "GetParametersForImport", readOnly: true,
            [
                ("keyId", .string(keyID)), ("wrappingAlgorithm", .string(wrappingAlgorithm.rawValue)),
                ("wrappingKeySpec", .string(wrappingKeySpec.rawValue)),
            ])
        let root = root
        return try await view(event) { snapshot, event throws(KeyStoreError) in
            let record = try importableKey(keyID, in: snapshot, &event)
            if case .rsa = record.spec.asymmetricType, !wrappingAlgorithm.usesAESKeyWrap {
                throw KeyStoreError(
                    .unsupportedOperation,
                    "RSA key material is larger than \(wrappingAlgorithm.rawValue) can wrap; use RSA_AES_KEY_WRAP_SHA_256.")
            }
            let validTo = try now().adding(days: Self.tokenLifetimeInDays)
            let token = ImportToken(keyID: record.keyID, algorithm: wrappingAlgorithm, validTo: validTo)
            do throws(OpenSSLError) {
                let wrappingKey = try PrivateKey.generate(.rsa(bits: wrappingKeySpec.bitCount))
                return GetParametersForImportResponse(
                    keyARN: identity.keyARN(record.keyID), importToken: try token.sealed(with: wrappingKey, under: root),
                    publicKey: try wrappingKey.publicKey().spkiDER(), parametersValidTo: validTo)
            } catch { throw KeyStoreError(error) }
        }
    }

    public func importKeyMaterial(_ request: ImportKeyMaterialRequest) async throws(KeyStoreError) -> ImportKeyMaterialResponse {
        var parameters: [(String, AuditValue)] = [
            ("keyId", .string(request.keyID)), ("expirationModel", .string(request.expirationModel.rawValue)),
        ]
        if let type = request.importType { parameters.append(("importType", .string(type.rawValue))) }
        if let validTo = request.validTo { parameters.append(("validTo", .integer(validTo.seconds))) }
        return try change(OperationEvent("ImportKeyMaterial", parameters)) { transaction, event throws(KeyStoreError) in
            let record = try importableKey(request.keyID, in: transaction.snapshot, &event)
            let clock = transaction.catalog.clock
            try Self.validate(request, now: clock.latestWall)
            let token = try ImportToken.Opened(request.importToken, for: record.keyID, under: root, now: clock.latestWall)
            let material = try NewMaterial(record.spec, secret: token.unwrap(request.encryptedKeyMaterial))
            let version = try place(material, of: record, request, in: &transaction)
            event.additional = [("keyMaterialId", .string(Hex.encode(version.materialID)))]
            return ImportKeyMaterialResponse(
                keyARN: identity.keyARN(record.keyID), keyMaterialID: Hex.encode(version.materialID))
        }
    }

    public func deleteImportedKeyMaterial(keyID: String, keyMaterialID: String?) async throws(KeyStoreError) -> ImportKeyMaterialResponse {
        let event = OperationEvent("DeleteImportedKeyMaterial", [("keyId", .string(keyID))])
        return try change(event) { transaction, event throws(KeyStoreError) in
            var record = try find(keyID, in: transaction.snapshot, &event)
            let arn = identity.keyARN(record.keyID)
            try Self.requireExternal(record, arn)
            let versions = try transaction.snapshot.versions(of: record.keyID)
            let chosen = versions.last { version in
                keyMaterialID.map { $0 == Hex.encode(version.materialID) } ?? (version.version == record.currentVersion)
            }
            guard var version = chosen else {
                throw KeyStoreError(.notFound, "\(arn) has no key material\(keyMaterialID.map { " with the id \($0)" } ?? "")")
            }
            version.wrappedMaterial = nil
            transaction.noteRemovedMaterial()
            try transaction.put(version)
            // As in AWS KMS, a key with any of its permanent material missing cannot be used at all.
            if version.version <= record.currentVersion, record.state != .pendingDeletion {
                record.state = .pendingImport
                try transaction.put(record)
            }
            return ImportKeyMaterialResponse(keyARN: arn, keyMaterialID: Hex.encode(version.materialID))
        }
    }

    private func importableKey(_ keyID: String, in snapshot: CatalogSnapshot, _ event: inout OperationEvent) throws(KeyStoreError)
        -> KeyRecord
    {
        let record = try find(keyID, in: snapshot, &event)
        let arn = identity.keyARN(record.keyID)
        try Self.requireExternal(record, arn)
        try record.requireNotPendingDeletion(arn: arn)
        return record
    }

    private static func requireExternal(_ record: KeyRecord, _ arn: String) throws(KeyStoreError) {
        guard record.origin == .external else {
            throw KeyStoreError(.unsupportedOperation, "\(arn) origin is \(record.origin.rawValue) which is not valid for this operation.")
        }
    }

    private static func validate(_ request: ImportKeyMaterialRequest, now: Timestamp) throws(KeyStoreError) {
        try Limits.check(request.encryptedKeyMaterial.count, in: 1...maximumEncryptedByteCount, member: "encryptedKeyMaterial")
        try Limits.check(
            (request.keyMaterialDescription ?? "").utf8.count, in: 0...maximumDescriptionByteCount, member: "keyMaterialDescription")
        switch (request.expirationModel, request.validTo) {
        case (.expires, nil): throw KeyStoreError(.validation, "A validTo date must be set if the ExpirationModel is KEY_MATERIAL_EXPIRES")
        case (.doesNotExpire, .some):
            throw KeyStoreError(.validation, "A validTo date must not be set if the ExpirationModel is KEY_MATERIAL_DOES_NOT_EXPIRE")
        case (.doesNotExpire, nil): return
        case (.expires, .some(let validTo)):
            guard validTo > now, validTo <= now.adding(days: maximumValidityInDays) else {
                throw KeyStoreError(.validation, "ValidTo must be in the future and at most \(maximumValidityInDays) days ahead")
            }
        }
    }
}
