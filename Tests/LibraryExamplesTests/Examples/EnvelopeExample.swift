import Envelope
import KeyStore
import SystemPackage

/// Seals a file for a key of a store and for an identity that is kept elsewhere, and opens it with each of them.
/// - Returns: 16 bytes from the middle, read with the identity.
func sealBackup(_ file: FilePath, keys: any KeyService, keyID: String, recovery: consuming AgeIdentity) async throws -> [UInt8] {
    let sealed = FilePath("\(file).age")
    let writer = SealedFileWriter(recipients: [
        KMSKeyRecipient(keyID: keyID, encryptionContext: ["purpose": "nightly"], service: keys),
        X25519Recipient(try recovery.recipient()),
    ])
    try await writer.seal(.file(file), to: .file(sealed, overwrite: false))

    // The store's key opens it under the context that it was sealed under. The output appears when all of it is authentic.
    let store = KMSKeyIdentity(service: keys, encryptionContext: .exactly(["purpose": "nightly"]))
    try await SealedFileOpener(identities: [store]).open(.file(sealed), to: .file(FilePath("\(file).restored"), overwrite: false))

    // The identity opens it without the store; `age` would, too. What is before the part that is asked for is not read.
    let reader = try await SealedFileReader(sealed, identities: [X25519Identity(recovery, name: "recovery identity")])
    var part = [UInt8](repeating: 0, count: 16)
    let count = try part.withUnsafeMutableBytes { try reader.read(at: 100_000, into: $0) }
    return Array(part[..<count])
}
