import AuditTrail
import OpenSSL

extension LocalKeyService {
    public func deriveSharedSecret(_ request: DeriveSharedSecretRequest) async throws(KeyStoreError) -> DeriveSharedSecretResponse {
        let event = OperationEvent(
            "DeriveSharedSecret", readOnly: true,
            [("keyId", .string(request.keyID)), ("keyAgreementAlgorithm", .string(request.keyAgreementAlgorithm.rawValue))])
        return try await use(event) { event throws(KeyStoreError) in
            try Limits.check(request.publicKey.count, in: 1...8192, member: "publicKey")
            let key = try usableKey(request.keyID)
            event.concerns(key.arn)
            try key.require(.keyAgreement, for: "DeriveSharedSecret")
            try Limits.dryRunStops(request.dryRun)
            guard case .asymmetric(let material) = try key.current(at: now()).material else {
                throw KeyStoreError(.internalFailure, "a key agreement key without a private key")
            }
            do throws(OpenSSLError) {
                let peer = try PublicKey(spkiDER: request.publicKey.bytes)
                return DeriveSharedSecretResponse(
                    keyARN: key.arn, sharedSecret: try material.key.sharedSecret(with: peer),
                    keyAgreementAlgorithm: request.keyAgreementAlgorithm, keyOrigin: key.record.origin)
            } catch {
                throw KeyStoreError(.validation, "PublicKey is not a valid \(key.record.spec.rawValue) public key in DER (\(error.reason))")
            }
        }
    }
}
