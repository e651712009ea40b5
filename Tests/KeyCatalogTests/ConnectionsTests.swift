import GRDB
import KeyStore
import Testing

@testable import KeyCatalog

@Suite("Connections")
struct ConnectionsTests {
    let folder: CatalogFolder
    let connections: Connections

    init() throws {
        folder = try CatalogFolder()
        try folder.makeClosedCatalog(Sample.seal(1))
        connections = Connections(path: folder.path, busyTimeoutSeconds: 1.5)
    }

    static let everywhere: [(String, Int)] = [
        ("foreign_keys", 1), ("secure_delete", 1), ("trusted_schema", 0), ("cell_size_check", 1), ("temp_store", 2),
        ("busy_timeout", 1500), ("application_id", 0x4346_4652),
    ]

    @Test("the writer has every setting that durability and shredding rest on", arguments: everywhere + [("synchronous", 2)])
    func writer(_ pragma: String, _ value: Int) throws {
        let writer = try connections.openWriter(mayClaim: false)
        #expect(try writer.unsafeRead { db in try Int.fetchOne(db, sql: "PRAGMA \(pragma)") } == value)
        #expect(try writer.unsafeRead { db in try String.fetchOne(db, sql: "PRAGMA journal_mode") } == "wal")
    }

    @Test("readers are set up likewise and cannot write", arguments: everywhere)
    func readers(_ pragma: String, _ value: Int) throws {
        let readers = try connections.openReaders()
        #expect(try readers.unsafeRead { db in try Int.fetchOne(db, sql: "PRAGMA \(pragma)") } == value)
        #expect(throws: DatabaseError.self) {
            try readers.unsafeRead { db in try db.execute(sql: "DELETE FROM seal") }
        }
    }
}
