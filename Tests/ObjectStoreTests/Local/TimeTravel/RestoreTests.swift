import KeyStore
import KeyTestSupport
import Synchronization
import TestSupport
import Testing

@testable import ObjectStore

@Suite("Restore")
struct RestoreTests {
    private func restore(
        _ history: History, to time: Timestamp, prefix: String = "", dryRun: Bool = false
    ) async throws -> (summary: RestoreSummary, changes: [String]) {
        let changes = Mutex<[String]>([])
        let summary = try await history.service.restore(
            RestoreRequest(bucket: Subject.bucket, prefix: Array(prefix.utf8), time: time, dryRun: dryRun)
        ) { change in changes.withLock { $0.append("\(change.key) \(change.kind.rawValue) \(change.fromVersionID?.text ?? "-")") } }
        return (summary, changes.withLock { $0 })
    }

    @Test("a key is restored, undeleted, deleted or left as it is, and nothing is lost")
    func kinds() async throws {
        let history = try await History()
        let s = history.subject
        for key in ["changed", "deleted", "same", "again"] { try await s.put(key, "old \(key)") }
        try await s.delete("again")
        let then = history.store.clock.now
        history.store.clock.pass(.seconds(10))
        try await s.put("changed", "new")
        try await s.delete("deleted")
        try await s.put("added", "new")
        try await s.put("again", "new")
        history.store.clock.pass(.seconds(10))
        let before = try await s.versions()
        let dry = try await restore(history, to: then, dryRun: true)
        #expect(try await s.versions() == before)
        let done = try await restore(history, to: then)
        #expect(done.summary == dry.summary)
        #expect(done.changes == dry.changes)
        #expect(done.summary == RestoreSummary(restored: 1, undeleted: 1, deleted: 2, unchanged: 1))
        #expect(
            done.changes.map { $0.split(separator: " ").prefix(2).joined(separator: " ") } == [
                "added deleted", "again deleted", "changed restored", "deleted undeleted",
            ])
        #expect(try await s.keys() == ["changed", "deleted", "same"])
        for key in ["changed", "deleted", "same"] { #expect(try await s.get(key) == "old \(key)") }
        #expect(try await s.versions().count == before.count + 4)
        // Once more there is nothing to do.
        #expect(try await restore(history, to: then).summary == RestoreSummary(unchanged: 5))
    }

    @Test(
        "after restoring to any time it is as it was then, and restoring to the time before undoes it", arguments: [1, 2, 3, 4] as [UInt64])
    func random(_ seed: UInt64) async throws {
        var (history, random) = (try await History(), SeededGenerator(seed: seed))
        try await history.goOn(40, &random)
        for _ in 0..<12 {
            let moment = try #require(history.moments.randomElement(using: &random))
            let (before, now) = (history.states(try await history.current()), history.store.clock.now)
            history.store.clock.pass(.seconds(10))
            let dry = try await restore(history, to: moment.time, dryRun: true)
            let done = try await restore(history, to: moment.time)
            #expect(dry.summary == done.summary)
            #expect(history.states(try await history.current()) == history.states(moment.entries))
            history.store.clock.pass(.seconds(10))
            if Bool.random(using: &random) {
                _ = try await restore(history, to: now)
                #expect(history.states(try await history.current()) == before)
                history.store.clock.pass(.seconds(10))
            }
            try await history.goOn(3, &random)
        }
        for entry in try await history.current() {
            let text = try await history.subject.get(entry.key)
            #expect(!text.isEmpty)
        }
        #expect(try await history.service.check(repair: false).findings.isEmpty)
        #expect(try await history.service.scrub(ScrubRequest()) { _ in }.findings.isEmpty)
    }

    @Test("only the keys of the prefix are restored")
    func prefix() async throws {
        let history = try await History()
        let s = history.subject
        for key in ["a", "a/1", "a/2", "b"] { try await s.put(key, "old") }
        let then = history.store.clock.now
        history.store.clock.pass(.seconds(10))
        for key in ["a", "a/1", "a/2", "b"] { try await s.delete(key) }
        #expect(try await restore(history, to: then, prefix: "a/").summary == RestoreSummary(undeleted: 2))
        #expect(try await s.keys() == ["a/1", "a/2"])
        #expect(try await restore(history, to: then, prefix: "zzz").summary == RestoreSummary())
    }

    enum Layout: String, CaseIterable { case inline, blob, parts }

