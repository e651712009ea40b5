import AuditTrail
import KeyStore
import Synchronization
import SystemPackage

/// A real key service in memory, for one test.
struct TrustKeyService {
    let service: LocalKeyService
    /// Holds the audit trail.
    private let folder: TrustFolder

    init() throws {
        folder = try TrustFolder()
        let environment = KeyStoreEnvironment(
            records: TrustKeyRecords(), trail: try AuditTrail(path: folder.file("audit.log").string), clock: StandingClock(),
            caller: CallerIdentity(userName: "test", userAgent: "test/1"))
        service = try LocalKeyService.initialize(
            environment, identity: try StoreIdentity(), seal: .keyFile(path: "/nowhere", identity: try AgeIdentity.generate()),
            label: "test")
    }

    /// - Returns: the ARN of a new key.
    func makeKey(_ spec: KeySpec = .eccNISTEdwards25519, _ usage: KeyUsage = .signVerify) async throws -> String {
        try await service.createKey(CreateKeyRequest(keySpec: spec, keyUsage: usage)).arn
    }

    /// Time does not pass.
    private struct StandingClock: KeyStoreClock {
        func read() throws(KeyStoreError) -> ClockReading {
            ClockReading(wall: Timestamp(seconds: 1_800_000_000), bootID: [UInt8](repeating: 1, count: 16), sinceBoot: 1_000_000_000)
        }
    }
}

/// Key records that live as long as the test.
private final class TrustKeyRecords: KeyRecordStore {
    private struct Content {
        var records: [RecordID: StoredRecord] = [:]
        var revision: UInt64 = 0
    }

    private let content = Mutex(Content())

    func changeToken() throws(KeyStoreError) -> UInt64 { content.withLock { $0.revision } }

    func read<R>(_ body: (any KeyRecordReader) throws(KeyStoreError) -> R) throws(KeyStoreError) -> R {
        try body(Snapshot(content.withLock { $0.records }))
    }

    func write<R>(_ body: (any KeyRecordTransaction) throws(KeyStoreError) -> R) throws(KeyStoreError) -> R {
        // Tests write from one task at a time, so a snapshot that replaces the whole is a transaction.
        let snapshot = Snapshot(content.withLock { $0.records })
        let result = try body(snapshot)
        content.withLock {
            $0.records = snapshot.records
            $0.revision += 1
        }
        return result
    }

    func purgeRemnants() throws(KeyStoreError) {}

    private final class Snapshot: KeyRecordTransaction {
        var records: [RecordID: StoredRecord]

        init(_ records: [RecordID: StoredRecord]) { self.records = records }

        func record(_ id: RecordID) throws(KeyRecordStoreError) -> StoredRecord? { records[id] }

        func seals() throws(KeyRecordStoreError) -> [StoredRecord] {
            records.values.filter { if case .seal = $0.id { true } else { false } }
        }

        func keys(after keyID: String?, limit: Int) throws(KeyRecordStoreError) -> [StoredRecord] {
            first(limit, after: keyID) { if case .key(let id) = $0.id { id } else { nil } }
        }

        func keyVersions(of keyID: String) throws(KeyRecordStoreError) -> [StoredRecord] {
            let versions = records.values.compactMap { record -> (UInt32, StoredRecord)? in
                guard case .keyVersion(keyID, let version) = record.id else { return nil }
                return (version, record)
            }
            return versions.sorted { $0.0 < $1.0 }.map(\.1)
        }

        func aliases(after name: String?, of keyID: String?, limit: Int) throws(KeyRecordStoreError) -> [StoredRecord] {
            first(limit, after: name) {
                guard case .alias(let alias) = $0.id, keyID == nil || $0.referencedKeyID == keyID else { return nil }
                return alias
            }
        }

        func forEachRecord(_ body: (StoredRecord) throws(KeyRecordStoreError) -> Void) throws(KeyRecordStoreError) {
            for record in records.values where record.id != .catalog { try body(record) }
        }

        func put(_ record: StoredRecord) throws(KeyRecordStoreError) { records[record.id] = record }

        func remove(_ id: RecordID) throws(KeyRecordStoreError) {
            guard records.removeValue(forKey: id) != nil else { throw KeyRecordStoreError(.constraint, "there is no \(id)") }
        }

        private func first(_ limit: Int, after name: String?, _ key: (StoredRecord) -> String?) -> [StoredRecord] {
            let named = records.values.compactMap { record in key(record).map { ($0, record) } }
            return named.filter { name == nil || $0.0 > (name ?? "") }.sorted { $0.0 < $1.0 }.prefix(limit).map(\.1)
        }
    }
}
