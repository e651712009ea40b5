import AuditTrail
import OpenSSL

extension LocalKeyService {
    public func sign(_ request: SignRequest) async throws(KeyStoreError) -> SignResponse {
        let event = Self.signatureEvent("Sign", request.keyID, request.messageType, request.signingAlgorithm)
        return try await use(event) { event throws(KeyStoreError) in
            let (key, material) = try signingKey(
                request.keyID, for: "Sign", request.signingAlgorithm, request.message, request.messageType, &event)
            try Limits.dryRunStops(request.dryRun)
            let scheme = request.signingAlgorithm.scheme
            do throws(OpenSSLError) {
                let signature =
                    switch request.messageType {
                    case .raw: try material.key.sign(message: request.message.bytes, scheme)
                    case .digest: try material.key.sign(digest: request.message.bytes, scheme)
                    }
                return SignResponse(keyARN: key.arn, signature: signature, signingAlgorithm: request.signingAlgorithm)
            } catch { throw KeyStoreError(error) }
        }
    }

    public func verify(_ request: VerifyRequest) async throws(KeyStoreError) -> VerifyResponse {
        let event = Self.signatureEvent("Verify", request.keyID, request.messageType, request.signingAlgorithm)
        return try await use(event) { event throws(KeyStoreError) in
            try Limits.check(request.signature.count, in: 1...Limits.maximumSignatureByteCount, member: "signature")
            let (key, material) = try signingKey(
                request.keyID, for: "Verify", request.signingAlgorithm, request.message, request.messageType, &event)
            try Limits.dryRunStops(request.dryRun)
            let scheme = request.signingAlgorithm.scheme
            let isValid: Bool
            do throws(OpenSSLError) {
                let publicKey = try material.key.publicKey()
                switch request.messageType {
                case .raw:
                    isValid = try publicKey.isValidSignature(request.signature.bytes, message: request.message.bytes, scheme)
                case .digest:
                    isValid = try publicKey.isValidSignature(request.signature.bytes, digest: request.message.bytes, scheme)
                }
            } catch { throw KeyStoreError(error) }
            guard isValid else { throw KeyStoreError(.invalidSignature) }
            return VerifyResponse(keyARN: key.arn, signingAlgorithm: request.signingAlgorithm)
        }
    }

    private func signingKey(
        _ reference: String, for operation: String, _ algorithm: SigningAlgorithm, _ message: [UInt8], _ type: MessageType,
        _ event: inout OperationEvent
    ) throws(KeyStoreError) -> (LoadedKey, AsymmetricMaterial) {
        try Limits.checkMessage(byteCount: message.count)
        let key = try usableKey(reference)
        event.concerns(key.arn)
        try key.require(.signVerify, for: operation)
        guard key.record.spec.signingAlgorithms(for: .signVerify).contains(algorithm) else {
            throw KeyStoreError(
                .invalidKeyUsage, "Algorithm \(algorithm.rawValue) is incompatible with key spec \(key.record.spec.rawValue).")
        }
        if type == .digest {
            guard let digest = algorithm.digest else {
                throw KeyStoreError(.validation, "\(algorithm.rawValue) signs whole messages only; use MessageType RAW.")
            }
            guard message.count == digest.byteCount else {
                throw KeyStoreError(.validation, "Digest is invalid length for algorithm \(algorithm.rawValue).")
            }
        }
        guard case .asymmetric(let material) = try key.current(at: now()).material else {
            throw KeyStoreError(.internalFailure, "a signing key without a private key")
        }
        return (key, material)
    }

    private static func signatureEvent(_ name: String, _ keyID: String, _ type: MessageType, _ algorithm: SigningAlgorithm)
        -> OperationEvent
    {
        OperationEvent(
            name, readOnly: true,
            [
                ("keyId", .string(keyID)), ("messageType", .string(type.rawValue)), ("signingAlgorithm", .string(algorithm.rawValue)),
            ])
    }
}
