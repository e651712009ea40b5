internal import Foundation
internal import GRDB
internal import KeyStore

/// Where a record lives: its table and the values of the primary key.
struct CatalogRow {
    let table: CatalogTable
    let identity: [any DatabaseValueConvertible]

    /// - Throws: `constraint` for an id that no row can have.
    init(_ id: RecordID) throws(KeyRecordStoreError) {
        switch id {
        case .catalog:
            (table, identity) = (.state, [1])
        case .seal(let bytes):
            (table, identity) = (.seal, [Data(bytes)])
        case .key(let keyID):
            (table, identity) = (.key, [try CatalogRow.text(keyID)])
        case .keyVersion(let keyID, let version):
            (table, identity) = (.keyVersion, [try CatalogRow.text(keyID), Int64(version)])
        case .alias(let name):
            (table, identity) = (.alias, [try CatalogRow.text(name)])
        }
    }

    /// Values that sort before the identity of every row.
    static func start(of table: CatalogTable) -> [any DatabaseValueConvertible] {
        switch table.name {
        case CatalogTable.seal.name: [Data()]
        case CatalogTable.keyVersion.name: ["", -1]
        default: [""]
        }
    }

    /// Text as SQLite stores it. A NUL would end it, and one name would silently become another.
    static func text(_ text: String) throws(KeyRecordStoreError) -> String {
        guard !text.utf8.contains(0) else {
            throw KeyRecordStoreError(.constraint, "a key id or alias name cannot contain a NUL character")
        }
        return text
    }
}
