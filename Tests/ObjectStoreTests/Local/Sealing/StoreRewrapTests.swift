import Foundation
import KeyStore
import Synchronization
import SystemPackage
import TestSupport
import Testing

@testable import ObjectStore

@Suite("Rewrapping a store")
struct StoreRewrapTests {
    private static let keys = ["small", "blob", "copy", "parts"]

    /// The bytes of all files behind their headers.
    private func payloads(_ damaged: DamagedStore) throws -> [String: Data] {
        var payloads: [String: Data] = [:]
        for file in try damaged.store.blobFiles() {
            let bytes = try Data(contentsOf: file)
            payloads[file.lastPathComponent] = bytes.dropFirst(4096 - 16)
        }
        return payloads
    }

    private func newKey(_ damaged: DamagedStore) async throws -> String {
        try await damaged.store.keys.createKey(CreateKeyRequest(description: "new")).arn
    }

    private func rewrap(_ damaged: DamagedStore, _ request: StoreRewrapRequest) async throws -> StoreRewrapSummary {
        try await damaged.service.rewrap(request) { _ in }
    }

    private func texts(_ damaged: DamagedStore) async throws -> [String] {
        var texts: [String] = []
        for key in Self.keys { texts.append(try await damaged.subject.get(key)) }
        return texts
    }

    @Test("under another key everything is as readable as before with the old one disabled, and no byte behind a header has changed")
    func otherKey() async throws {
        let damaged = try await DamagedStore()
        let (before, texts, old) = (try payloads(damaged), try await texts(damaged), damaged.service.defaultKeyARN)
        let key = try await newKey(damaged)
        let summary = try await rewrap(damaged, StoreRewrapRequest(bucket: Subject.bucket, keyID: key))
        #expect((summary.rewrapped, summary.unchanged, summary.failures.count) == (6, 0, 0))
        #expect(try payloads(damaged) == before)
        #expect(try await damaged.service.statistics().buckets[0].keyARNs == [key])
        #expect(try await damaged.check().findings.isEmpty)
        try await damaged.store.keys.disableKey(keyID: old)
        #expect(try await self.texts(damaged) == texts)
        let versions = try await damaged.service.listObjectVersions(ListObjectVersionsRequest(bucket: Subject.bucket)).versions
        for version in versions where !version.isDeleteMarker {
            _ = try await damaged.subject.get(version.key.text, version.versionID)
            #expect(try await damaged.subject.head(version.key.text, version.versionID).ssekmsKeyID == key)
        }
        // The open upload goes on under the new key.
        let part = try await damaged.service.uploadPart(UploadPartRequest(upload: damaged.upload, partNumber: 2, body: BytesBody("more")))
        _ = try await damaged.service.completeMultipartUpload(
            CompleteMultipartUploadRequest(upload: damaged.upload, parts: [CompletedPart(partNumber: 2, eTag: part.eTag)]))
        #expect(try await damaged.subject.get("open") == "more")
        #expect(try await damaged.service.scrub(ScrubRequest()) { _ in }.findings.isEmpty)
    }

    @Test("what was not rewrapped cannot be read with its key disabled")
    func disabled() async throws {
        let damaged = try await DamagedStore()
        try await damaged.store.keys.disableKey(keyID: damaged.service.defaultKeyARN)
        for key in Self.keys { await damaged.subject.expect(.kmsDisabled) { _ = try await damaged.subject.get(key) } }
        let summary = try await rewrap(damaged, StoreRewrapRequest(keyID: newKey(damaged)))
        #expect((summary.rewrapped, summary.failures.count) == (0, 6))
        #expect(summary.failures.allSatisfy { $0.error.code == .kmsDisabled })
    }

    @Test("after a rotation objects get the newest version of their key, once")
    func rotation() async throws {
        let damaged = try await DamagedStore()
        let before = try payloads(damaged)
        #expect(try await rewrap(damaged, StoreRewrapRequest()).rewrapped == 0)
        _ = try await damaged.store.keys.rotateKeyOnDemand(keyID: damaged.service.defaultKeyARN)
        #expect(try await rewrap(damaged, StoreRewrapRequest()).rewrapped == 6)
        let again = try await rewrap(damaged, StoreRewrapRequest())
        #expect((again.rewrapped, again.unchanged) == (0, 6))
        #expect(try payloads(damaged) == before)
        _ = try await texts(damaged)
    }

