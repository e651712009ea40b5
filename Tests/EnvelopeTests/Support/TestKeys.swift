import Envelope
import KeyStore
import KeyTestSupport

/// A key service with a few keys, for one test.
struct TestKeys {
    /// Of the keys, in the order of their making.
    let arns: [String]
    private let store: TestKeyStore<InMemoryKeyRecords>

    init(count: Int) async throws {
        store = try TestKeyStore()
        var arns: [String] = []
        for _ in 0..<count { arns.append(try await store.makeKey().arn) }
        self.arns = arns
    }

    var service: LocalKeyService { store.service }

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
}
