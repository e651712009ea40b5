import Foundation
import KeyStore
import KeyTestSupport
import SystemPackage
import TestSupport
import Testing

@testable import ObjectStore

/// Who can open an object, and for what a header is good.
@Suite("Sealing")
struct SealingTests {
    @Test("the encryption context in the trail names bucket, key and version")
    func context() async throws {
        let store = try LocalStore()
        let s = try await store.subject()
        try await s.createBucket(.enabled)
        let put = try await s.put("a/ü", "1")
        _ = try await s.get("a/ü")
        let trail = try String(contentsOf: store.folder.appendingPathComponent("audit.log"), encoding: .utf8)
        #expect(trail.contains("arn:aws:s3:::bucket/a/ü"))
        #expect(trail.contains(try #require(put.versionID).text))
    }

    @Test("nothing of an object is in clear in the store's files", arguments: [100, 100_000])
    func ciphertext(_ byteCount: Int) async throws {
        let store = try LocalStore()
        let s = try await store.subject()
        try await s.createBucket()
        let secret = "a secret that nobody else has"
        try await s.put("k", secret + String(repeating: "x", count: byteCount - secret.utf8.count))
        _ = try await s.get("k")
        let enumerator = try #require(FileManager.default.enumerator(at: store.folder, includingPropertiesForKeys: [.isRegularFileKey]))
        for case let file as URL in enumerator where try file.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true {
            #expect(try Data(contentsOf: file).firstRange(of: Data(secret.utf8)) == nil, "\(file.lastPathComponent)")
        }
    }

    @Test("seals that somebody swapped are refused, also with a good copy of everything else", arguments: [100, 100_000])
    func swapped(_ byteCount: Int) async throws {
        let store = try LocalStore()
        let s = try await store.subject()
        try await s.createBucket(.enabled)
        for key in ["a", "b"] { try await s.put(key, String(repeating: key, count: byteCount)) }
        // The rows as they are, with their MACs, each under the number of the other.
        let ids: [Int] = try store.query("SELECT id FROM seal ORDER BY id")
        for (from, to) in [(ids[0], -1), (ids[1], ids[0]), (-1, ids[1])] { try store.edit("UPDATE seal SET id = \(to) WHERE id = \(from)") }
        for key in ["a", "b"] { await s.expect(.damagedRecord) { _ = try await s.get(key) } }
    }

    /// Even whoever can make good MACs cannot let a header serve another version: the key service refuses.
    @Test("a header opens the version it was made for and no other")
    func bound() async throws {
        let store = try LocalStore()
        let service = try await store.open()
        let s = Subject(service: service, clock: store.clock)
        try await s.createBucket(.enabled)
        try await s.put("k", "1")
        let (header, name) = try service.view { reader throws(ObjectStoreError) in
            let located = try reader.locateAll(s.object("k"))
            return (located.seal.header, located.sealedName)
        }
        _ = try await service.sealer.unlock(header, name)
        let others = [
            SealedName(bucket: try BucketName("other"), key: name.key, uid: name.uid),
            SealedName(bucket: name.bucket, key: try ObjectKey("l"), uid: name.uid),
            SealedName(bucket: name.bucket, key: name.key, uid: [UInt8](repeating: 1, count: 16)),
        ]
        for other in others { await s.expect(.damagedObject) { _ = try await service.sealer.unlock(header, other) } }
        for index in stride(from: 0, to: header.count, by: 7) {
            var changed = header
            changed[index] ^= 1
            do throws(ObjectStoreError) {
                _ = try await service.sealer.unlock(changed, name)
                Issue.record("a header with another byte \(index) was taken")
            } catch {
                #expect(
                    [.damagedObject, .kmsNotFound, .accessDenied, .invalidArgument, .serviceUnavailable].contains(error.code),
                    "\(index): \(error)")
            }
        }
    }

    @Test("a bucket is sealed under its key, a request under its own, and the rest under the store's")
    func keys() async throws {
        let store = try LocalStore()
        let service = try await store.open()
        let s = Subject(service: service, clock: store.clock)
        try await s.createBucket(.enabled)
        var arns: [String] = []
        for name in ["bucket", "request"] { arns.append(try await store.keys.createKey(CreateKeyRequest(description: name)).arn) }
        #expect(try await s.put("store", "1").ssekmsKeyID == service.defaultKeyARN)
        try await service.putBucketEncryption(Subject.bucket, BucketEncryption(kmsMasterKeyID: arns[0]))
        #expect(try await s.put("bucket", "1").ssekmsKeyID == arns[0])
        #expect(try await s.put("request", "1") { $0.ssekmsKeyID = arns[1] }.ssekmsKeyID == arns[1])
        #expect(try await s.head("request").ssekmsKeyID == arns[1])
        #expect(Set(try await service.statistics().buckets[0].keyARNs) == Set(arns + [service.defaultKeyARN]))
        try await store.keys.disableKey(keyID: arns[0])
        await s.expect(.kmsDisabled) { _ = try await s.get("bucket") }
        await s.expect(.kmsDisabled) { try await s.put("more", "1") }
        for key in ["store", "request"] { #expect(try await s.get(key) == "1") }
        #expect(try await s.head("bucket").objectSize == 1)
        await s.expect(.kmsNotFound) { try await s.put("none", "1") { $0.ssekmsKeyID = "alias/none" } }
    }

    @Test("a copy has the payload of its source, byte for byte, in the same file")
    func copy() async throws {
        let damaged = try await DamagedStore()
        let file = try damaged.file(of: "blob")
        #expect(try damaged.file(of: "copy") == file)
        let before = try Data(contentsOf: file)
        let other = try await damaged.store.keys.createKey(CreateKeyRequest(description: "other")).arn
        var request = CopyObjectRequest(
            copySource: damaged.subject.object("blob"), bucket: Subject.bucket, key: Subject.key("under another key"))
        request.ssekmsKeyID = other
        #expect(try await damaged.service.copyObject(request).ssekmsKeyID == other)
        #expect(try Data(contentsOf: file) == before)
        #expect(try damaged.store.blobFiles().count == 4)
        // The source goes, with the key that it was under, and the copy is there.
        try await damaged.subject.delete("blob", damaged.blob.versionID)
        try await damaged.store.keys.disableKey(keyID: damaged.service.defaultKeyARN)
        #expect(try await damaged.subject.get("under another key") == DamagedStore.blobText)
        await damaged.subject.expect(.kmsDisabled) { _ = try await damaged.subject.get("copy") }
    }
}

