import AuditTrail
import KeyCatalog
import KeyStore
import OpenSSL

/// Makes a store in a folder, seals a password in it, and gets it back in a later session, after the key was rotated.
/// - Returns: whether what came back is what went in.
func keepPassword(in folder: String, passphrase: borrowing SecretBytes) async throws -> Bool {
    // Everything that a key service needs comes in from outside.
    let environment = KeyStoreEnvironment(
        records: try KeyCatalog(path: "\(folder)/keys.sqlite", access: .createIfMissing),
        trail: try AuditTrail(path: "\(folder)/audit.log"),
        clock: SystemClock(),
        caller: CallerIdentity(userName: "ann", userAgent: "example/1.0"))
    let keys = try LocalKeyService.initialize(
        environment, identity: StoreIdentity(), seal: .passphrase(passphrase.copy(), .default), label: "daily use")

    let key = try await keys.createKey(CreateKeyRequest(description: "passwords of services"))
    try await keys.createAlias(aliasName: "alias/passwords", targetKeyID: key.keyID)

    let password = try SecretBytes(random: 24)
    let sealed = try await keys.encrypt(
        EncryptRequest(keyID: "alias/passwords", plaintext: password.copy(), encryptionContext: ["service": "billing"]))
    _ = try await keys.rotateKeyOnDemand(keyID: key.keyID)

    // Later: the blob names its key and version, and opens under the same context alone.
    let later = try LocalKeyService.open(environment, with: .passphrase(passphrase.copy()))
    let opened = try await later.decrypt(
        DecryptRequest(ciphertextBlob: sealed.ciphertextBlob, encryptionContext: ["service": "billing"]))
    return opened.plaintext.isEqual(to: password)
}
