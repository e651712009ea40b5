import Findings
import Foundation
import KeyStore
import KeyTestSupport
import Testing

@testable import ObjectStore

/// What somebody, or a disk, can do to a store behind its back, and what a check then finds.
struct Damage: Sendable, CustomTestStringConvertible {
    let name: String
    /// The findings; more of them may follow from the damage.
    let found: Set<StoreFinding>
    var mayFollow: Set<StoreFinding> = []
    let inflict: @Sendable (DamagedStore) async throws -> Void

    var testDescription: String { name }

    private static let blobVersion = "key = CAST('blob' AS BLOB)"

    /// To rows: each is reported, and none is repaired, since nobody knows what was there.
    static let rows: [Damage] = [
        ("a version", "UPDATE version SET record = CAST(record || x'00' AS BLOB) WHERE \(blobVersion)"),
        ("a version's place", "UPDATE version SET key = CAST('other' AS BLOB) WHERE \(blobVersion)"),
        ("a delete marker", "UPDATE version SET record = CAST(record || x'00' AS BLOB) WHERE key = CAST('gone' AS BLOB)"),
        (
            "a seal's header",
            "UPDATE seal SET header = CAST(header || x'0A' AS BLOB) WHERE id = (SELECT max(id) FROM seal WHERE blob NOT NULL)"
        ),
        ("an inline payload", "UPDATE seal SET payload = CAST(payload || x'00' AS BLOB) WHERE payload NOT NULL"),
        ("a blob's row", "UPDATE blob SET record = CAST(record || x'00' AS BLOB) WHERE id = (SELECT max(id) FROM blob)"),
        ("a part", "UPDATE part SET record = CAST(record || x'00' AS BLOB) WHERE number = 2"),
        ("an upload", "UPDATE upload SET record = CAST(record || x'00' AS BLOB)"),
        ("a share", "UPDATE seal_share SET extra = extra + 1"),
        ("the bucket", "UPDATE bucket SET record = CAST(record || x'00' AS BLOB)"),
        ("the bucket's tags", "UPDATE bucket_document SET record = CAST(record || x'00' AS BLOB)"),
        ("the name of a KMS key", "UPDATE object_key SET arn = arn || '0'"),
        ("the state", "UPDATE object_state SET record = CAST(record || x'00' AS BLOB)"),
    ].map { name, sql in
        Damage(name: name, found: [.damagedRow], mayFollow: [.missingSeal]) { try $0.store.edit(sql) }
    }

    static let losses = [
        Damage(name: "a version's row is removed", found: [.versionsChanged], mayFollow: [.unreferencedRow, .referenceCount]) {
            try $0.store.edit("DELETE FROM version WHERE \(blobVersion)")
        },
        Damage(name: "a delete marker's row is removed", found: [.versionsChanged]) {
            try $0.store.edit("DELETE FROM version WHERE key = CAST('gone' AS BLOB)")
        },
        Damage(name: "a version's row is put back as it was before", found: [.versionsChanged]) { damaged in
            try await damaged.rollBack("version", blobVersion) {
                _ = try await damaged.service.putObjectTagging(damaged.subject.object("blob"), TagSet([ObjectTag(key: "a", value: "1")]))
            }
        },
        Damage(name: "the row of a deleted version is put back", found: [.versionsChanged, .missingSeal]) { damaged in
            try await damaged.rollBack("version", blobVersion) {
                try await damaged.subject.delete("blob", damaged.blob.versionID)
            }
        },
        Damage(name: "a seal is removed", found: [.missingSeal], mayFollow: [.referenceCount, .unreferencedRow]) {
            try $0.store.edit("DELETE FROM seal WHERE id = (SELECT min(id) FROM seal WHERE blob NOT NULL)")
        },
        Damage(name: "it is forgotten that two versions share a seal", found: [.damagedRow], mayFollow: [.referenceCount]) {
            try $0.store.edit("DELETE FROM seal_share")
        },
        Damage(name: "a part is removed", found: [.partsChanged], mayFollow: [.unreferencedRow]) {
            try $0.store.edit("DELETE FROM part WHERE number = 2")
        },
        Damage(name: "a blob's row is removed", found: [.missingBlob], mayFollow: [.orphanBlob]) {
            try $0.store.edit("DELETE FROM blob WHERE id = (SELECT min(blob) FROM seal)")
        },
        Damage(name: "a file is removed", found: [.missingBlob]) { try FileManager.default.removeItem(at: $0.file(of: "blob")) },
        Damage(name: "the file of a part is removed", found: [.missingBlob]) {
            try FileManager.default.removeItem(at: $0.file(of: "parts", part: 2))
        },
        Damage(name: "a file is cut off", found: [.blobSize]) {
            let handle = try FileHandle(forUpdating: $0.file(of: "blob"))
            try handle.truncate(atOffset: 50_000)
            try handle.close()
        },
        Damage(name: "a file has more than it had", found: [.blobSize]) {
            let handle = try FileHandle(forUpdating: $0.file(of: "blob"))
            try handle.seekToEnd()
            try handle.write(contentsOf: Data([0]))
            try handle.close()
        },
        Damage(name: "the rows of all parts are removed", found: [.partsChanged], mayFollow: [.unreferencedRow]) {
            try $0.store.edit("DELETE FROM part")
        },
    ]

