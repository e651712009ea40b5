import KeyCatalog
import KeyStore
import Testing

@Suite("CatalogTransaction")
struct CatalogTransactionTests {
    let folder: CatalogFolder
    let keyID = Sample.keyID(1)

    init() throws { folder = try CatalogFolder() }

    @Test(
        "a version or alias without its key is refused",
        arguments: [Sample.version(1, of: Sample.keyID(9)), Sample.alias("alias/a", of: Sample.keyID(9))])
    func danglingReference(_ record: StoredRecord) throws {
        let catalog = try folder.catalog()
        let error = try #require(failure { try catalog.put(Sample.seal(1), record) })
        #expect(error == KeyStoreError(.unavailable))
        #expect(error.message.contains("does not exist"))
        #expect(try catalog.allRecords() == [])
    }

    @Test("a key that something refers to cannot be removed alone")
    func removeReferencedKey() throws {
        let catalog = try folder.catalog()
        let records = [Sample.key(keyID), Sample.version(1, of: keyID), Sample.alias("alias/a", of: keyID)]
        for record in records { try catalog.put(record) }
        #expect(failure { try catalog.remove(.key(keyID)) } == KeyStoreError(.unavailable))
        for record in records { #expect(try catalog.record(record.id) == record) }
        try catalog.remove(.key(keyID), .alias("alias/a"), .keyVersion(keyID: keyID, version: 1))
        #expect(try catalog.allRecords() == [])
    }

    @Test("the order of changes does not matter, only their result")
    func anyOrder() throws {
        let catalog = try folder.catalog()
        try catalog.put(Sample.alias("alias/a", of: keyID), Sample.version(1, of: keyID), Sample.key(keyID))
        #expect(try catalog.allRecords().count == 3)
    }

    @Test("a closure may go on after a record that is not there")
    func constraintIsNotFatal() throws {
        let catalog = try folder.catalog()
        try catalog.change { transaction throws(KeyRecordStoreError) in
            try transaction.put(Sample.seal(1))
            do throws(KeyRecordStoreError) { try transaction.remove(.key(keyID)) } catch { #expect(error.code == .constraint) }
            try transaction.put(Sample.seal(2))
        }
        #expect(try catalog.allRecords() == [Sample.seal(1), Sample.seal(2)])
    }

    @Test(
        "an id that no row can have is refused",
        arguments: [
            Sample.record(.seal([1, 2, 3])), Sample.record(.seal([])), Sample.key(""), Sample.key(String(repeating: "a", count: 65)),
            Sample.key("a\0b"), Sample.alias("alias/a\0b", of: Sample.keyID(1)), Sample.alias("alias/a", of: "\0"),
            Sample.alias("", of: Sample.keyID(1)), Sample.alias(String(repeating: "a", count: 257), of: Sample.keyID(1)),
            Sample.record(.alias("alias/no-key")),
        ])
    func impossibleID(_ record: StoredRecord) throws {
        let catalog = try folder.catalog()
        try catalog.put(Sample.key(keyID))
        try catalog.change { transaction throws(KeyRecordStoreError) in
            do throws(KeyRecordStoreError) {
                try transaction.put(record)
                Issue.record("it was stored")
            } catch {
                #expect(error.code == .constraint)
            }
        }
        #expect(try catalog.allRecords() == [Sample.key(keyID)])
    }
}