    @Test("a dry run counts the same and changes nothing")
    func dryRun() async throws {
        let damaged = try await DamagedStore()
        let key = try await newKey(damaged)
        let contents = try damaged.contents()
        let headers: [Data] = try damaged.store.query("SELECT header FROM seal ORDER BY id")
        var request = StoreRewrapRequest(keyID: key)
        request.dryRun = true
        #expect(try await rewrap(damaged, request).rewrapped == 6)
        #expect(try damaged.contents() == contents)
        #expect(try damaged.store.query("SELECT header FROM seal ORDER BY id") == headers)
        request.dryRun = false
        #expect(try await rewrap(damaged, request).rewrapped == 6)
    }

    @Test(
        "objects that were there before a recovery recipient are for it after a rewrap",
        .enabled(if: StockAge.isInstalled, "age and age-keygen are not installed"))
    func recovery() async throws {
        let damaged = try await DamagedStore()
        let before = try payloads(damaged)
        let folder = try TemporaryFolder()
        let age = try StockAge(in: folder.file("identity"))
        try await damaged.service.setRecoveryRecipient(age.recipient)
        #expect(try await rewrap(damaged, StoreRewrapRequest()).rewrapped == 6)
        #expect(try payloads(damaged) == before)
        #expect(try age.open(damaged.path(of: "blob")) == Array(DamagedStore.blobText.utf8))
        #expect(try age.open(damaged.path(of: "parts", part: 2)) == [UInt8](repeating: 2, count: 10))
        #expect(try await rewrap(damaged, StoreRewrapRequest()).rewrapped == 0)
        // Another recipient takes the place of the first.
        let other = try StockAge(in: folder.file("other"))
        try await damaged.service.setRecoveryRecipient(other.recipient)
        #expect(try await rewrap(damaged, StoreRewrapRequest()).rewrapped == 6)
        #expect(try other.open(damaged.path(of: "blob")) == Array(DamagedStore.blobText.utf8))
        #expect(throws: Command.Failure.self) { try age.open(damaged.path(of: "blob")) }
        _ = try await texts(damaged)
    }

    @Test("a rewrap that was stopped goes on where it was")
    func resume() async throws {
        let damaged = try await DamagedStore()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<300 { group.addTask { try await damaged.subject.put("many/\(number)", "\(number)") } }
            try await group.waitForAll()
        }
        let key = try await newKey(damaged)
        let running = Mutex<Task<StoreRewrapSummary, any Error>?>(nil)
        let (mayStart, start) = AsyncStream<Void>.makeStream()
        let task = Task {
            for await _ in mayStart { break }
            return try await damaged.service.rewrap(StoreRewrapRequest(keyID: key)) { _ in running.withLock { $0?.cancel() } }
        }
        running.withLock { $0 = task }
        start.finish()
        await damaged.subject.expect(.cancelled) { _ = try await task.value }
        let arns = Set(try await damaged.service.statistics().buckets[0].keyARNs)
        #expect(arns == [key, damaged.service.defaultKeyARN])
        let rest = try await damaged.store.open().rewrap(StoreRewrapRequest(keyID: key)) { _ in }
        #expect(rest.rewrapped > 0 && rest.unchanged > 0)
        #expect(rest.rewrapped + rest.unchanged == 306)
        #expect(try await damaged.service.statistics().buckets[0].keyARNs == [key])
        #expect(try await damaged.check().findings.isEmpty)
    }

    @Test("only the objects of the bucket that is named are rewrapped, and an unknown bucket or key is refused")
    func bucket() async throws {
        let damaged = try await DamagedStore()
        let other = try BucketName("other")
        try await damaged.service.createBucket(CreateBucketRequest(bucket: other))
        _ = try await damaged.service.putObject(PutObjectRequest(bucket: other, key: Subject.key("k"), body: BytesBody("1")))
        let key = try await newKey(damaged)
        #expect(try await rewrap(damaged, StoreRewrapRequest(bucket: other, keyID: key)).rewrapped == 1)
        #expect(try await damaged.subject.head("blob").ssekmsKeyID == damaged.service.defaultKeyARN)
        await damaged.subject.expect(.noSuchBucket) {
            _ = try await rewrap(damaged, StoreRewrapRequest(bucket: BucketName("nowhere"), keyID: key))
        }
        await damaged.subject.expect(.kmsNotFound) { _ = try await rewrap(damaged, StoreRewrapRequest(keyID: "alias/none")) }
    }
}
