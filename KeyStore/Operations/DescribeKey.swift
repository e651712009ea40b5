import AuditTrail

extension LocalKeyService {
    public func describeKey(keyID: String) async throws(KeyStoreError) -> KeyMetadata {
        let event = OperationEvent("DescribeKey", readOnly: true, [("keyId", .string(keyID))])
        return try await view(event) { snapshot, event throws(KeyStoreError) in
            let record = try find(keyID, in: snapshot, &event, allowsAlias: true)
            return metadata(record, try snapshot.version(record.currentVersion, of: record.keyID))
        }
    }

    public func listKeys(limit: Int?, marker: String?) async throws(KeyStoreError) -> Page<KeyListEntry> {
        try await view(OperationEvent("ListKeys", readOnly: true)) { snapshot, _ throws(KeyStoreError) in
            let limit = limit ?? 100
            try Limits.check(limit, in: 1...1000, member: "limit")
            if let marker, UUIDText.decode(marker) == nil { throw KeyStoreError(.invalidMarker, "the marker is not one of this listing") }
            let found = try snapshot.keys(after: marker, limit: limit + 1).map {
                KeyListEntry(keyID: $0.keyID, keyARN: identity.keyARN($0.keyID))
            }
            return Page(found, limit: limit, marker: \.keyID)
        }
    }

    public func getPublicKey(keyID: String) async throws(KeyStoreError) -> GetPublicKeyResponse {
        let event = OperationEvent("GetPublicKey", readOnly: true, [("keyId", .string(keyID))])
        return try await view(event) { snapshot, event throws(KeyStoreError) in
            let record = try find(keyID, in: snapshot, &event, allowsAlias: true)
            let arn = identity.keyARN(record.keyID)
            guard record.spec.isAsymmetric else {
                throw KeyStoreError(
                    .unsupportedOperation, "\(arn) key spec is \(record.spec.rawValue) which is not valid for GetPublicKey.")
            }
            try record.requireUsable(arn: arn)
            guard let publicKey = try snapshot.version(record.currentVersion, of: record.keyID)?.publicKey else {
                throw KeyStoreError(.damagedRecord, "\(record.id) has no public key")
            }
            return GetPublicKeyResponse(
                keyARN: arn, publicKey: publicKey, keySpec: record.spec, keyUsage: record.usage,
                encryptionAlgorithms: record.spec.encryptionAlgorithms(for: record.usage),
                signingAlgorithms: record.spec.signingAlgorithms(for: record.usage),
                keyAgreementAlgorithms: record.usage == .keyAgreement ? [.ecdh] : [])
        }
    }

    /// Operations that count as use of a key (AWS KMS API reference, `KeyLastUsageTrackingOperation`).
    private static let usageOperations: Set<String> = [
        "Decrypt", "DeriveSharedSecret", "Encrypt", "GenerateDataKey", "GenerateDataKeyPair", "GenerateDataKeyPairWithoutPlaintext",
        "GenerateDataKeyWithoutPlaintext", "GenerateMac", "ReEncrypt", "Sign", "Verify", "VerifyMac",
    ]

    public func getKeyLastUsage(keyID: String) async throws(KeyStoreError) -> GetKeyLastUsageResponse {
        let event = OperationEvent("GetKeyLastUsage", readOnly: true, [("keyId", .string(keyID))])
        return try await view(event) { snapshot, event throws(KeyStoreError) in
            let record = try find(keyID, in: snapshot, &event)
            let arn = identity.keyARN(record.keyID)
            return GetKeyLastUsageResponse(
                keyARN: arn, keyLastUsage: try lastUsage(of: arn), trackingStartDate: creationDate, keyCreationDate: record.creationDate)
        }
    }

    /// The trail is the record of use; nothing else is written when a key is used.
    private func lastUsage(of arn: String) throws(KeyStoreError) -> GetKeyLastUsageResponse.Usage? {
        var usage: GetKeyLastUsageResponse.Usage?
        do {
            try environment.trail.forEachNewestFirst { record in
                guard record.errorCode == nil, record.eventSource == OperationEvent.Source.kms.rawValue, record.resources.contains(arn),
                    Self.usageOperations.contains(record.eventName)
                else { return true }
                usage = GetKeyLastUsageResponse.Usage(
                    operation: record.eventName, timestamp: Timestamp(nanoseconds: record.eventTime), eventID: record.eventID)
                return false
            }
        } catch { throw KeyStoreError(.auditUnavailable, "the audit trail cannot be read: \(error)") }
        return usage
    }
}
