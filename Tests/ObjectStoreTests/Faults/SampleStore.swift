import Envelope
import Foundation
import GRDB
import KeyStore
import KeyTestSupport
import OpenSSL
import SystemPackage
import TestSupport
import Testing

@testable import ObjectStore

/// A closed store with something of everything, to be copied and to be damaged in the copies.
final class SampleStore: Sendable {
    /// Has the keys and the trail that the copies share.
    let keeper: LocalStore
    let now: Timestamp
    /// The version of `kept/doc` that is not current.
    let oldVersion: VersionID
    let upload: UploadReference
    let parts: [CompletedPart]
    /// Another KMS key than the one that everything is under.
    let otherKey: String

    static let plain = bucket("plain")
    static let kept = bucket("kept")
    static let locked = bucket("locked")
    static let guarded = bucket("guarded")

    static func bucket(_ name: String) -> BucketName { Subject.unchecked { () throws(ObjectStoreError) in try BucketName(name) } }

    static func object(_ bucket: BucketName, _ key: String, _ id: VersionID? = nil) -> ObjectReference {
        ObjectReference(bucket: bucket, key: Subject.key(key), versionID: id)
    }

    static func bytes(_ count: Int, seed: UInt64) -> [UInt8] {
        var generator = SeededGenerator(seed: seed)
        var bytes: [UInt8] = []
        let block = generator.bytes(min(count, 251))
        while bytes.count < count { bytes += block.prefix(count - bytes.count) }
        return bytes
    }

    static let blobByteCount = 70_000

    init() async throws {
        keeper = try LocalStore(in: TemporaryFolder.memory)
        let calls = BlobFaults()
        let service = try await keeper.open(calls: calls)
        try await keeper.enrol(on: service)
        try await Self.fillPlain(service)
        oldVersion = try await Self.fillKept(service)
        (upload, parts) = try await Self.fillUploads(service)
        try await Self.fillLocked(service)
        try await Self.fillGuarded(service, keeper)
        try await Self.changeKept(service)
        try await service.createBucket(CreateBucketRequest(bucket: StoreImage.probes))
        // Deletes an object whose file stays.
        calls.arm(failAt: 1, isLasting: true)
        _ = try await service.deleteObject(DeleteObjectRequest(Self.object(Self.plain, "doomed")))
        calls.disarm()
        _ = try await service.scrub(ScrubRequest()) { _ in }
        otherKey = try await keeper.keys.createKey(CreateKeyRequest()).arn
        now = keeper.clock.now
        // All of it in the database itself, so that its bytes are those that matter.
        _ = try await service.database.writeWithoutTransaction { db in try db.checkpoint(.truncate) }
        try service.database.close()
        let orphan = keeper.folder.appendingPathComponent("objects/ab")
        try FileManager.default.createDirectory(at: orphan, withIntermediateDirectories: true)
        let path = orphan.appendingPathComponent("ab" + String(repeating: "0", count: 30) + ".age").path
        try Data("left by a crash".utf8).write(to: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes([.modificationDate: Date(timeIntervalSince1970: 1_000_000_000)], ofItemAtPath: path)
    }

    @discardableResult
    static func put(
        _ service: LocalObjectService, _ bucket: BucketName, _ key: String, _ bytes: [UInt8],
        _ set: (inout PutObjectRequest) throws -> Void = { _ in }
    ) async throws -> VersionID? {
        var request = PutObjectRequest(bucket: bucket, key: Subject.key(key), body: BytesBody(bytes))
        try set(&request)
        return try await service.putObject(request).versionID
    }

    private static func fillPlain(_ service: LocalObjectService) async throws {
        try await service.createBucket(CreateBucketRequest(bucket: plain))
        try await put(service, plain, "inline", bytes(1000, seed: 1))
        try await put(service, plain, "blob", bytes(blobByteCount, seed: 2))
        try await put(service, plain, "empty", [])
        try await put(service, plain, "doomed", bytes(20_000, seed: 3))
    }

    /// - Returns: the older version of `doc`.
    private static func fillKept(_ service: LocalObjectService) async throws -> VersionID {
        var request = CreateBucketRequest(bucket: kept)
        request.tags = try TagSet([ObjectTag(key: "team", value: "blue")])
        try await service.createBucket(request)
        try await service.putBucketVersioning(
            PutBucketVersioningRequest(bucket: kept, versioningConfiguration: VersioningConfiguration(status: .enabled)))
        let rule = try LifecycleRule(
            id: "old", noncurrentVersionExpiration: .init(noncurrentDays: 30), abortIncompleteMultipartUploadDays: 3)
        try await service.putBucketLifecycleConfiguration(
            PutBucketLifecycleConfigurationRequest(bucket: kept, try LifecycleConfiguration(rules: [rule])))
        let old = try await put(service, kept, "doc", bytes(18_000, seed: 4)) { put in
            put.tagging = try TagSet([ObjectTag(key: "state", value: "draft")])
        }
        try await put(service, kept, "doc", bytes(3000, seed: 5)) { put in
            put.metadata = try UserMetadata([.init(name: "author", value: "someone")])
        }
        try await put(service, kept, "gone", bytes(500, seed: 6))
        _ = try await service.deleteObject(DeleteObjectRequest(object(kept, "gone")))
        _ = try await service.copyObject(
            CopyObjectRequest(copySource: object(kept, "doc", old), bucket: kept, key: Subject.key("copy")))
        return try #require(old)
    }

    private static func fillUploads(_ service: LocalObjectService) async throws -> (UploadReference, [CompletedPart]) {
        for (key, isWhole) in [("parts", true), ("pending", false)] {
            let upload = try await service.createMultipartUpload(
                CreateMultipartUploadRequest(bucket: kept, key: Subject.key(key))
            ).upload
            var parts: [CompletedPart] = []
            for number in [2, 5] {
                let body = BytesBody(bytes(20_000 + number, seed: UInt64(number)))
                let part = try await service.uploadPart(UploadPartRequest(upload: upload, partNumber: number, body: body))
                parts.append(CompletedPart(partNumber: number, eTag: part.eTag))
            }
            // One of the parts is dropped: only the last one may be as small.
            let last = Array(parts.suffix(1))
            guard isWhole else { return (upload, last) }
            _ = try await service.completeMultipartUpload(CompleteMultipartUploadRequest(upload: upload, parts: last))
        }
        preconditionFailure("the last upload is pending")
    }

    private static func fillLocked(_ service: LocalObjectService) async throws {
        var request = CreateBucketRequest(bucket: locked)
        request.objectLockEnabledForBucket = true
        try await service.createBucket(request)
        let retention = try DefaultRetention(mode: .governance, period: .days(10))
        try await service.putObjectLockConfiguration(
            PutObjectLockConfigurationRequest(bucket: locked, ObjectLockConfiguration(defaultRetention: retention)))
        try await put(service, locked, "held", bytes(700, seed: 7)) { $0.objectLockLegalHoldStatus = .on }
    }

    private static func fillGuarded(_ service: LocalObjectService, _ keeper: LocalStore) async throws {
        try await service.createBucket(CreateBucketRequest(bucket: guarded))
        let configuration = VersioningConfiguration(status: .enabled, mfaDelete: .enabled)
        try await service.putBucketVersioning(
            PutBucketVersioningRequest(bucket: guarded, versioningConfiguration: configuration, mfa: keeper.token()))
        try await put(service, guarded, "precious", bytes(900, seed: 8))
        try await put(service, guarded, "precious", bytes(1700, seed: 9))
    }

    /// What restoring takes back: time has passed since the bucket was filled.
    private static func changeKept(_ service: LocalObjectService) async throws {
        try await put(service, kept, "late", bytes(300, seed: 10))
        try await put(service, kept, "parts", bytes(300, seed: 11))
        _ = try await service.deleteObject(DeleteObjectRequest(object(kept, "copy")))
    }

    func copy() throws -> StoreCopy { try StoreCopy(of: keeper.folder, keeper, at: now) }
}

/// A copy of a store's objects, with the keys and the trail of the one that it was copied from, and a clock of its own.
final class StoreCopy: Sendable {
    private let temporary: TemporaryFolder
    let keeper: LocalStore
    let clock: ManualClock