    /// What repairing puts right.
    static let repairable = [
        Damage(name: "it is counted as before how many versions share a seal", found: [.referenceCount]) { damaged in
            try await damaged.rollBack("seal_share", "true") {
                try await damaged.subject.put("small", "3")
                _ = try await damaged.service.restore(
                    RestoreRequest(
                        bucket: Subject.bucket, prefix: Array("small".utf8), time: Timestamp(seconds: damaged.store.clock.now.seconds - 30))
                ) { _ in }
            }
        },
        Damage(name: "a blob is counted as it was before", found: [.referenceCount]) { damaged in
            try await damaged.rollBack("blob", "id = (SELECT min(blob) FROM seal)") {
                _ = try await damaged.service.copyObject(
                    CopyObjectRequest(copySource: damaged.subject.object("blob"), bucket: Subject.bucket, key: Subject.key("copy2")))
            }
        },
        Damage(name: "the seal of a deleted version is put back", found: [.unreferencedRow]) { damaged in
            let put = try await damaged.subject.put("brief", "1")
            try await damaged.rollBack("seal", "id = (SELECT max(id) FROM seal)") {
                try await damaged.subject.delete("brief", put.versionID)
            }
        },
        Damage(name: "seal and blob of a deleted version are put back, and its file", found: [.unreferencedRow]) { damaged in
            let put = try await damaged.subject.put("brief", DamagedStore.blobText)
            let file = try damaged.file(of: "brief")
            let bytes = try Data(contentsOf: file)
            try damaged.store.edit("CREATE TABLE kept_blob AS SELECT * FROM blob WHERE id = (SELECT max(id) FROM blob)")
            try await damaged.rollBack("seal", "id = (SELECT max(id) FROM seal)") {
                try await damaged.subject.delete("brief", put.versionID)
            }
            try damaged.store.edit("INSERT INTO blob SELECT * FROM kept_blob")
            try damaged.store.edit("DROP TABLE kept_blob")
            try bytes.write(to: file)
            // So that the name of its file is forgotten.
            try await damaged.subject.put("next", "1")
        },
        Damage(name: "the parts of an upload that was aborted are put back", found: [.unreferencedRow]) { damaged in
            try await damaged.rollBack("part", "owner = (SELECT max(ordinal) FROM upload)") {
                try await damaged.service.abortMultipartUpload(damaged.upload)
            }
        },
        Damage(name: "the share of a deleted version is put back", found: [.unreferencedRow]) { damaged in
            try await damaged.rollBack("seal_share", "true") {
                let request = ListObjectVersionsRequest(bucket: Subject.bucket, scope: ListingScope(prefix: Array("small".utf8)))
                for version in try await damaged.service.listObjectVersions(request).versions {
                    try await damaged.subject.delete("small", version.versionID)
                }
            }
        },
        Damage(name: "a file belongs to no version", found: [.orphanBlob]) {
            _ = try $0.plant("ab/ab\(String(repeating: "0", count: 30)).age")
        },
    ]

