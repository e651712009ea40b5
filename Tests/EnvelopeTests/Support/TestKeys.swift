import AuditTrail
import Envelope
import KeyStore
import SystemPackage

/// A key service with a few keys, for one test.
struct TestKeys {
    let service: LocalKeyService
    /// Of the keys, in the order of their making.
    let arns: [String]
    /// Holds the audit trail.
    private let folder: TemporaryFolder

    init(count: Int) async throws {
        folder = try TemporaryFolder()
        let environment = KeyStoreEnvironment(
            records: InMemoryKeyRecords(), trail: try AuditTrail(path: folder.file("audit.log").string), clock: StandingClock(),
            caller: CallerIdentity(userName: "test", userAgent: "test/1"))
        service = try LocalKeyService.initialize(
            environment, identity: try StoreIdentity(), seal: .keyFile(path: "/nowhere", identity: try AgeIdentity.generate()),
            label: "test")
        var arns: [String] = []
        for _ in 0..<count { arns.append(try await service.createKey(CreateKeyRequest()).arn) }
        self.arns = arns
    }

    func recipient(_ index: Int, _ encryptionContext: EncryptionContext = .empty) -> KMSKeyRecipient {
        KMSKeyRecipient(keyID: arns[index], encryptionContext: encryptionContext, service: service)
    }

    func identity(_ expected: KMSKeyIdentity.ExpectedContext = .asRecorded) -> KMSKeyIdentity {
        KMSKeyIdentity(service: service, encryptionContext: expected)
    }

    /// The service, with all keys but one disabled.
    func usingOnly(_ index: Int) async throws -> any KeyService {
        for (other, arn) in arns.enumerated() {
            if other == index {
                try await service.enableKey(keyID: arn)
            } else {
                try await service.disableKey(keyID: arn)
            }
        }
        return service
    }

    /// Time does not pass.
    private struct StandingClock: KeyStoreClock {
        func read() throws(KeyStoreError) -> ClockReading {
            ClockReading(wall: Timestamp(seconds: 1_800_000_000), bootID: [UInt8](repeating: 1, count: 16), sinceBoot: 1_000_000_000)
        }
    }
}