    /// - Parameter source: a folder with a database and blobs. It may be in use: what is copied is what a process that is killed leaves.
    init(of source: URL, _ keeper: LocalStore, at now: Timestamp, in parent: FilePath = TemporaryFolder.memory) throws {
        self.keeper = keeper
        clock = ManualClock(now)
        temporary = try TemporaryFolder(in: parent)
        for name in ["objects.sqlite", "objects.sqlite-wal", "objects.failed", "objects"] {
            let item = source.appendingPathComponent(name)
            guard FileManager.default.fileExists(atPath: item.path) else { continue }
            try FileManager.default.copyItem(at: item, to: folder.appendingPathComponent(name))
        }
    }

    var folder: URL { temporary.url }

    func environment(_ calls: any FileCalls = SystemFileCalls()) -> ObjectStoreEnvironment {
        ObjectStoreEnvironment(
            folder: FilePath(folder.path), keys: keeper.keys, trail: keeper.trail, clock: clock,
            caller: LocalStore.caller, identity: keeper.identity, calls: calls)
    }

    func open(_ calls: any FileCalls = SystemFileCalls()) async throws -> LocalObjectService {
        try await LocalObjectService.open(environment(calls), .createIfMissing)
    }

    /// Whether everything that was copied is still as it was, and nothing of it in the log.
    func isWhole(_ source: URL) throws -> Bool {
        let log = folder.appendingPathComponent("objects.sqlite-wal").path
        var status = stat()
        guard stat(log, &status) != 0 || status.st_size == 0 else { return false }
        let database = "objects.sqlite"
        let names = FileManager.default.enumerator(atPath: source.appendingPathComponent("objects").path)?.allObjects as? [String] ?? []
        return ([database] + names.filter { $0.hasSuffix(".age") }.map { "objects/\($0)" }).allSatisfy { name in
            FileManager.default.contentsEqual(
                atPath: source.appendingPathComponent(name).path, andPath: folder.appendingPathComponent(name).path)
        }
    }

    /// Of every file in it but what connections share, and of what is empty.
    func fileDigests() throws -> [String: [UInt8]] {
        var digests: [String: [UInt8]] = [:]
        for case let name as String in FileManager.default.enumerator(atPath: folder.path)?.allObjects ?? [] {
            let url = folder.appendingPathComponent(name)
            guard !url.hasDirectoryPath, !name.hasSuffix("-shm") else { continue }
            let bytes = [UInt8](try Data(contentsOf: url))
            if !bytes.isEmpty { digests[name] = try Digest.hash(.sha256, bytes.span.bytes) }
        }
        return digests
    }

    func copy() throws -> StoreCopy { try StoreCopy(of: folder, keeper, at: clock.now) }
}
