/// A file key under a KMS key: what a `coffer-kms` stanza carries.
public struct WrappedFileKey: Sendable, Equatable {
    public let keyARN: String
    public let ciphertextBlob: [UInt8]
    public let encryptionContext: EncryptionContext

    public init(keyARN: String, ciphertextBlob: [UInt8], encryptionContext: EncryptionContext) {
        self.keyARN = keyARN
        self.ciphertextBlob = ciphertextBlob
        self.encryptionContext = encryptionContext
    }
}

/// A fresh file key and its first wrapped form.
public struct GeneratedFileKey: ~Copyable, Sendable {
    public let fileKey: FileKey
    public let wrapped: WrappedFileKey
}

extension KeyService {
    /// Makes the key of a new sealed file (GenerateDataKey of 16 bytes).
    public func generateFileKey(keyID: String, encryptionContext: EncryptionContext) async throws(KeyStoreError) -> GeneratedFileKey {
        let response = try await generateDataKey(
            GenerateDataKeyRequest(keyID: keyID, encryptionContext: encryptionContext, numberOfBytes: FileKey.byteCount))
        let wrapped = WrappedFileKey(
            keyARN: response.keyARN, ciphertextBlob: response.ciphertextBlob, encryptionContext: encryptionContext)
        return GeneratedFileKey(fileKey: try FileKey(copying: response.dataKey.bytes), wrapped: wrapped)
    }

    /// Wraps a file key under a further KMS key (Encrypt).
    public func wrap(
        _ fileKey: borrowing FileKey, keyID: String, encryptionContext: EncryptionContext
    ) async throws(KeyStoreError) -> WrappedFileKey {
        let response = try await encrypt(
            EncryptRequest(keyID: keyID, plaintext: fileKey.copyOfBytes(), encryptionContext: encryptionContext))
        return WrappedFileKey(keyARN: response.keyARN, ciphertextBlob: response.ciphertextBlob, encryptionContext: encryptionContext)
    }

    /// Opens a wrapped file key (Decrypt under the key that the stanza names).
    public func unwrapFileKey(_ wrapped: WrappedFileKey) async throws(KeyStoreError) -> FileKey {
        let response = try await decrypt(
            DecryptRequest(
                ciphertextBlob: wrapped.ciphertextBlob, encryptionContext: wrapped.encryptionContext, keyID: wrapped.keyARN))
        return try FileKey(copying: response.plaintext)
    }
}
