import Foundation
import GRDB
import KeyCatalog
import KeyStore
import SystemPackage
import TestSupport

/// Where a test has its catalog.
struct CatalogFolder: Sendable {
    private let folder: TemporaryFolder

    init(in parent: FilePath? = nil) throws { folder = try TemporaryFolder(in: parent) }

    init(on volume: TemporaryVolume) { folder = volume.folder }

    var url: URL { folder.url }

    /// Where the tests put the database.
    var path: String { folder.file("keys.db").string }

    /// The folder's files by name.
    func contents() throws -> [String: Data] {
        let files = try FileManager.default.contentsOfDirectory(at: url, includingPropertiesForKeys: nil)
        return try Dictionary(uniqueKeysWithValues: files.map { ($0.lastPathComponent, try Data(contentsOf: $0)) })
    }

    func catalog(_ access: KeyCatalog.Access = .createIfMissing) throws -> KeyCatalog { try KeyCatalog(path: path, access: access) }

    /// Makes a catalog with the given records and closes it, so that all of it is in one file.
    func makeClosedCatalog(_ records: StoredRecord...) throws {
        let catalog = try catalog()
        try catalog.change { transaction throws(KeyRecordStoreError) in
            for record in records { try transaction.put(record) }
        }
    }

    /// Changes the database behind Coffer's back, as somebody with an editor could.
    func edit(_ sql: String) throws {
        var configuration = Configuration()
        configuration.foreignKeysEnabled = false
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        try queue.writeWithoutTransaction { db in try db.execute(sql: sql) }
        try queue.close()
    }
}
