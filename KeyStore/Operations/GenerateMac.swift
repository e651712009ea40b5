import AuditTrail
import OpenSSL

extension LocalKeyService {
    public func generateMac(_ request: GenerateMacRequest) async throws(KeyStoreError) -> GenerateMacResponse {
        try await use(Self.macEvent("GenerateMac", request.keyID, request.macAlgorithm)) { event throws(KeyStoreError) in
            let (key, mac) = try mac(
                request.keyID, for: "GenerateMac", request.macAlgorithm, request.message, dryRun: request.dryRun, &event)
            return GenerateMacResponse(keyARN: key.arn, mac: mac, macAlgorithm: request.macAlgorithm)
        }
    }

    public func verifyMac(_ request: VerifyMacRequest) async throws(KeyStoreError) -> VerifyMacResponse {
        try await use(Self.macEvent("VerifyMac", request.keyID, request.macAlgorithm)) { event throws(KeyStoreError) in
            try Limits.check(request.mac.count, in: 1...Limits.maximumSignatureByteCount, member: "mac")
            let (key, expected) = try mac(
                request.keyID, for: "VerifyMac", request.macAlgorithm, request.message, dryRun: request.dryRun, &event)
            guard ConstantTime.areEqual(expected.bytes, request.mac.bytes) else { throw KeyStoreError(.invalidMAC) }
            return VerifyMacResponse(keyARN: key.arn, macAlgorithm: request.macAlgorithm)
        }
    }

    private func mac(
        _ reference: String, for operation: String, _ algorithm: MACAlgorithm, _ message: [UInt8], dryRun: Bool,
        _ event: inout OperationEvent
    ) throws(KeyStoreError) -> (LoadedKey, [UInt8]) {
        try Limits.checkMessage(byteCount: message.count)
        let key = try usableKey(reference)
        event.concerns(key.arn)
        try key.require(.generateVerifyMAC, for: operation)
        guard key.record.spec.macAlgorithm == algorithm else {
            throw KeyStoreError(
                .invalidKeyUsage, "Algorithm \(algorithm.rawValue) is incompatible with key spec \(key.record.spec.rawValue).")
        }
        try Limits.dryRunStops(dryRun)
        guard case .hmac(let material) = try key.current(at: now()).material else {
            throw KeyStoreError(.internalFailure, "an HMAC key without HMAC material")
        }
        do {
            return (key, try HMAC.authenticate(algorithm.digest, key: material.key, message.bytes))
        } catch { throw KeyStoreError(error) }
    }

    private static func macEvent(_ name: String, _ keyID: String, _ algorithm: MACAlgorithm) -> OperationEvent {
        OperationEvent(name, readOnly: true, [("keyId", .string(keyID)), ("macAlgorithm", .string(algorithm.rawValue))])
    }
}
