import AuditTrail
import Foundation
import OpenSSL

@testable import KeyStore

/// A key store with everything around it, for one test.
final class TestStore: Sendable {
    let records = InMemoryKeyRecordStore()
    let clock = ManualClock()
    let trail: AuditTrail
    let service: LocalKeyService
    private let keyFile: AgeIdentity
    private let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("coffer-keystore-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        trail = try AuditTrail(path: folder.appendingPathComponent("audit.log").path)
        keyFile = try AgeIdentity.generate()
        service = try LocalKeyService.initialize(
            Self.environment(records, trail, clock), identity: StoreIdentity(),
            seal: .keyFile(path: "/keys/unseal", identity: keyFile.copy()),
            label: "unattended")
    }

    deinit {
        do { try FileManager.default.removeItem(at: folder) } catch { print("cannot remove \(folder.path): \(error)") }
    }

    private static func environment(_ records: InMemoryKeyRecordStore, _ trail: AuditTrail, _ clock: ManualClock) -> KeyStoreEnvironment {
        KeyStoreEnvironment(
            records: records, trail: trail, clock: clock, caller: CallerIdentity(userName: "tester", userAgent: "coffer-tests/1"))
    }

    var environment: KeyStoreEnvironment { Self.environment(records, trail, clock) }

    /// The same store over a trail that may be read but not written.
    func environmentWithoutWritableTrail() throws -> KeyStoreEnvironment {
        Self.environment(records, try AuditTrail(path: folder.appendingPathComponent("audit.log").path, access: .readOnly), clock)
    }

    func keyFileCredential() throws -> SealCredential { .identity(try keyFile.copy()) }

    /// Opens the store a second time, as another process would.
    func reopen() throws -> LocalKeyService { try LocalKeyService.open(environment, with: keyFileCredential()) }

    // MARK: The trail

    /// Events, oldest first.
    func events() throws -> [AuditRecord] {
        var events: [AuditRecord] = []
        try trail.forEachNewestFirst {
            events.append($0)
            return true
        }
        return events.reversed()
    }

    func lastEvent() throws -> AuditRecord? { try events().last }

    // MARK: Keys

    func makeKey(_ spec: KeySpec = .symmetricDefault, _ usage: KeyUsage? = nil, origin: KeyOrigin = .awsKMS) async throws -> KeyMetadata {
        try await service.createKey(CreateKeyRequest(keySpec: spec, keyUsage: usage ?? spec.allowedUsages[0], origin: origin))
    }

    func encrypt(_ plaintext: [UInt8], _ keyID: String, _ context: EncryptionContext = .empty) async throws -> [UInt8] {
        try await service.encrypt(EncryptRequest(keyID: keyID, plaintext: secret(plaintext), encryptionContext: context)).ciphertextBlob
    }

    func decrypt(_ blob: [UInt8], _ context: EncryptionContext = .empty, keyID: String? = nil) async throws -> [UInt8] {
        let response = try await service.decrypt(DecryptRequest(ciphertextBlob: blob, encryptionContext: context, keyID: keyID))
        return revealed(response.plaintext)
    }

    func state(_ keyID: String) async throws -> KeyState { try await service.describeKey(keyID: keyID).keyState }
}
