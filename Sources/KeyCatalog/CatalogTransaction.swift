internal import Foundation
internal import GRDB
internal import GRDBSQLite
internal import KeyStore

/// Reads and writes within one transaction of the only writer. Lives no longer than the closure that it is given to.
final class CatalogTransaction: KeyRecordTransaction {
    private let db: Database
    private let path: String
    private let reader: CatalogReader
    /// The first failure of the storage itself. From then on nothing is written and nothing can be committed, even if the closure
    /// swallowed the error: a part of its changes would be a state that nobody meant.
    private var failure: KeyRecordStoreError?

    init(db: Database, path: String) {
        self.db = db
        self.path = path
        reader = CatalogReader(db: db, path: path)
    }

    func put(_ record: StoredRecord) throws(KeyRecordStoreError) {
        let row = try CatalogRow(record.id)
        try verify(record)
        var values = row.identity + [Data(record.body), Data(record.mac)]
        if case .alias = record.id {
            guard let keyID = record.referencedKeyID else {
                throw KeyRecordStoreError(.constraint, "the record of \(record.id) names no key")
            }
            values.append(try CatalogRow.text(keyID))
        }
        try execute(row.table.upsert, values, record.id)
    }

    func remove(_ id: RecordID) throws(KeyRecordStoreError) {
        let row = try CatalogRow(id)
        try execute(row.table.delete, row.identity, id)
        guard db.changesCount == 1 else {
            throw KeyRecordStoreError(.constraint, "there is no record of \(id) to remove")
        }
    }

    /// To be called when the closure is done. Foreign keys are looked at before COMMIT would, which only says that some row is wrong.
    func verifyBeforeCommit() throws(KeyRecordStoreError) {
        if let failure { throw failure }
        guard hasDanglingReference else { return }
        do {
            let violations = try db.foreignKeyViolations()
            let tables = try violations.next().map { $0.originTable } ?? "a table"
            throw KeyRecordStoreError(.constraint, "a row of \(tables) would point to a key that does not exist; nothing was changed")
        } catch {
            throw KeyRecordStoreError(error, doing: "check the references in", path: path)
        }
    }

    private var hasDanglingReference: Bool {
        var count: Int32 = 0
        var unused: Int32 = 0
        sqlite3_db_status(db.sqliteConnection, SQLITE_DBSTATUS_DEFERRED_FKS, &count, &unused, 0)
        return count != 0
    }

    private func verify(_ record: StoredRecord) throws(KeyRecordStoreError) {
        guard record.body.count <= StoredRecord.maximumBodyByteCount, record.mac.count == CatalogLimits.macByteCount else {
            throw KeyRecordStoreError(
                .constraint,
                "the record of \(record.id) has a body of \(record.body.count) bytes and a MAC of \(record.mac.count); "
                    + "at most \(StoredRecord.maximumBodyByteCount) and exactly \(CatalogLimits.macByteCount) can be stored")
        }
    }

    private func execute(
        _ sql: String, _ arguments: [any DatabaseValueConvertible], _ id: RecordID
    ) throws(KeyRecordStoreError) {
        if let failure { throw failure }
        do {
            try db.cachedStatement(sql: sql).execute(arguments: StatementArguments(arguments))
        } catch {
            let error = KeyRecordStoreError(error, doing: "change the record of \(id) in", path: path)
            // A broken rule undoes its own statement and no more, so the closure may go on from there.
            if error.code != .constraint { failure = error }
            throw error
        }
    }
}

extension CatalogTransaction {
    func record(_ id: RecordID) throws(KeyRecordStoreError) -> StoredRecord? { try reader.record(id) }
    func seals() throws(KeyRecordStoreError) -> [StoredRecord] { try reader.seals() }
    func keyVersions(of keyID: String) throws(KeyRecordStoreError) -> [StoredRecord] { try reader.keyVersions(of: keyID) }

    func keys(after keyID: String?, limit: Int) throws(KeyRecordStoreError) -> [StoredRecord] {
        try reader.keys(after: keyID, limit: limit)
    }

    func aliases(after name: String?, of keyID: String?, limit: Int) throws(KeyRecordStoreError) -> [StoredRecord] {
        try reader.aliases(after: name, of: keyID, limit: limit)
    }

    func forEachRecord(_ body: (StoredRecord) throws(KeyRecordStoreError) -> Void) throws(KeyRecordStoreError) {
        try reader.forEachRecord(body)
    }
}
