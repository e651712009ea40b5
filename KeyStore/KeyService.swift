public import OpenSSL

/// The operations of AWS KMS that Coffer offers, one method each, with AWS's names, members and error codes
/// (AWS KMS API reference, 2014-11-01). Docs/KMSCompatibility.md lists what is left out.
///
/// `LocalKeyService` is the embedded implementation; a remote one is another conformance. Every method records the
/// operation, also a refused one, before it returns.
///
/// `keyID` parameters take a key ID or a key ARN; those of cryptographic operations, `describeKey` and `getPublicKey`
/// also an alias name or an alias ARN.
public protocol KeyService: Sendable {
    // Keys
    func createKey(_ request: CreateKeyRequest) async throws(KeyStoreError) -> KeyMetadata
    func describeKey(keyID: String) async throws(KeyStoreError) -> KeyMetadata
    func listKeys(limit: Int?, marker: String?) async throws(KeyStoreError) -> Page<KeyListEntry>
    func updateKeyDescription(keyID: String, description: String) async throws(KeyStoreError)
    func enableKey(keyID: String) async throws(KeyStoreError)
    func disableKey(keyID: String) async throws(KeyStoreError)
    func getPublicKey(keyID: String) async throws(KeyStoreError) -> GetPublicKeyResponse
    func getKeyLastUsage(keyID: String) async throws(KeyStoreError) -> GetKeyLastUsageResponse

    // Aliases
    func createAlias(aliasName: String, targetKeyID: String) async throws(KeyStoreError)
    func updateAlias(aliasName: String, targetKeyID: String) async throws(KeyStoreError)
    func deleteAlias(aliasName: String) async throws(KeyStoreError)
    func listAliases(keyID: String?, limit: Int?, marker: String?) async throws(KeyStoreError) -> Page<AliasListEntry>

    // Tags
    func tagResource(keyID: String, tags: [Tag]) async throws(KeyStoreError)
    func untagResource(keyID: String, tagKeys: [String]) async throws(KeyStoreError)
    func listResourceTags(keyID: String, limit: Int?, marker: String?) async throws(KeyStoreError) -> Page<Tag>

    // Rotation
    func enableKeyRotation(keyID: String, rotationPeriodInDays: Int?) async throws(KeyStoreError)
    func disableKeyRotation(keyID: String) async throws(KeyStoreError)
    func getKeyRotationStatus(keyID: String) async throws(KeyStoreError) -> GetKeyRotationStatusResponse
    func listKeyRotations(keyID: String, includeAllKeyMaterial: Bool, limit: Int?, marker: String?) async throws(KeyStoreError)
        -> Page<RotationListEntry>
    func rotateKeyOnDemand(keyID: String) async throws(KeyStoreError) -> String

    // Deletion
    func scheduleKeyDeletion(keyID: String, pendingWindowInDays: Int?) async throws(KeyStoreError) -> ScheduleKeyDeletionResponse
    func cancelKeyDeletion(keyID: String) async throws(KeyStoreError) -> String

    // Imported key material
    func getParametersForImport(
        keyID: String, wrappingAlgorithm: WrappingAlgorithm, wrappingKeySpec: WrappingKeySpec
    ) async throws(KeyStoreError) -> GetParametersForImportResponse
    func importKeyMaterial(_ request: ImportKeyMaterialRequest) async throws(KeyStoreError) -> ImportKeyMaterialResponse
    func deleteImportedKeyMaterial(keyID: String, keyMaterialID: String?) async throws(KeyStoreError) -> ImportKeyMaterialResponse

    // Cryptographic operations
    func encrypt(_ request: borrowing EncryptRequest) async throws(KeyStoreError) -> EncryptResponse
    func decrypt(_ request: DecryptRequest) async throws(KeyStoreError) -> DecryptResponse
    func reEncrypt(_ request: ReEncryptRequest) async throws(KeyStoreError) -> ReEncryptResponse
    func generateDataKey(_ request: GenerateDataKeyRequest) async throws(KeyStoreError) -> GenerateDataKeyResponse
    func generateDataKeyWithoutPlaintext(_ request: GenerateDataKeyRequest) async throws(KeyStoreError)
        -> GenerateDataKeyWithoutPlaintextResponse
    func generateDataKeyPair(_ request: GenerateDataKeyPairRequest) async throws(KeyStoreError) -> GenerateDataKeyPairResponse
    func generateDataKeyPairWithoutPlaintext(_ request: GenerateDataKeyPairRequest) async throws(KeyStoreError)
        -> GenerateDataKeyPairWithoutPlaintextResponse
    func generateRandom(numberOfBytes: Int) async throws(KeyStoreError) -> SecretBytes
    func sign(_ request: SignRequest) async throws(KeyStoreError) -> SignResponse
    func verify(_ request: VerifyRequest) async throws(KeyStoreError) -> VerifyResponse
    func generateMac(_ request: GenerateMacRequest) async throws(KeyStoreError) -> GenerateMacResponse
    func verifyMac(_ request: VerifyMacRequest) async throws(KeyStoreError) -> VerifyMacResponse
    func deriveSharedSecret(_ request: DeriveSharedSecretRequest) async throws(KeyStoreError) -> DeriveSharedSecretResponse

    /// Hands out the plaintext of a data key. It is the one way by which key bytes leave KeyStore, and an event of its
    /// own (`ExportDataKey`) in the audit trail.
    func exportPlaintext(of dataKey: borrowing DataKey) async throws(KeyStoreError) -> SecretBytes
}