    /// What is told and left to its owner.
    static let told = [
        Damage(name: "a file of somebody else", found: [.foreignFile]) { _ = try $0.plant("notes.txt") },
        Damage(name: "a file of somebody else among the blobs", found: [.foreignFile]) { _ = try $0.plant("ab/notes.txt") },
        Damage(name: "a blob in the wrong folder", found: [.foreignFile]) {
            _ = try $0.plant("cd/ab\(String(repeating: "0", count: 30)).age")
        },
        Damage(name: "the file of a deleted version that could not be removed", found: [.doomedBlob]) {
            _ = try $0.plant("ab/ab\(String(repeating: "0", count: 30)).age")
            try $0.store.edit("INSERT INTO doomed_blob VALUES (x'ab\(String(repeating: "0", count: 30))')")
        },
        Damage(name: "an upload of last week", found: [.abandonedUpload]) { $0.store.clock.pass(.seconds(8 * 86_400)) },
        Damage(name: "a KMS key is disabled", found: [.keyUnusable]) {
            try await $0.store.keys.disableKey(keyID: $0.service.defaultKeyARN)
        },
        Damage(name: "a KMS key is about to be deleted", found: [.keyUnusable]) {
            _ = try await $0.store.keys.scheduleKeyDeletion(keyID: $0.service.defaultKeyARN, pendingWindowInDays: 7)
        },
    ]
}

@Suite("Check")
struct CheckTests {
    private func ids(_ check: StoreCheck) -> Set<StoreFinding> { Set(check.findings.compactMap { StoreFinding(rawValue: $0.id) }) }

    @Test("a store that nobody touched is clean, and everything in it is counted")
    func clean() async throws {
        let damaged = try await DamagedStore()
        let check = try await damaged.check()
        #expect(check.findings.isEmpty, "\(check.findings)")
        #expect(!check.isDamaged)
        let counts = check.counts
        #expect((counts.bucketCount, counts.versionCount, counts.uploadCount) == (1, 7, 1))
        // Two of small, blob, its copy, parts, and the open upload; a file each of blob and three parts.
        #expect((counts.sealCount, counts.blobCount) == (6, 4))
        #expect(try damaged.store.blobFiles().count == 4)
        #expect(try await damaged.check(repair: true).repairedCount == 0)
    }

    @Test("damage is found, told what it is, and not repaired", arguments: Damage.rows + Damage.losses)
    func damage(_ damage: Damage) async throws {
        let damaged = try await DamagedStore()
        try await damage.inflict(damaged)
        let check = try await damaged.check()
        #expect(damage.found.isSubset(of: ids(check)), "\(check.findings)")
        #expect(ids(check).isSubset(of: damage.found.union(damage.mayFollow)), "\(check.findings)")
        #expect(check.isDamaged)
        #expect(check.findings.allSatisfy { !$0.resource.isEmpty && !$0.title.isEmpty })
        let contents = try damaged.contents()
        _ = try await damaged.check(repair: true)
        #expect(try await damaged.check().isDamaged)
        #expect(try damaged.contents() == contents)
    }

    @Test("what can be repaired is, and nothing is removed", arguments: Damage.repairable)
    func repair(_ damage: Damage) async throws {
        let damaged = try await DamagedStore()
        try await damage.inflict(damaged)
        let (contents, versions) = (try damaged.contents(), try await damaged.subject.versions())
        let found = try await damaged.check()
        #expect(ids(found) == damage.found, "\(found.findings)")
        #expect(!found.isDamaged)
        #expect(try await damaged.check(repair: true).repairedCount > 0)
        let second = try await damaged.check()
        #expect(second.findings.isEmpty, "\(second.findings)")
        // What had no file of its own has one now, in quarantine.
        #expect(try Set(contents).isSubset(of: damaged.contents()))
        #expect(try await damaged.subject.versions() == versions)
        #expect(try await damaged.subject.get("blob") == DamagedStore.blobText)
        #expect(try damaged.store.events("RepairStore").count == 1)
    }

    @Test("what needs somebody's attention is told and left alone", arguments: Damage.told)
    func told(_ damage: Damage) async throws {
        let damaged = try await DamagedStore()
        try await damage.inflict(damaged)
        let contents = try damaged.contents()
        for repair in [false, true, false] {
            let check = try await damaged.check(repair: repair)
            #expect(ids(check) == damage.found, "\(check.findings)")
            #expect(!check.isDamaged)
        }
        #expect(try damaged.contents() == contents)
    }

