import AuditTrail
import OpenSSL

extension LocalKeyService {
    public func decrypt(_ request: DecryptRequest) async throws(KeyStoreError) -> DecryptResponse {
        let event = OperationEvent(
            "Decrypt", readOnly: true,
            Self.parameters(request.keyID, request.encryptionContext, algorithm: request.encryptionAlgorithm))
        return try await use(event) { event throws(KeyStoreError) in
            let key = try sourceKey(of: request.ciphertextBlob, named: request.keyID, request.encryptionAlgorithm, &event)
            try key.require(.encryptDecrypt, for: "Decrypt")
            try Limits.dryRunStops(request.dryRun)
            let opened = try open(request.ciphertextBlob, with: key, request.encryptionContext, request.encryptionAlgorithm)
            let keyMaterialID = opened.keyMaterialID
            return DecryptResponse(
                keyARN: key.arn, plaintext: opened.intoPlaintext(), encryptionAlgorithm: request.encryptionAlgorithm,
                keyMaterialID: keyMaterialID)
        }
    }

    struct Opened: ~Copyable {
        let plaintext: SecretBytes
        let keyMaterialID: String?

        consuming func intoPlaintext() -> SecretBytes { plaintext }
    }

    /// The key that made a ciphertext. A symmetric one names it; a `KeyId` that is given must agree.
    func sourceKey(
        of blob: [UInt8], named reference: String?, _ algorithm: EncryptionAlgorithm, _ event: inout OperationEvent
    ) throws(KeyStoreError) -> LoadedKey {
        guard (1...CiphertextBlobHeader.maximumBlobByteCount).contains(blob.count) else {
            throw KeyStoreError(
                .validation,
                "1 validation error detected: Value at 'ciphertextBlob' failed to satisfy constraint: "
                    + "Member must have length between 1 and \(CiphertextBlobHeader.maximumBlobByteCount)")
        }
        guard algorithm == .symmetricDefault else {
            guard let reference else {
                throw KeyStoreError(.validation, "KeyId is required to decrypt with an asymmetric KMS key.")
            }
            let key = try usableKey(reference)
            event.concerns(key.arn)
            return key
        }
        let header = try CiphertextBlobHeader(parsing: blob)
        if let reference {
            let key = try usableKey(reference)
            event.concerns(key.arn)
            guard key.record.keyID == header.keyID || key.record.usage != .encryptDecrypt else {
                throw KeyStoreError(
                    .incorrectKey, "The key ID in the request does not identify a CMK that can perform this operation.")
            }
            return key
        }
        do {
            let key = try usableKey(header.keyID)
            event.concerns(key.arn)
            return key
        } catch {
            guard error.code == .notFound else { throw error }
            throw KeyStoreError(
                .accessDenied,
                "The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not "
                    + "allowed to access.")
        }
    }

    func open(
        _ blob: [UInt8], with key: LoadedKey, _ context: EncryptionContext, _ algorithm: EncryptionAlgorithm
    ) throws(KeyStoreError) -> Opened {
        try Self.check(algorithm, key, context)
        guard let digest = algorithm.oaepDigest else { return try openSymmetric(blob, with: key, context) }
        guard case .asymmetric(let material) = try key.current(at: now()).material else { throw KeyStoreError(.invalidCiphertext) }
        do {
            return Opened(
                plaintext: try material.key.decryptOAEP(blob.bytes, digest: digest, label: [UInt8]().bytes), keyMaterialID: nil)
        } catch { throw KeyStoreError(.invalidCiphertext) }
    }

    private func openSymmetric(_ blob: [UInt8], with key: LoadedKey, _ context: EncryptionContext) throws(KeyStoreError) -> Opened {
        let header = try CiphertextBlobHeader(parsing: blob)
        guard header.keyID == key.record.keyID else { throw KeyStoreError(.invalidCiphertext) }
        let version = try key.version(header.version, at: now())
        guard case .symmetric(let material) = version.material else { throw KeyStoreError(.invalidCiphertext) }
        do {
            return Opened(
                plaintext: try material.open(blob, context: context), keyMaterialID: Hex.encode(version.record.materialID))
        } catch { throw KeyStoreError(error) }
    }
}
