import Dispatch
import Foundation
import KeyCatalog
import KeyStore
import TestSupport
import Testing

@Suite("CatalogSchema")
struct CatalogSchemaTests {
    static let writing: [KeyCatalog.Access] = [.createIfMissing, .existing]
    static let every = writing + [.readOnly]

    let folder: CatalogFolder

    init() throws { folder = try CatalogFolder() }

    @Test("a catalog that a newer version has migrated is refused", arguments: every)
    func newer(_ access: KeyCatalog.Access) throws {
        try folder.makeClosedCatalog(Sample.seal(1))
        try folder.edit("INSERT INTO grdb_migrations VALUES ('2 something of the future')")
        let error = try #require(failure { _ = try folder.catalog(access) })
        #expect(error == KeyStoreError(.newerFormat))
        #expect(error.message.contains("newer version"))
    }

    @Test(
        "a database of another program is refused and not changed", arguments: every,
        ["CREATE TABLE bookmark (url TEXT)", "PRAGMA user_version = 5", "PRAGMA application_id = 252006674; CREATE TABLE t (a)"])
    func foreign(_ access: KeyCatalog.Access, _ sql: String) throws {
        try folder.edit(sql)
        let before = try folder.contents()
        #expect(failure { _ = try folder.catalog(access) } == KeyStoreError(.storeNotFound))
        #expect(try folder.contents() == before)
    }

    @Test("an empty file becomes a catalog only where one may be created", arguments: every)
    func empty(_ access: KeyCatalog.Access) throws {
        try Data().write(to: URL(fileURLWithPath: folder.path))
        if access == .createIfMissing {
            #expect(try folder.catalog(access).allRecords() == [])
        } else {
            #expect(failure { _ = try folder.catalog(access) } == KeyStoreError(.storeNotFound))
            #expect(try folder.contents() == ["keys.db": Data()])
        }
    }

    @Test("a creation that was interrupted before the tables were made is finished", arguments: writing)
    func interruptedCreation(_ access: KeyCatalog.Access) throws {
        try folder.edit("PRAGMA application_id = 0x43464652")
        #expect(failure { _ = try folder.catalog(.readOnly) } == KeyStoreError(.unavailable))
        let catalog = try folder.catalog(access)
        try catalog.put(Sample.seal(1))
        #expect(try catalog.allRecords() == [Sample.seal(1)])
    }

    @Test(
        "a trigger or view that somebody added is refused", arguments: every,
        [
            "CREATE TRIGGER t AFTER DELETE ON seal BEGIN INSERT INTO seal VALUES (old.id, old.body, old.mac); END",
            "CREATE VIEW v AS SELECT * FROM seal",
        ])
    func intruder(_ access: KeyCatalog.Access, _ sql: String) throws {
        try folder.makeClosedCatalog(Sample.seal(1))
        try folder.edit(sql)
        #expect(failure { _ = try folder.catalog(access) } == KeyStoreError(.damagedRecord))
    }

    @Test("several that create the catalog at once all get the same one")
    func simultaneousCreation() throws {
        for _ in 0..<10 {
            let folder = try CatalogFolder(in: TemporaryFolder.memory)
            DispatchQueue.concurrentPerform(iterations: 6) { number in
                do { try folder.catalog().put(Sample.seal(UInt8(number))) } catch { Issue.record("\(number): \(error)") }
            }
            #expect(try folder.catalog(.existing).allRecords().count == 6)
        }
    }

    @Test("the sqlite3 tool shows what the documentation says it shows", .enabled(if: Command.isInstalled("sqlite3")))
    func inspector() throws {
        let id = Sample.keyID(1)
        try folder.makeClosedCatalog(Sample.key(id), Sample.version(1, of: id), Sample.alias("alias/a", of: id))
        let shown = try Command.succeed(
            "sqlite3",
            [
                "-readonly", folder.path,
                """
                PRAGMA integrity_check;
                PRAGMA foreign_key_check;
                SELECT printf('%x', application_id) FROM pragma_application_id;
                SELECT identifier FROM grdb_migrations;
                SELECT name, key_id FROM alias;
                SELECT key_id, version, length(body), length(mac) FROM key_version;
                """,
            ]
        ).text
        let body = Sample.version(1, of: id).body.count
        #expect(shown == "ok\n43464652\n1 key records\nalias/a|\(id)\n\(id)|1|\(body)|32\n")
    }
}
