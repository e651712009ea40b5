import AuditTrail
import KeyTestSupport
import OpenSSL
import TestSupport

@testable import KeyStore

/// A key store with everything around it, for one test.
typealias TestStore = TestKeyStore<InMemoryKeyRecords>

extension TestStore {
    /// The same store over a trail that may be read but not written.
    func environmentWithoutWritableTrail() throws -> KeyStoreEnvironment { environment(trail: try readOnlyTrail()) }

    func lastEvent() throws -> AuditRecord? { try events().last }

    func encrypt(_ plaintext: [UInt8], _ keyID: String, _ context: EncryptionContext = .empty) async throws -> [UInt8] {
        try await service.encrypt(EncryptRequest(keyID: keyID, plaintext: secret(plaintext), encryptionContext: context)).ciphertextBlob
    }

    func decrypt(_ blob: [UInt8], _ context: EncryptionContext = .empty, keyID: String? = nil) async throws -> [UInt8] {
        let response = try await service.decrypt(DecryptRequest(ciphertextBlob: blob, encryptionContext: context, keyID: keyID))
        return revealed(response.plaintext)
    }

    func state(_ keyID: String) async throws -> KeyState { try await service.describeKey(keyID: keyID).keyState }
}