    @Test(
        "the restored version and the original are deleted one without the other, and with the last one its bytes go",
        arguments: Layout.allCases, [true, false])
    func sharedSeal(_ layout: Layout, _ originalFirst: Bool) async throws {
        let history = try await History()
        let s = history.subject
        var text = "1"
        switch layout {
        case .inline: try await s.put("k", text)
        case .blob:
            text = DamagedStore.blobText
            try await s.put("k", text)
        case .parts:
            try await DamagedStore.putParts("k", s)
            text = try await s.get("k")
        }
        let (then, original) = (history.store.clock.now, try #require(try await history.current().first).versionID)
        history.store.clock.pass(.seconds(10))
        try await s.delete("k")
        _ = try await restore(history, to: then)
        let restored = try #require(try await history.current().first).versionID
        #expect(restored != original)
        let order = originalFirst ? [original, restored] : [restored, original]
        #expect(try await history.service.check(repair: false).findings.isEmpty)
        try await s.delete("k", order[0])
        #expect(try await s.get("k", order[1]) == text)
        #expect(try await history.service.check(repair: false).findings.isEmpty)
        // A copy and an export of it are as good.
        _ = try await s.service.copyObject(
            CopyObjectRequest(copySource: s.object("k", order[1]), bucket: Subject.bucket, key: Subject.key("copy")))
        let exported = try await history.service.exportObject(s.object("k", order[1])).collect(limit: 64 << 20)
        #expect(exported.starts(with: "age-encryption.org/v1\n".utf8))
        try await s.delete("k", order[1])
        #expect(try await s.get("copy") == text)
        for version in try await s.service.listObjectVersions(ListObjectVersionsRequest(bucket: Subject.bucket)).versions {
            try await s.delete(version.key.text, version.versionID)
        }
        #expect(try history.store.blobFiles().isEmpty)
        #expect(try history.store.query("SELECT count(*) FROM seal") == [0])
        #expect(try await history.service.check(repair: false).findings.isEmpty)
    }

    @Test("metadata, tags and checksum come back with a version, and its lock is that of a new one")
    func facts() async throws {
        let history = try await History()
        let s = history.subject
        try await s.service.putObjectLockConfiguration(
            PutObjectLockConfigurationRequest(
                bucket: Subject.bucket,
                ObjectLockConfiguration(defaultRetention: try DefaultRetention(mode: .governance, period: .days(1)))))
        let put = try await s.put("k", "1") {
            $0.metadata = try UserMetadata([.init(name: "a", value: "b")])
            $0.tagging = try TagSet([ObjectTag(key: "t", value: "1")])
            $0.objectLockLegalHoldStatus = .on
            $0.checksum = try UploadChecksum(algorithm: .sha256)
        }
        let then = history.store.clock.now
        history.store.clock.pass(.seconds(100))
        try await s.put("k", "2")
        _ = try await restore(history, to: then)
        let (old, new) = (
            try await s.head("k", put.versionID) { $0.checksumMode = true }, try await s.head("k") { $0.checksumMode = true }
        )
        #expect((new.metadata, new.tagCount, new.checksum, new.eTag) == (old.metadata, 1, put.checksum, put.eTag))
        #expect(new.lastModified == history.store.clock.now)
        #expect(new.objectLock == ObjectLock(retention: Retention(mode: .governance, retainUntilDate: new.lastModified.adding(days: 1))))
        #expect(old.objectLock.legalHold == .on)
        // What is said of one is not said of the other.
        _ = try await s.service.putObjectTagging(s.object("k"), TagSet([ObjectTag(key: "t", value: "2")]))
        #expect(try await s.service.getObjectTagging(s.object("k", put.versionID)).tagSet["t"] == "1")
    }

    @Test("five thousand keys are restored in one transaction")
    func many() async throws {
        let history = try await History()
        let s = history.subject
        let keys = (0..<5000).map { "k/\($0)" }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for key in keys { group.addTask { try await s.put(key, key) } }
            try await group.waitForAll()
        }
        let then = history.store.clock.now
        history.store.clock.pass(.seconds(10))
        for start in stride(from: 0, to: keys.count, by: 1000) {
            let entries = keys[start..<start + 1000].map { DeleteObjectsRequest.Entry(key: Subject.key($0)) }
            var request = DeleteObjectsRequest(bucket: Subject.bucket, objects: entries)
            request.quiet = true
            _ = try await s.service.deleteObjects(request)
        }
        #expect(try await s.keys().isEmpty)
        let revision = try await history.service.statistics().revision
        #expect(try await restore(history, to: then).summary == RestoreSummary(undeleted: 5000))
        let statistics = try await history.service.statistics()
        #expect(statistics.revision == revision + 1)
        #expect(statistics.buckets[0].objectCount == 5000)
        #expect(try history.store.events("RestoreObjects").count == 1)
        for key in [keys[0], keys[2500], keys[4999]] { #expect(try await s.get(key) == key) }
        #expect(try await history.service.check(repair: false).findings.isEmpty)
    }

    @Test(
        "without versioning nothing is restored, not even for show", arguments: [VersioningStatus.unversioned, .suspended], [true, false])
    func refused(_ status: VersioningStatus, _ dryRun: Bool) async throws {
        let history = try await History(status)
        try await history.subject.put("k", "1")
        await history.subject.expect(.invalidBucketState) { _ = try await restore(history, to: history.store.clock.now, dryRun: dryRun) }
    }
}
