import AuditTrail
import OpenSSL

extension LocalKeyService {
    public func generateDataKeyPair(_ request: GenerateDataKeyPairRequest) async throws(KeyStoreError) -> GenerateDataKeyPairResponse {
        try await use(Self.event("GenerateDataKeyPair", request)) { event throws(KeyStoreError) in
            let pair = try generate(request, "GenerateDataKeyPair", &event)
            return GenerateDataKeyPairResponse(
                keyARN: pair.keyARN, keyPairSpec: request.keyPairSpec, privateKeyCiphertextBlob: pair.blob,
                privateKey: DataKey(pair.secret, keyARN: pair.keyARN), publicKey: pair.publicKey,
                keyMaterialID: pair.keyMaterialID)
        }
    }

    public func generateDataKeyPairWithoutPlaintext(_ request: GenerateDataKeyPairRequest) async throws(KeyStoreError)
        -> GenerateDataKeyPairWithoutPlaintextResponse
    {
        try await use(Self.event("GenerateDataKeyPairWithoutPlaintext", request)) { event throws(KeyStoreError) in
            let pair = try generate(request, "GenerateDataKeyPairWithoutPlaintext", &event)
            return GenerateDataKeyPairWithoutPlaintextResponse(
                keyARN: pair.keyARN, keyPairSpec: request.keyPairSpec, privateKeyCiphertextBlob: pair.blob, publicKey: pair.publicKey,
                keyMaterialID: pair.keyMaterialID)
        }
    }

    private struct GeneratedPair: ~Copyable {
        let keyARN: String
        let blob: [UInt8]
        let keyMaterialID: String
        let secret: SecretBytes
        let publicKey: [UInt8]
    }

    private func generate(_ request: GenerateDataKeyPairRequest, _ operation: String, _ event: inout OperationEvent) throws(KeyStoreError)
        -> GeneratedPair
    {
        guard request.keyPairSpec.isAsymmetric else {
            throw KeyStoreError(.validation, "\(request.keyPairSpec.rawValue) is not a key pair spec.")
        }
        let key = try wrappingKey(request.keyID, for: operation, &event)
        try Limits.dryRunStops(request.dryRun)
        let secret = try KeyMaterial.generate(request.keyPairSpec)
        guard let publicKey = try KeyMaterial.publicKey(of: secret, spec: request.keyPairSpec) else {
            throw KeyStoreError(.internalFailure, "a key pair without a public key")
        }
        let sealed = try seal(secret, under: key, request.encryptionContext, .symmetricDefault)
        return GeneratedPair(
            keyARN: key.arn, blob: sealed.blob, keyMaterialID: sealed.keyMaterialID ?? "", secret: secret, publicKey: publicKey)
    }

    private static func event(_ name: String, _ request: GenerateDataKeyPairRequest) -> OperationEvent {
        var parameters: [(String, AuditValue)] = [
            ("keyId", .string(request.keyID)), ("keyPairSpec", .string(request.keyPairSpec.rawValue)),
        ]
        if !request.encryptionContext.isEmpty { parameters.append(("encryptionContext", request.encryptionContext.auditValue)) }
        return OperationEvent(name, readOnly: true, parameters)
    }
}