    @Test("damage to the pages of the database is found")
    func pages() async throws {
        let damaged = try await DamagedStore()
        // Brings the log into the database, so that what is damaged is what is read.
        _ = try await damaged.service.maintain(dryRun: false)
        let page: [Int] = try damaged.store.query("SELECT rootpage FROM sqlite_schema WHERE name = 'version_name'")
        try DamagedStore.flip(URL(fileURLWithPath: damaged.store.databasePath), at: page[0] * 4096 - 20)
        let check = try await damaged.store.open(.existing).check(repair: false)
        #expect(ids(check).contains(.databaseDamaged), "\(check.findings)")
        #expect(check.isDamaged)
    }

    @Test("a repair corrects no row while versions are missing, since what seems to belong to nothing may be theirs")
    func noRepairWhileDamaged() async throws {
        let damaged = try await DamagedStore()
        try damaged.store.edit("DELETE FROM version WHERE key = CAST('parts' AS BLOB)")
        let seals: [Int] = try damaged.store.query("SELECT count(*) FROM seal")
        #expect(ids(try await damaged.check(repair: true)).contains(.unreferencedRow))
        #expect(try damaged.store.query("SELECT count(*) FROM seal") == seals)
        #expect(try damaged.store.blobFiles().count == 4)
    }

    @Test("an orphan goes into quarantine under its name, and a second one of that name beside it")
    func quarantine() async throws {
        let damaged = try await DamagedStore()
        let name = "ab\(String(repeating: "0", count: 30))"
        for _ in 0..<2 {
            _ = try damaged.plant("ab/\(name).age")
            #expect(try await damaged.check(repair: true).repairedCount == 1)
        }
        let quarantine = damaged.store.folder.appendingPathComponent("objects/quarantine").path
        #expect(try FileManager.default.contentsOfDirectory(atPath: quarantine).sorted() == ["\(name)-1.age", "\(name).age"])
    }

    @Test("a young file may belong to a write that is going on")
    func young() async throws {
        let damaged = try await DamagedStore()
        let file = try damaged.plant("ab/ab\(String(repeating: "0", count: 30)).age")
        let date = Date(timeIntervalSince1970: Double(damaged.store.clock.now.seconds - 60))
        try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: file.path)
        #expect(try await damaged.check(repair: true).findings.isEmpty)
        #expect(try await damaged.service.maintain(dryRun: false).quarantinedBlobs == 0)
        #expect(FileManager.default.fileExists(atPath: file.path))
    }

    @Test("after the disk failed the store takes no writes, by any service, until a check found no damage")
    func failedDisk() async throws {
        let damaged = try await DamagedStore()
        let other = try await damaged.store.subject()
        damaged.service.health.note(ObjectStoreError(.storageFailure, "The disk failed.", fileCause: .writing))
        for s in [damaged.subject, other, try await damaged.store.subject()] {
            await s.expect(.storeReadOnly) { try await s.put("k", "1") }
            await s.expect(.storeReadOnly) { try await s.delete("small") }
            await s.expect(.storeReadOnly) { try await s.put("k", DamagedStore.blobText) }
            #expect(try await s.get("blob") == DamagedStore.blobText)
        }
        #expect(try await !damaged.service.statistics().isWritable)
        #expect(ids(try await damaged.check()) == [.storeFailed])
        #expect(try await damaged.check().findings.isEmpty)
        for s in [damaged.subject, other] { try await s.put("k", "1") }
    }

    @Test("a store that is damaged stays read-only")
    func failedAndDamaged() async throws {
        let damaged = try await DamagedStore()
        damaged.service.health.note(ObjectStoreError(.storageFailure, "The disk failed.", fileCause: .writing))
        try FileManager.default.removeItem(at: damaged.file(of: "blob"))
        for _ in 0..<2 { #expect(ids(try await damaged.check()) == [.storeFailed, .missingBlob]) }
        await damaged.subject.expect(.storeReadOnly) { try await damaged.subject.put("k", "1") }
    }

    @Test("a finding names the object, and the place of the file")
    func names() async throws {
        let damaged = try await DamagedStore()
        let file = try damaged.file(of: "blob")
        try FileManager.default.removeItem(at: file)
        let finding = try #require(try await damaged.check().findings.first)
        #expect(finding.resource == "bucket/blob (version \(try #require(damaged.blob.versionID)))")
        #expect(finding.location?.uri == "objects/\(file.pathComponents.suffix(2).joined(separator: "/"))")
    }
}
