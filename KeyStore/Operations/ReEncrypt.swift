import AuditTrail

extension LocalKeyService {
    public func reEncrypt(_ request: ReEncryptRequest) async throws(KeyStoreError) -> ReEncryptResponse {
        var parameters: [(String, AuditValue)] = [
            ("destinationKeyId", .string(request.destinationKeyID)),
            ("sourceEncryptionAlgorithm", .string(request.sourceEncryptionAlgorithm.rawValue)),
            ("destinationEncryptionAlgorithm", .string(request.destinationEncryptionAlgorithm.rawValue)),
        ]
        if let sourceKeyID = request.sourceKeyID { parameters.append(("sourceKeyId", .string(sourceKeyID))) }
        if !request.sourceEncryptionContext.isEmpty {
            parameters.append(("sourceEncryptionContext", request.sourceEncryptionContext.auditValue))
        }
        if !request.destinationEncryptionContext.isEmpty {
            parameters.append(("destinationEncryptionContext", request.destinationEncryptionContext.auditValue))
        }
        return try await use(OperationEvent("ReEncrypt", readOnly: true, parameters)) { event throws(KeyStoreError) in
            let source = try sourceKey(of: request.ciphertextBlob, named: request.sourceKeyID, request.sourceEncryptionAlgorithm, &event)
            try source.require(.encryptDecrypt, for: "ReEncrypt")
            let destination = try usableKey(request.destinationKeyID)
            event.concerns(destination.arn)
            try destination.require(.encryptDecrypt, for: "ReEncrypt")
            try Limits.dryRunStops(request.dryRun)
            let opened = try open(
                request.ciphertextBlob, with: source, request.sourceEncryptionContext, request.sourceEncryptionAlgorithm)
            let sealed = try seal(
                opened.plaintext, under: destination, request.destinationEncryptionContext, request.destinationEncryptionAlgorithm)
            return ReEncryptResponse(
                ciphertextBlob: sealed.blob, sourceKeyARN: source.arn, keyARN: destination.arn,
                sourceEncryptionAlgorithm: request.sourceEncryptionAlgorithm,
                destinationEncryptionAlgorithm: request.destinationEncryptionAlgorithm, sourceKeyMaterialID: opened.keyMaterialID,
                destinationKeyMaterialID: sealed.keyMaterialID)
        }
    }
}
