import Foundation
import KeyCatalog
import KeyStore
import TestSupport
import Testing

/// Disks that are full or read-only.
@Suite("Faults of the disk", .enabled(if: TemporaryVolume.isAvailable, "mounting a small file system needs root"))
struct FaultTests {
    @Test("a full disk fails the write, keeps what was committed, and all is well when there is space again")
    func fullDisk() throws {
        let volume = try TemporaryVolume(kilobytes: 2048)
        let folder = CatalogFolder(on: volume)
        let catalog = try folder.catalog()
        let body = [UInt8](repeating: 0x5A, count: StoredRecord.maximumBodyByteCount)
        let kept = Sample.record(.key(Sample.keyID(0)), body: body)
        try catalog.put(kept)
        try volume.fill(leaving: 64 * 1024)
        let error = try #require(
            failure {
                try catalog.change { transaction throws(KeyRecordStoreError) in
                    for number in 1...30 { try transaction.put(Sample.record(.key(Sample.keyID(number)), body: body)) }
                }
            })
        #expect(error == KeyStoreError(.unavailable))
        #expect(error.message.contains("its disk is full"))
        #expect(try catalog.allRecords() == [kept])
        try volume.freeSpace()
        try catalog.put(Sample.seal(1))
        #expect(try catalog.allRecords() == [kept, Sample.seal(1)])
    }

    @Test("nothing is committed when a closure swallows that the disk is full")
    func swallowedFailure() throws {
        let volume = try TemporaryVolume(kilobytes: 2048)
        let folder = CatalogFolder(on: volume)
        let catalog = try folder.catalog()
        // More than SQLite's cache of 2 MB holds, so that the log is written to before the commit.
        let body = [UInt8](repeating: 0x5A, count: StoredRecord.maximumBodyByteCount)
        let error = failure {
            try catalog.change { transaction throws(KeyRecordStoreError) in
                var failures = 0
                for number in 1...60 {
                    do throws(KeyRecordStoreError) {
                        try transaction.put(Sample.record(.key(Sample.keyID(number)), body: body))
                    } catch {
                        failures += 1
                    }
                }
                #expect(failures > 0)
            }
        }
        #expect(error == KeyStoreError(.unavailable))
        #expect(try catalog.allRecords() == [])
        try catalog.put(Sample.seal(1))
        #expect(try catalog.allRecords() == [Sample.seal(1)])
    }

    @Test("a disk without any space left refuses a new catalog with a reason")
    func createOnFullDisk() throws {
        let volume = try TemporaryVolume(kilobytes: 256)
        let folder = CatalogFolder(on: volume)
        try volume.fill(leaving: 0)
        let error = try #require(failure { _ = try folder.catalog() })
        #expect(error == KeyStoreError(.unavailable))
        #expect(error.message.contains("its disk is full"), "\(error)")
        try volume.freeSpace()
        #expect(try folder.catalog().allRecords() == [])
    }

    @Test(
        "a read-only disk is named as the reason", arguments: [true, false], [KeyCatalog.Access.createIfMissing, .existing, .readOnly])
    func readOnlyDisk(_ hasCatalog: Bool, _ access: KeyCatalog.Access) throws {
        let volume = try TemporaryVolume(kilobytes: 1024)
        let folder = CatalogFolder(on: volume)
        if hasCatalog { try folder.makeClosedCatalog(Sample.seal(1)) }
        try volume.setReadOnly(true)
        let error = try #require(failure { _ = try folder.catalog(access) })
        let isMissing = !hasCatalog && access != .createIfMissing
        #expect(error == KeyStoreError(isMissing ? .storeNotFound : .unavailable))
        #expect(isMissing || error.message.lowercased().contains("read-write"), "\(error)")
    }
}

/// What file permissions do to anybody but root.
@Suite("Faults of permissions", .enabled(if: getuid() != 0, "root may write everything"))
struct PermissionTests {
    @Test("a file or folder that may not be written is named as the reason", arguments: ["", "keys.db"])
    func notWritable(_ name: String) throws {
        let folder = try CatalogFolder()
        try folder.makeClosedCatalog(Sample.seal(1))
        let path = folder.url.appendingPathComponent(name).path
        try FileManager.default.setAttributes([.posixPermissions: name.isEmpty ? 0o500 : 0o400], ofItemAtPath: path)
        let error = failure { _ = try folder.catalog(.existing) }
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: path)
        #expect(error == KeyStoreError(.unavailable))
        #expect(error?.message.contains("write") == true)
    }
}
