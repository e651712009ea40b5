import KeyStore
import KeyTestSupport
import Testing

@testable import AccessControl
@testable import ObjectStore

/// A session stands for a code: for its scope, its count and its time.
@Suite("MFA sessions", .enabled(if: PeerPhone.isInstalled, "oathtool is not installed"))
struct MFASessionTests {
    private func begin(_ bucket: MFABucket, scope: String, uses: Int, minutes: Int = 5) async throws {
        _ = try await bucket.gate.beginSession(
            scope: scope, uses: uses, minutes: minutes, authorizedBy: try MFACode(bucket.token().text))
    }

    private func puts(_ bucket: MFABucket, _ keys: [String]) async throws -> [DeleteObjectsRequest.Entry] {
        var entries: [DeleteObjectsRequest.Entry] = []
        for key in keys { entries.append(.init(key: Subject.key(key), versionID: try await bucket.subject.put(key, "1").versionID)) }
        return entries
    }

    @Test("a session permits as many deletions as it was given, and none more")
    func count() async throws {
        let bucket = try await MFABucket()
        let entries = try await puts(bucket, ["a/1", "a/2", "a/3"])
        try await begin(bucket, scope: "bucket/a/", uses: 2)
        #expect(try await !bucket.service.needsCode(toDeleteVersionsOf: entries.prefix(2).map(\.key), in: Subject.bucket))
        #expect(try await bucket.service.needsCode(toDeleteVersionsOf: entries.map(\.key), in: Subject.bucket))
        for entry in entries.prefix(2) { try await bucket.delete(entry.key.text, entry.versionID, code: nil) }
        await bucket.refusal("a/3", entries[2].versionID, code: nil)
        #expect(try await bucket.service.needsCode(toDeleteVersionsOf: [entries[2].key], in: Subject.bucket))
        #expect(try await bucket.subject.versions() == ["a/3*"])
    }

    @Test("a batch uses up one for each version, and more than are left refuse it as a whole")
    func batch() async throws {
        let bucket = try await MFABucket()
        let entries = try await puts(bucket, ["a/1", "a/2", "a/3", "a/4", "a/5"])
        try await begin(bucket, scope: "bucket/a/", uses: 4)
        let all = DeleteObjectsRequest(bucket: Subject.bucket, objects: entries)
        await bucket.subject.expect(.accessDenied) { _ = try await bucket.service.deleteObjects(all) }
        // A simple deletion among them uses nothing up.
        let some = DeleteObjectsRequest(bucket: Subject.bucket, objects: entries.prefix(4) + [.init(key: Subject.key("other"))])
        #expect(try await bucket.service.deleteObjects(some).errors.isEmpty)
        #expect(try await bucket.subject.versions() == ["a/5*", "other!*"])
        #expect(try bucket.gate.sessions() == [])
    }

    @Test(
        "a scope covers the keys of its bucket that begin with its prefix",
        arguments: [
            ("bucket/", "a/1", true), ("bucket/a/", "a/1", true), ("bucket/a", "a/1", true), ("bucket/a/1", "a/1", true),
            ("bucket/b", "a/1", false), ("bucket/a/12", "a/1", false), ("bucket", "a/1", false), ("bucke", "a/1", false),
            ("bucket2/", "a/1", false), ("/", "a/1", false), ("a/1", "a/1", false), ("bucket//a", "a/1", false), ("BUCKET/", "a/1", false),
        ])
    func scope(_ scope: String, _ key: String, _ isCovered: Bool) async throws {
        let bucket = try await MFABucket()
        let entries = try await puts(bucket, [key])
        try await begin(bucket, scope: scope, uses: 9)
        if isCovered {
            try await bucket.delete(key, entries[0].versionID, code: nil)
        } else {
            await bucket.refusal(key, entries[0].versionID, code: nil)
        }
    }

    @Test("a prefix without a slash behind the bucket does not cover a bucket whose name begins with it")
    func otherBucket() async throws {
        let bucket = try await MFABucket()
        let longer = try BucketName("bucket2")
        try await bucket.service.createBucket(CreateBucketRequest(bucket: longer))
        try await bucket.service.putBucketVersioning(
            PutBucketVersioningRequest(
                bucket: longer, versioningConfiguration: VersioningConfiguration(status: .enabled, mfaDelete: .enabled),
                mfa: bucket.token()))
        let put = try await bucket.service.putObject(PutObjectRequest(bucket: longer, key: Subject.key("k"), body: BytesBody("1")))
        for scope in ["bucket", "bucket/", "bucket2"] {
            try await begin(bucket, scope: scope, uses: 9)
            await bucket.subject.expect(.accessDenied) {
                _ = try await bucket.service.deleteObject(
                    DeleteObjectRequest(ObjectReference(bucket: longer, key: Subject.key("k"), versionID: put.versionID)))
            }
        }
        #expect(try bucket.gate.sessions().map(\.remainingUses) == [9, 9, 9])
    }

