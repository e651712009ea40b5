import KeyStore
import Synchronization

/// Key records that live as long as the test.
final class InMemoryKeyRecords: KeyRecordStore {
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

        init(_ records: [RecordID: StoredRecord]) {
            self.records = records
        }

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
