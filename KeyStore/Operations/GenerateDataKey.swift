import AuditTrail
public import OpenSSL

extension LocalKeyService {
    public func generateDataKey(_ request: GenerateDataKeyRequest) async throws(KeyStoreError) -> GenerateDataKeyResponse {
        try await use(Self.event("GenerateDataKey", request)) { event throws(KeyStoreError) in
            let generated = try generate(request, "GenerateDataKey", &event)
            return GenerateDataKeyResponse(
                keyARN: generated.keyARN, ciphertextBlob: generated.blob, keyMaterialID: generated.keyMaterialID,
                dataKey: DataKey(generated.secret, keyARN: generated.keyARN))
        }
    }

    public func generateDataKeyWithoutPlaintext(_ request: GenerateDataKeyRequest) async throws(KeyStoreError)
        -> GenerateDataKeyWithoutPlaintextResponse
    {
        try await use(Self.event("GenerateDataKeyWithoutPlaintext", request)) { event throws(KeyStoreError) in
            let generated = try generate(request, "GenerateDataKeyWithoutPlaintext", &event)
            return GenerateDataKeyWithoutPlaintextResponse(
                keyARN: generated.keyARN, ciphertextBlob: generated.blob, keyMaterialID: generated.keyMaterialID)
        }
    }

    public func generateRandom(numberOfBytes: Int) async throws(KeyStoreError) -> SecretBytes {
        let event = OperationEvent("GenerateRandom", readOnly: true, [("numberOfBytes", .integer(Int64(numberOfBytes)))])
        return try await use(event) { _ throws(KeyStoreError) in
            try Limits.check(numberOfBytes, in: Limits.dataKeyByteCountRange, member: "numberOfBytes")
            do throws(OpenSSLError) { return try SecretBytes(random: numberOfBytes) } catch { throw KeyStoreError(error) }
        }
    }

    struct Generated: ~Copyable {
        let keyARN: String
        let blob: [UInt8]
        let keyMaterialID: String
        let secret: SecretBytes
    }

    /// Only symmetric keys wrap data keys (AWS KMS API reference, GenerateDataKey).
    func wrappingKey(_ reference: String, for operation: String, _ event: inout OperationEvent) throws(KeyStoreError) -> LoadedKey {
        let key = try usableKey(reference)
        event.concerns(key.arn)
        try key.require(.encryptDecrypt, for: operation)
        guard key.record.spec == .symmetricDefault else {
            throw KeyStoreError(
                .invalidKeyUsage, "\(key.arn) key spec is \(key.record.spec.rawValue) which is not valid for \(operation).")
        }
        return key
    }

    private func generate(_ request: GenerateDataKeyRequest, _ operation: String, _ event: inout OperationEvent) throws(KeyStoreError)
        -> Generated
    {
        let byteCount = try Self.byteCount(request)
        let key = try wrappingKey(request.keyID, for: operation, &event)
        try Limits.dryRunStops(request.dryRun)
        let secret: SecretBytes
        do { secret = try SecretBytes(random: byteCount) } catch { throw KeyStoreError(error) }
        let sealed = try seal(secret, under: key, request.encryptionContext, .symmetricDefault)
        return Generated(keyARN: key.arn, blob: sealed.blob, keyMaterialID: sealed.keyMaterialID ?? "", secret: secret)
    }

    private static func byteCount(_ request: GenerateDataKeyRequest) throws(KeyStoreError) -> Int {
        switch (request.keySpec, request.numberOfBytes) {
        case (.some(let spec), nil): return spec.byteCount
        case (nil, .some(let count)):
            try Limits.check(count, in: Limits.dataKeyByteCountRange, member: "numberOfBytes")
            return count
        case (nil, nil), (.some, .some):
            throw KeyStoreError(.validation, "Please specify either number of bytes or key spec.")
        }
    }

    private static func event(_ name: String, _ request: GenerateDataKeyRequest) -> OperationEvent {
        var parameters: [(String, AuditValue)] = [("keyId", .string(request.keyID))]
        if let spec = request.keySpec { parameters.append(("keySpec", .string(spec.rawValue))) }
        if let count = request.numberOfBytes { parameters.append(("numberOfBytes", .integer(Int64(count)))) }
        if !request.encryptionContext.isEmpty { parameters.append(("encryptionContext", request.encryptionContext.auditValue)) }
        return OperationEvent(name, readOnly: true, parameters)
    }
}
