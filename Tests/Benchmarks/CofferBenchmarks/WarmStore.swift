import AuditTrail
import KeyCatalog
import KeyStore
import OpenSSL

/// A real store in a folder: SQLite catalog, audit trail, system clock, one symmetric key that has been used.
struct WarmStore {
    let service: LocalKeyService
    let trail: AuditTrail
    let keyID: String

    /// - Parameter folder: must exist and be empty.
    init(in folder: String) async throws {
        trail = try AuditTrail(path: folder + "/audit.log")
        let environment = KeyStoreEnvironment(
            records: try KeyCatalog(path: folder + "/keys.sqlite", access: .createIfMissing),
            trail: trail, clock: SystemClock(),
            caller: CallerIdentity(userName: "benchmark", userAgent: "coffer-benchmarks"))
        // The identity is thrown away: this store is never opened again.
        let seal = NewSeal.keyFile(path: folder + "/unlock.key", identity: try AgeIdentity.generate())
        service = try LocalKeyService.initialize(environment, identity: StoreIdentity(), seal: seal, label: "benchmark")
        keyID = try await service.createKey(CreateKeyRequest()).keyID
        try await generateDataKeys(count: 100, tasks: 1)
    }

    /// GenerateDataKey of AES_256 with an encryption context of one pair, `count` times, from `tasks` tasks at once.
    func generateDataKeys(count: Int, tasks: Int) async throws {
        let request = GenerateDataKeyRequest(keyID: keyID, encryptionContext: ["tenant": "a8c1"], keySpec: .aes256)
        try await inParallel(count: count, tasks: tasks) { _ = try await service.generateDataKey(request) }
    }
}

/// Runs `work` `count` times, divided among `tasks` tasks, each of which does one after the other.
func inParallel(count: Int, tasks: Int, _ work: @escaping @Sendable () async throws -> Void) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<tasks {
            group.addTask { for _ in 0..<count / tasks { try await work() } }
        }
        try await group.waitForAll()
    }
}
