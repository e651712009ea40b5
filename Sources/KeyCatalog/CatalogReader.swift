internal import Foundation
internal import GRDB
internal import KeyStore

/// Reads within one snapshot. Lives no longer than the closure that it is given to.
struct CatalogReader: KeyRecordReader {
    let db: Database
    let path: String

    func record(_ id: RecordID) throws(KeyRecordStoreError) -> StoredRecord? {
        let row = try CatalogRow(id)
        return try records(row.table, row.table.select, row.identity).first
    }

    func seals() throws(KeyRecordStoreError) -> [StoredRecord] {
        try records(.seal, CatalogTable.seal.page, [Data(), Int.max])
    }

    func keys(after keyID: String?, limit: Int) throws(KeyRecordStoreError) -> [StoredRecord] {
        // "" is before every id, as none is empty.
        try records(.key, CatalogTable.key.page, [try CatalogRow.text(keyID ?? ""), bounded(limit)])
    }

    func keyVersions(of keyID: String) throws(KeyRecordStoreError) -> [StoredRecord] {
        try records(.keyVersion, CatalogTable.keyVersion.pageOfKey, [try CatalogRow.text(keyID), -1, Int.max])
    }

    func aliases(after name: String?, of keyID: String?, limit: Int) throws(KeyRecordStoreError) -> [StoredRecord] {
        let after = try CatalogRow.text(name ?? "")
        guard let keyID else { return try records(.alias, CatalogTable.alias.page, [after, bounded(limit)]) }
        return try records(.alias, CatalogTable.alias.pageOfKey, [try CatalogRow.text(keyID), after, bounded(limit)])
    }

    /// Goes through the tables a page at a time, so that no statement is open while `body` runs and `body` may read and write at will:
    /// a record that is there from beginning to end comes exactly once.
    func forEachRecord(_ body: (StoredRecord) throws(KeyRecordStoreError) -> Void) throws(KeyRecordStoreError) {
        for table in [CatalogTable.seal, .key, .keyVersion, .alias] {
            var last = CatalogRow.start(of: table)
            while true {
                let page = try records(table, table.page, last + [CatalogLimits.pageRecordCount])
                for record in page { try body(record) }
                guard page.count == CatalogLimits.pageRecordCount, let end = page.last else { break }
                last = try CatalogRow(end.id).identity
            }
        }
    }

    /// To SQLite a negative limit is none at all.
    private func bounded(_ limit: Int) -> Int { max(0, limit) }

    private func records(
        _ table: CatalogTable, _ sql: String, _ arguments: [any DatabaseValueConvertible]
    ) throws(KeyRecordStoreError) -> [StoredRecord] {
        do {
            var records: [StoredRecord] = []
            // A cursor's row is still in SQLite's memory, so a length can be looked at before anything is copied.
            let rows = try Row.fetchCursor(db.cachedStatement(sql: sql), arguments: StatementArguments(arguments))
            while let row = try rows.next() {
                records.append(try table.record(row, path: path))
            }
            return records
        } catch {
            throw KeyRecordStoreError(error, doing: "read \(table.name) in", path: path)
        }
    }
}
