public import KeyStore
import Synchronization

/// A storage engine that lives as long as the test. It can be edited behind KeyStore's back, and it can fail to commit.
public final class InMemoryKeyRecords: KeyRecordStore {
    public typealias Records = [RecordID: StoredRecord]

    private struct State {
        var records: Records = [:]
        var token: UInt64 = 0
        var failsToCommit = false
        var purgeCount = 0
    }

    private let state = Mutex(State())

    public init() {}

    /// All rows, the catalog's too. Setting them is what somebody with an editor could do.
    public var rows: Records {
        get { state.withLock { $0.records } }
        set {
            state.withLock {
                $0.records = newValue
                $0.token += 1
            }
        }
    }

    public var failsToCommit: Bool {
        get { state.withLock { $0.failsToCommit } }
        set { state.withLock { $0.failsToCommit = newValue } }
    }

    /// How often the files were asked to forget removed bytes.
    public var purgeCount: Int { state.withLock { $0.purgeCount } }

    public func changeToken() throws(KeyStoreError) -> UInt64 { state.withLock { $0.token } }

    public func read<R>(_ body: (any KeyRecordReader) throws(KeyStoreError) -> R) throws(KeyStoreError) -> R {
        try body(WorkingCopy(rows))
    }

    /// The body works on a copy, which takes the place of the whole only when everything went well.
    public func write<R>(_ body: (any KeyRecordTransaction) throws(KeyStoreError) -> R) throws(KeyStoreError) -> R {
        let start = state.withLock { $0 }
        let copy = WorkingCopy(start.records)
        let result = try body(copy)
        try state.withLock { state throws(KeyStoreError) in
            guard !state.failsToCommit else { throw KeyStoreError(.unavailable, "the disk is full") }
            guard state.token == start.token else { throw KeyStoreError(.unavailable, "two writers at once") }
            state.records = copy.records
            state.token += 1
        }
        return result
    }

    public func purgeRemnants() throws(KeyStoreError) { state.withLock { $0.purgeCount += 1 } }

    private final class WorkingCopy: KeyRecordTransaction {
        private(set) var records: Records

        init(_ records: Records) { self.records = records }

        func record(_ id: RecordID) throws(KeyRecordStoreError) -> StoredRecord? { records[id] }

        func seals() throws(KeyRecordStoreError) -> [StoredRecord] {
            records.filter { if case .seal = $0.key { true } else { false } }.map(\.value)
        }

        func keys(after keyID: String?, limit: Int) throws(KeyRecordStoreError) -> [StoredRecord] {
            page(after: keyID, limit) { id, _ in if case .key(let keyID) = id { keyID } else { nil } }
        }

        func keyVersions(of keyID: String) throws(KeyRecordStoreError) -> [StoredRecord] {
            let versions = records.compactMap { id, record -> (UInt32, StoredRecord)? in
                guard case .keyVersion(keyID, let version) = id else { return nil }
                return (version, record)
            }
            return versions.sorted { $0.0 < $1.0 }.map(\.1)
        }

        func aliases(after name: String?, of keyID: String?, limit: Int) throws(KeyRecordStoreError) -> [StoredRecord] {
            page(after: name, limit) { id, record in
                guard case .alias(let alias) = id, keyID == nil || record.referencedKeyID == keyID else { return nil }
                return alias
            }
        }

        func forEachRecord(_ body: (StoredRecord) throws(KeyRecordStoreError) -> Void) throws(KeyRecordStoreError) {
            for (id, record) in records where id != .catalog { try body(record) }
        }

        func put(_ record: StoredRecord) throws(KeyRecordStoreError) { records[record.id] = record }

        func remove(_ id: RecordID) throws(KeyRecordStoreError) {
            guard records.removeValue(forKey: id) != nil else { throw KeyRecordStoreError(.constraint, "there is no \(id)") }
        }

        private func page(after start: String?, _ limit: Int, _ name: (RecordID, StoredRecord) -> String?) -> [StoredRecord] {
            let named = records.compactMap { id, record in name(id, record).map { ($0, record) } }
            return named.filter { named in start.map { $0.utf8.lexicographicallyPrecedes(named.0.utf8) } ?? true }
                .sorted { $0.0.utf8.lexicographicallyPrecedes($1.0.utf8) }.prefix(limit).map(\.1)
        }
    }
}
