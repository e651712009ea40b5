internal import Foundation
internal import GRDB
internal import KeyStore

/// One table of the catalog: its statements, and how its rows become records.
///
/// Each statement selects or takes the identifying columns first, in the order of the primary key, then `body` and `mac`, then
/// the reference if there is one. The text of each is made once; it is also its key in GRDB's statement cache.
struct CatalogTable: Sendable {
    let name: String
    /// The columns of the primary key.
    private let identity: [String]
    /// The column that is kept for a foreign key alone; what it points to is also in the authenticated body.
    private let reference: String?
    /// Names the record of a row; nil when the row's identity is none that a record can have.
    private let recordID: @Sendable (Row) -> RecordID?

    /// By the whole primary key.
    let select: String
    /// The next rows in the order of the primary key: the key of the last one seen, then how many.
    let page: String
    /// The rows of one key: its id, the last of the rest of the primary key that was seen, how many. Only tables with a `key_id`.
    let pageOfKey: String
    /// An update in place where the row exists, so that no reference to it is ever without its target.
    let upsert: String
    let delete: String

    private init(
        name: String, identity: [String], reference: String? = nil, recordID: @escaping @Sendable (Row) -> RecordID?
    ) {
        self.name = name
        self.identity = identity
        self.reference = reference
        self.recordID = recordID

        let columns = identity + ["body", "mac"] + (reference.map { [$0] } ?? [])
        let key = identity.joined(separator: ", ")
        let keyPlaceholders = identity.map { _ in "?" }.joined(separator: ", ")
        let all = columns.joined(separator: ", ")
        let placeholders = columns.map { _ in "?" }.joined(separator: ", ")
        let changes = columns.dropFirst(identity.count).map { "\($0) = excluded.\($0)" }.joined(separator: ", ")
        let rest = identity.last ?? ""

        select = "SELECT \(all) FROM \(name) WHERE (\(key)) = (\(keyPlaceholders))"
        page = "SELECT \(all) FROM \(name) WHERE (\(key)) > (\(keyPlaceholders)) ORDER BY \(key) LIMIT ?"
        pageOfKey = "SELECT \(all) FROM \(name) WHERE key_id = ? AND \(rest) > ? ORDER BY \(rest) LIMIT ?"
        upsert = "INSERT INTO \(name) (\(all)) VALUES (\(placeholders)) ON CONFLICT (\(key)) DO UPDATE SET \(changes)"
        delete = "DELETE FROM \(name) WHERE (\(key)) = (\(keyPlaceholders))"
    }

    static let state = CatalogTable(name: "catalog_state", identity: ["id"]) { row in row[0] == 1 ? .catalog : nil }

    static let seal = CatalogTable(name: "seal", identity: ["id"]) { row in
        guard let id = row[0] as Data?, id.count == CatalogLimits.sealIDByteCount else { return nil }
        return .seal([UInt8](id))
    }

    static let key = CatalogTable(name: "kms_key", identity: ["id"]) { row in
        guard let id = row[0] as String?, id.utf8.count <= CatalogLimits.keyIDByteCount else { return nil }
        return .key(id)
    }

    static let keyVersion = CatalogTable(name: "key_version", identity: ["key_id", "version"]) { row in
        guard let id = row[0] as String?, id.utf8.count <= CatalogLimits.keyIDByteCount, let number = row[1] as Int64?,
            let version = UInt32(exactly: number)
        else { return nil }
        return .keyVersion(keyID: id, version: version)
    }

    static let alias = CatalogTable(name: "alias", identity: ["name"], reference: "key_id") { row in
        guard let name = row[0] as String?, name.utf8.count <= CatalogLimits.aliasNameByteCount else { return nil }
        return .alias(name)
    }

    // MARK: Rows

    /// The record in a row of one of the table's SELECT statements. Nothing is copied out of SQLite before its length is known.
    func record(_ row: Row, path: String) throws -> StoredRecord {
        guard let id = recordID(row) else {
            throw KeyRecordStoreError(.damaged, "the key catalog \(path) has a row of \(name) without a usable id. Restore a backup")
        }
        let body = try bytes(row, identity.count, "body", of: id, atMost: StoredRecord.maximumBodyByteCount, path)
        let mac = try bytes(row, identity.count + 1, "MAC", of: id, atMost: CatalogLimits.macByteCount, path)
        guard mac.count == CatalogLimits.macByteCount else {
            throw CatalogTable.damaged(id, "its MAC has \(mac.count) bytes, not \(CatalogLimits.macByteCount)", path)
        }
        return StoredRecord(id: id, body: body, mac: mac, referencedKeyID: reference == nil ? nil : row[identity.count + 2])
    }

    private func bytes(_ row: Row, _ column: Int, _ name: String, of id: RecordID, atMost limit: Int, _ path: String) throws -> [UInt8] {
        try row.withUnsafeData(atIndex: column) { data in
            guard let data else { throw CatalogTable.damaged(id, "it has no \(name)", path) }
            guard data.count <= limit else {
                throw CatalogTable.damaged(id, "its \(name) has \(data.count) bytes, more than \(limit)", path)
            }
            return [UInt8](data)
        }
    }

    private static func damaged(_ id: RecordID, _ reason: String, _ path: String) -> KeyRecordStoreError {
        KeyRecordStoreError(.damaged, "the record of \(id) in the key catalog \(path) is damaged: \(reason). Restore a backup")
    }
}
