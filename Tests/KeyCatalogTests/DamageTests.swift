import Foundation
import KeyCatalog
import KeyStore
import Testing

/// Files and rows that are not what Coffer wrote.
@Suite("Damage")
struct DamageTests {
    let folder: CatalogFolder
    let keyID = Sample.keyID(1)

    init() throws { folder = try CatalogFolder() }

    @Test("a file that is no database is refused and not changed", arguments: [1, 15, 16, 99, 100, 512, 4096, 20_000])
    func garbage(_ length: Int) throws {
        let data = Data((0..<length).map { UInt8(truncatingIfNeeded: $0 &* 167 &+ 13) })
        try data.write(to: URL(fileURLWithPath: folder.path))
        for access in CatalogSchemaTests.every {
            #expect(failure { _ = try folder.catalog(access) } == KeyStoreError(.damagedRecord), "\(access)")
        }
        #expect(try folder.contents() == ["keys.db": data])
    }

    @Test("a truncated file is refused when it is opened or read", arguments: [100, 1000, 4096, 8192, 20_000, 60_000])
    func truncated(_ length: Int) throws {
        let body = [UInt8](repeating: 1, count: StoredRecord.maximumBodyByteCount)
        try folder.makeClosedCatalog(Sample.key(keyID), Sample.record(.key(Sample.keyID(2)), body: body))
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: folder.path))
        #expect(try file.seekToEnd() > 60_000)
        try file.truncate(atOffset: UInt64(length))
        try file.close()
        let error = failure { _ = try folder.catalog(.existing).allRecords() }
        #expect(error == KeyStoreError(.damagedRecord), "\(String(describing: error))")
    }

    @Test(
        "an edited row is refused and named",
        arguments: [
            ("UPDATE seal SET body = zeroblob(65537)", "body has 65537 bytes"),
            ("UPDATE seal SET mac = zeroblob(31)", "MAC has 31 bytes"),
            ("UPDATE seal SET mac = zeroblob(33)", "MAC has 33 bytes"),
            ("UPDATE seal SET mac = x''", "MAC has 0 bytes"),
        ])
    func editedRow(_ sql: String, _ reason: String) throws {
        let seal = Sample.seal(0xAB)
        try folder.makeClosedCatalog(seal)
        try folder.edit("PRAGMA ignore_check_constraints = ON; \(sql)")
        let catalog = try folder.catalog(.existing)
        let error = try #require(failure { _ = try catalog.record(seal.id) })
        #expect(error == KeyStoreError(.damagedRecord))
        #expect(error.message.contains(seal.id.description))
        #expect(error.message.contains(reason), "\(error)")
        #expect(failure { _ = try catalog.allRecords() } == KeyStoreError(.damagedRecord))
    }

    @Test("a value far beyond what a record can have is refused before it is loaded")
    func hugeValue() throws {
        try folder.makeClosedCatalog(Sample.seal(1))
        try folder.edit("PRAGMA ignore_check_constraints = ON; UPDATE seal SET body = zeroblob(2000000)")
        #expect(failure { _ = try folder.catalog(.existing).record(Sample.seal(1).id) } == KeyStoreError(.damagedRecord))
    }

    @Test(
        "an id that no record has is refused",
        arguments: [
            "UPDATE seal SET id = x'0102'", "UPDATE kms_key SET id = printf('%.*c', 65, 'x')",
            "UPDATE alias SET name = printf('%.*c', 257, 'x')", "UPDATE key_version SET version = 4294967296",
        ])
    func editedID(_ sql: String) throws {
        try folder.makeClosedCatalog(Sample.seal(1), Sample.key(keyID), Sample.version(1, of: keyID), Sample.alias("alias/a", of: keyID))
        try folder.edit("PRAGMA ignore_check_constraints = ON; \(sql)")
        let error = try #require(failure { _ = try folder.catalog(.existing).allRecords() })
        #expect(error == KeyStoreError(.damagedRecord))
        #expect(error.message.contains("without a usable id"))
    }

    @Test("a table that is missing is damage")
    func missingTable() throws {
        try folder.makeClosedCatalog(Sample.seal(1))
        try folder.edit("DROP TABLE seal")
        #expect(failure { _ = try folder.catalog(.existing).allRecords() } == KeyStoreError(.damagedRecord))
    }
}
