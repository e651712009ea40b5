import Foundation
import GRDB
import KeyStore
import TestSupport
import Testing

@testable import ObjectStore

@Suite("Object stores on full and read-only disks", .enabled(if: TemporaryVolume.isAvailable, "mounting a small file system needs root"))
struct VolumeTests {
    /// Puts objects until there is no space.
    ///
    /// - Returns: how many were acknowledged.
    private func fillUp(_ service: LocalObjectService, _ byteCount: Int) async throws -> Int {
        for number in 0..<2000 {
            do {
                try await SampleStore.put(
                    service, SampleStore.plain, "fill/\(number)", SampleStore.bytes(byteCount, seed: UInt64(number)))
            } catch let error as ObjectStoreError {
                #expect(error.code == .noSpace, "\(error)")
                #expect(error.message.contains("full"))
                return number
            }
        }
        Issue.record("the disk is never full")
        return 0
    }

    @Test("a put meets a full disk, nothing is lost, and there is writing when there is space again", arguments: [700, 15_000, 300_000])
    func fullDisk(_ byteCount: Int) async throws {
        let sample = try await SampleStore()
        let volume = try TemporaryVolume(kilobytes: 8192)
        let copy = try StoreCopy(of: sample.keeper.folder, sample.keeper, at: sample.now, in: volume.folder.path)
        let service = try await copy.open()
        try volume.fill(leaving: 900_000)
        let blobCountBefore = blobFileCount(copy)
        let count = try await fillUp(service, byteCount)
        #expect(count > 0)
        // Everything can be read, and what needs no space goes on.
        let image = try await StoreImage.read(service, isExact: true)
        #expect(image.failures.isEmpty, "\(image.failures)")
        #expect(image.facts.keys.filter { $0.hasPrefix("plain/fill/") && $0.hasSuffix(" bytes") }.count == count)
        #expect(try await !service.check(repair: false).isDamaged)
        // What did not fit has left no file behind.
        #expect(blobFileCount(copy) - blobCountBefore == (byteCount > 16 * 1024 ? count : 0))
        try volume.freeSpace()
        try await SampleStore.put(service, StoreImage.probes, "probe", SampleStore.bytes(byteCount, seed: 1))
        #expect(try await StoreImage.read(service, isExact: true) == image)
        #expect(try await StoreImage.read(copy.open(), isExact: true) == image)
    }

    private func blobFileCount(_ copy: StoreCopy) -> Int {
        let objects = FileManager.default.enumerator(atPath: copy.folder.path + "/objects")
        return (objects?.allObjects as? [String] ?? []).filter { $0.hasSuffix(".age") }.count
    }

    @Test("a store is opened and read on a disk without any space, or says that there is none")
    func openOnFullDisk() async throws {
        let sample = try await SampleStore()
        let volume = try TemporaryVolume(kilobytes: 4096)
        let copy = try StoreCopy(of: sample.keeper.folder, sample.keeper, at: sample.now, in: volume.folder.path)
        let image = try await StoreImage.read(copy.open(), isExact: true)
        try volume.fill(leaving: 0)
        do {
            #expect(try await StoreImage.read(copy.open(), isExact: true) == image)
        } catch let error as ObjectStoreError {
            // The second for the tables of second factors, which are opened first.
            #expect([.noSpace, .serviceUnavailable].contains(error.code), "\(error)")
        }
        try volume.freeSpace()
        #expect(try await StoreImage.read(copy.open(), isExact: true) == image)
        #expect(try await copy.open().statistics().isWritable)
    }

    @Test("a read-only disk is named as the reason, and is no failure that lasts", arguments: [10, 30_000])
    func readOnlyDisk(_ byteCount: Int) async throws {
        let sample = try await SampleStore()
        let volume = try TemporaryVolume(kilobytes: 4096)
        let copy = try StoreCopy(of: sample.keeper.folder, sample.keeper, at: sample.now, in: volume.folder.path)
        let service = try await copy.open()
        let image = try await StoreImage.read(service, isExact: true)
        try service.database.close()
        try volume.setReadOnly(true)
        do {
            let reader = try await copy.open()
            #expect(try await StoreImage.read(reader, isExact: true) == image)
            try await SampleStore.put(reader, StoreImage.probes, "probe", SampleStore.bytes(byteCount, seed: 1))
            Issue.record("something was written on a disk that is read-only")
        } catch let error as ObjectStoreError {
            #expect(error.code == .storeReadOnly, "\(error)")
        }
        try volume.setReadOnly(false)
        let again = try await copy.open()
        #expect(try await StoreImage.read(again, isExact: true) == image)
        try await SampleStore.put(again, StoreImage.probes, "probe", [1])
    }

    @Test("a store that was moved, and a copy of one, are opened where they are")
    func movedAndCopied() async throws {
        let sample = try await SampleStore()
        let copy = try sample.copy()
        let image = try await StoreImage.read(copy.open(), isExact: true)
        let other = try copy.copy()
        let elsewhere = try TemporaryFolder(in: TemporaryFolder.memory)
        let moved = elsewhere.url.appendingPathComponent("moved")
        try FileManager.default.moveItem(at: other.folder, to: moved)
        try FileManager.default.createDirectory(at: other.folder, withIntermediateDirectories: true)
        let there = try StoreCopy(of: moved, sample.keeper, at: sample.now)
        for place in [copy, there] {
            let service = try await place.open()
            #expect(try await StoreImage.read(service, isExact: true) == image)
            try await SampleStore.put(service, StoreImage.probes, "probe", SampleStore.bytes(20_000, seed: 1))
            #expect(try await !service.check(repair: false).isDamaged)
        }
    }
}