    @Test("a batch with one key outside of the scope is refused as a whole, and uses nothing up")
    func partlyCovered() async throws {
        let bucket = try await MFABucket()
        let entries = try await puts(bucket, ["a/1", "b/1"])
        try await begin(bucket, scope: "bucket/a/", uses: 5)
        await bucket.subject.expect(.accessDenied) {
            _ = try await bucket.service.deleteObjects(DeleteObjectsRequest(bucket: Subject.bucket, objects: entries))
        }
        #expect(try bucket.gate.sessions().map(\.remainingUses) == [5])
        #expect(try await bucket.subject.versions() == ["a/1*", "b/1*"])
    }

    @Test("a session ends with its time, and when the clock is set back before it", arguments: [300, -60])
    func time(_ seconds: Int64) async throws {
        let bucket = try await MFABucket()
        let entries = try await puts(bucket, ["a/1", "a/2"])
        try await begin(bucket, scope: "bucket/", uses: 9)
        bucket.store.clock.pass(.seconds(max(0, seconds - 1)))
        if seconds > 0 { try await bucket.delete("a/1", entries[0].versionID, code: nil) }
        bucket.store.clock.pass(.seconds(seconds > 0 ? 1 : seconds))
        await bucket.refusal("a/2", entries[1].versionID, code: nil)
    }

    @Test("a session of another service on the store counts, and the last use is one of theirs together")
    func shared() async throws {
        let bucket = try await MFABucket()
        let entries = try await puts(bucket, (0..<12).map { "a/\($0)" })
        try await begin(bucket, scope: "bucket/a/", uses: 5)
        let subjects = [bucket.subject, try await bucket.store.subject()]
        let done = await withTaskGroup(of: Int.self) { group in
            for (index, entry) in entries.enumerated() {
                group.addTask {
                    do {
                        try await subjects[index % 2].delete(entry.key.text, entry.versionID)
                        return 1
                    } catch {
                        #expect(error as? ObjectStoreError == ObjectStoreError(.accessDenied))
                        return 0
                    }
                }
            }
            return await group.reduce(0, +)
        }
        #expect(done == 5)
        #expect(try await bucket.subject.versions().count == 7)
    }

    @Test(
        "a session permits the deletion of versions and nothing else",
        arguments: ProtectedOperation.s3.suffix(3) + ProtectedOperation.beyond)
    func nothingElse(_ operation: ProtectedOperation) async throws {
        let bucket = try await MFABucket()
        let version = try await operation.prepare(bucket)
        try await begin(bucket, scope: "bucket/", uses: 100)
        await bucket.subject.expect(operation.refusal) { try await operation.run(bucket, version, nil) }
        #expect(try bucket.gate.sessions().map(\.remainingUses) == [100])
    }

    @Test("a wrong code is refused also while there is a session, which is not used up")
    func wrongCode() async throws {
        let bucket = try await MFABucket()
        let entries = try await puts(bucket, ["a/1"])
        try await begin(bucket, scope: "bucket/", uses: 3)
        await bucket.refusal("a/1", entries[0].versionID, code: try bucket.wrong())
        #expect(try bucket.gate.sessions().map(\.remainingUses) == [3])
    }

    @Test("a locked version stays, and uses nothing of a session up")
    func locked() async throws {
        let bucket = try await MFABucket(objectLock: true)
        let put = try await bucket.subject.put("k", "1") { $0.objectLockLegalHoldStatus = .on }
        try await begin(bucket, scope: "bucket/", uses: 3)
        await bucket.refusal("k", put.versionID, code: nil)
        #expect(try bucket.gate.sessions().map(\.remainingUses) == [3])
    }

    @Test("a session that was ended permits nothing any more")
    func ended() async throws {
        let bucket = try await MFABucket()
        let entries = try await puts(bucket, ["a/1"])
        try await begin(bucket, scope: "bucket/", uses: 3)
        for session in try bucket.gate.sessions() { try bucket.gate.endSession(id: session.id) }
        await bucket.refusal("a/1", entries[0].versionID, code: nil)
    }
}