@Suite("Objects and the stock age", .enabled(if: StockAge.isInstalled, "age and age-keygen are not installed"))
struct StockAgeTests {
    /// For what stays when the store's folder goes.
    private let elsewhere: TemporaryFolder

    init() throws { elsewhere = try TemporaryFolder() }

    private func store() async throws -> (DamagedStore, StockAge) {
        let damaged = try await DamagedStore()
        let age = try StockAge(in: elsewhere.file("identity"))
        try await damaged.service.setRecoveryRecipient(age.recipient)
        return (damaged, age)
    }

    @Test(
        "an exported object opens with age and the recovery identity after everything else is gone",
        arguments: [0, 1, 1000, 65_536, 100_000, 200_001])
    func export(_ byteCount: Int) async throws {
        let (damaged, age) = try await store()
        var random = SeededGenerator(seed: UInt64(byteCount))
        let bytes = random.bytes(byteCount)
        _ = try await damaged.service.putObject(PutObjectRequest(bucket: Subject.bucket, key: Subject.key("k"), body: BytesBody(bytes)))
        _ = try await damaged.service.copyObject(
            CopyObjectRequest(copySource: damaged.subject.object("k"), bucket: Subject.bucket, key: Subject.key("c")))
        for key in ["k", "c"] {
            let exported = try await damaged.service.exportObject(damaged.subject.object(key)).collect(limit: 64 << 20)
            try elsewhere.write(exported, to: key)
        }
        for name in try FileManager.default.contentsOfDirectory(atPath: damaged.store.folder.path) {
            try FileManager.default.removeItem(at: damaged.store.folder.appendingPathComponent(name))
        }
        for key in ["k", "c"] { #expect(try age.open(elsewhere.file(key)) == bytes) }
    }

    @Test("the files in the store open with age as they are, those of parts too")
    func files() async throws {
        let (damaged, age) = try await store()
        try await damaged.subject.put("new", DamagedStore.blobText)
        try await DamagedStore.putParts("new parts", damaged.subject)
        let text = try age.open(damaged.path(of: "new"))
        #expect(text == Array(DamagedStore.blobText.utf8))
        let first = try age.open(damaged.path(of: "new parts", part: 1))
        #expect(first == [UInt8](repeating: 1, count: Int(PartRules.minimumByteCount)))
        let second = try age.open(damaged.path(of: "new parts", part: 2))
        #expect(second == [UInt8](repeating: 2, count: 10))
        let exported = try await damaged.service.exportObject(damaged.subject.object("new parts")).collect(limit: 64 << 20)
        let file = try elsewhere.write(exported, to: "exported.age")
        #expect(try age.open(file) == first + second)
        // What was there before the recipient was named is not for it.
        #expect(throws: Command.Failure.self) { try age.open(damaged.path(of: "blob")) }
    }

    @Test("with the recovery recipient removed, new objects are not for it, and old ones are until they are rewrapped")
    func removed() async throws {
        let (damaged, age) = try await store()
        try await damaged.subject.put("old", DamagedStore.blobText)
        try await damaged.service.setRecoveryRecipient(nil)
        try await damaged.subject.put("new", DamagedStore.blobText)
        #expect(try age.open(damaged.path(of: "old")).count == 100_000)
        #expect(throws: Command.Failure.self) { try age.open(damaged.path(of: "new")) }
        _ = try await damaged.service.rewrap(StoreRewrapRequest()) { _ in }
        #expect(throws: Command.Failure.self) { try age.open(damaged.path(of: "old")) }
    }

    @Test("what is no recipient is refused")
    func noRecipient() async throws {
        let damaged = try await DamagedStore()
        for text in ["", "age1", "ssh-ed25519 AAAA", "age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq"] {
            await damaged.subject.expect(.invalidArgument) { try await damaged.service.setRecoveryRecipient(text) }
        }
        #expect(try await damaged.service.recoveryRecipient() == nil)
    }
}
