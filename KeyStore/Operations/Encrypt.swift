import AuditTrail
import OpenSSL

extension LocalKeyService {
    public func encrypt(_ request: borrowing EncryptRequest) async throws(KeyStoreError) -> EncryptResponse {
        let event = OperationEvent(
            "Encrypt", readOnly: true,
            Self.parameters(request.keyID, request.encryptionContext, algorithm: request.encryptionAlgorithm))
        // A borrowed parameter cannot go into the closures of `use`; the copy stays in locked memory.
        let copy = try request.plaintext.duplicate()
        let (keyID, context, algorithm, dryRun) = (
            request.keyID, request.encryptionContext, request.encryptionAlgorithm, request.dryRun
        )
        return try await use(event) { event throws(KeyStoreError) in
            try Limits.checkPlaintext(byteCount: copy.count)
            let key = try usableKey(keyID)
            event.concerns(key.arn)
            try key.require(.encryptDecrypt, for: "Encrypt")
            try Limits.dryRunStops(dryRun)
            let blob = try seal(copy, under: key, context, algorithm).blob
            return EncryptResponse(keyARN: key.arn, ciphertextBlob: blob, encryptionAlgorithm: algorithm)
        }
    }

    struct Sealed {
        let blob: [UInt8]
        let keyMaterialID: String?
    }

    /// Encrypts under the current version. Shared by all operations that produce a ciphertext.
    func seal(
        _ plaintext: borrowing SecretBytes, under key: LoadedKey, _ context: EncryptionContext, _ algorithm: EncryptionAlgorithm
    ) throws(KeyStoreError) -> Sealed {
        try Self.check(algorithm, key, context)
        let version = try key.current(at: now())
        do throws(OpenSSLError) {
            switch version.material {
            case .symmetric(let material):
                return Sealed(
                    blob: try material.seal(plaintext, context: context),
                    keyMaterialID: Hex.encode(version.record.materialID))
            case .asymmetric(let material):
                guard let digest = algorithm.oaepDigest else {
                    throw OpenSSLError(code: .unsupported, operation: "Encrypt", reason: algorithm.rawValue)
                }
                let publicKey = try material.key.publicKey()
                return Sealed(
                    blob: try publicKey.encryptOAEP(plaintext, digest: digest, label: [UInt8]().bytes), keyMaterialID: nil)
            case .hmac:
                throw OpenSSLError(code: .unsupported, operation: "Encrypt", reason: "HMAC keys do not encrypt")
            }
        } catch {
            guard error.code == .invalidInput, let limit = key.record.spec.oaepLimit(algorithm), plaintext.count > limit else {
                throw KeyStoreError(error)
            }
            throw KeyStoreError(
                .validation,
                "Algorithm \(algorithm.rawValue) and key spec \(key.record.spec.rawValue) cannot encrypt data larger than \(limit) bytes.")
        }
    }

    static func check(_ algorithm: EncryptionAlgorithm, _ key: LoadedKey, _ context: EncryptionContext) throws(KeyStoreError) {
        guard key.record.spec.encryptionAlgorithms(for: key.record.usage).contains(algorithm) else {
            throw KeyStoreError(
                .invalidKeyUsage, "Algorithm \(algorithm.rawValue) is incompatible with key spec \(key.record.spec.rawValue).")
        }
        guard algorithm == .symmetricDefault || context.isEmpty else {
            throw KeyStoreError(.validation, "EncryptionContext is not supported when encrypting with an asymmetric key.")
        }
    }

    static func parameters(_ keyID: String?, _ context: EncryptionContext, algorithm: EncryptionAlgorithm) -> [(String, AuditValue)] {
        var parameters: [(String, AuditValue)] = []
        if let keyID { parameters.append(("keyId", .string(keyID))) }
        parameters.append(("encryptionAlgorithm", .string(algorithm.rawValue)))
        if !context.isEmpty { parameters.append(("encryptionContext", context.auditValue)) }
        return parameters
    }
}

extension KeySpec {
    /// The longest plaintext for RSA-OAEP: k − 2·hLen − 2 bytes (RFC 8017 §7.1.1).
    func oaepLimit(_ algorithm: EncryptionAlgorithm) -> Int? {
        guard let digest = algorithm.oaepDigest, case .rsa(let bits) = asymmetricType else { return nil }
        return bits / 8 - 2 * digest.byteCount - 2
    }
}
