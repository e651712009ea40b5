import AuditTrail
import Foundation
import KeyStore
import KeyTestSupport
import Testing

@testable import ObjectStore

/// What `maintain` makes of the rules of a bucket; `LifecycleRulesTests` is about the rules themselves.
@Suite("Lifecycle")
struct LifecycleTests {
    private func bucket(
        _ rules: [LifecycleRule], _ status: VersioningStatus = .enabled, objectLock: Bool = false
    ) async throws -> (LocalStore, LocalObjectService, Subject) {
        let store = try LocalStore()
        let service = try await store.open()
        let s = Subject(service: service, clock: store.clock)
        try await s.createBucket(status, objectLock: objectLock)
        try await service.putBucketLifecycleConfiguration(
            PutBucketLifecycleConfigurationRequest(bucket: Subject.bucket, LifecycleConfiguration(rules: rules)))
        return (store, service, s)
    }

    private func pass(days: Int64, _ store: LocalStore) { store.clock.pass(.seconds(days * 86_400)) }

    /// A dry run, which has to change nothing, and the real one, which has to do what the other said.
    private func maintain(_ service: LocalObjectService) async throws -> MaintenanceSummary {
        let before = try await service.listObjectVersions(ListObjectVersionsRequest(bucket: Subject.bucket))
        let uploads = try await service.listMultipartUploads(ListMultipartUploadsRequest(bucket: Subject.bucket))
        let dry = try await service.maintain(dryRun: true)
        #expect(try await service.listObjectVersions(ListObjectVersionsRequest(bucket: Subject.bucket)) == before)
        #expect(try await service.listMultipartUploads(ListMultipartUploadsRequest(bucket: Subject.bucket)) == uploads)
        let real = try await service.maintain(dryRun: false)
        #expect(real == dry)
        #expect(try await service.check(repair: false).findings.isEmpty)
        return real
    }

    @Test(
        "a current version that expired gets a marker, or goes where there are no versions",
        arguments: [
            (VersioningStatus.enabled, ["old!*", "old", "young*"]), (.suspended, ["old!*", "young*"]), (.unversioned, ["young*"]),
        ])
    func expiration(_ status: VersioningStatus, _ versions: [String]) async throws {
        let (store, service, s) = try await bucket([LifecycleRule(id: "r", expiration: .days(3))], status)
        try await s.put("old", "1")
        pass(days: 3, store)
        try await s.put("young", "1")
        #expect(try await maintain(service).expiredObjects == 0)
        pass(days: 1, store)
        #expect(try await maintain(service).expiredObjects == 1)
        #expect(try await s.versions() == versions)
        #expect(try await maintain(service) == MaintenanceSummary())
    }

    @Test("an expiration that was announced is carried out when it was announced for")
    func announced() async throws {
        let (store, service, s) = try await bucket([LifecycleRule(id: "r", expiration: .days(3))])
        try await s.put("k", "1")
        let expiry = try #require(try await s.head("k").expiration)
        store.clock.pass(.seconds(expiry.date.seconds - store.clock.now.seconds - 1))
        #expect(try await maintain(service).expiredObjects == 0)
        store.clock.pass(.seconds(1))
        #expect(try await maintain(service).expiredObjects == 1)
    }

    @Test("noncurrent versions go after their days, but for the newest that are to stay")
    func noncurrent() async throws {
        let (store, service, s) = try await bucket([
            LifecycleRule(id: "r", noncurrentVersionExpiration: .init(noncurrentDays: 2, newerNoncurrentVersions: 2))
        ])
        for number in 0..<6 { try await s.put("k", "\(number)") }
        try await s.put("alone", "1")
        #expect(try await maintain(service) == MaintenanceSummary())
        pass(days: 4, store)
        // Of six versions one is current, and two of the others stay.
        #expect(try await maintain(service).deletedVersions == 3)
        #expect(try await s.versions() == ["alone*", "k*", "k", "k"])
        #expect(try await s.get("k") == "5")
        try await s.delete("k")
        pass(days: 4, store)
        #expect(try await maintain(service).deletedVersions == 1)
        #expect(try await s.versions() == ["alone*", "k!*", "k", "k"])
    }

    @Test("a marker with nothing behind it is cleaned up, and no other")
    func markers() async throws {
        let (store, service, s) = try await bucket([LifecycleRule(id: "r", expiration: .expiredObjectDeleteMarker)])
        try await s.delete("alone")
        try await s.put("covered", "1")
        try await s.delete("covered")
        try await s.delete("twice")
        try await s.delete("twice")
        try await s.put("object", "1")
        pass(days: 2, store)
        #expect(try await maintain(service).deletedVersions == 1)
        #expect(try await s.versions() == ["covered!*", "covered", "object*", "twice!*", "twice!"])
    }

    @Test("a key whose versions all went loses its marker with the next run")
    func all() async throws {
        let (store, service, s) = try await bucket([
            LifecycleRule(id: "old", noncurrentVersionExpiration: .init(noncurrentDays: 1)),
            LifecycleRule(id: "markers", expiration: .expiredObjectDeleteMarker),
        ])
        for _ in 0..<3 { try await s.put("k", DamagedStore.blobText) }
        try await s.delete("k")
        pass(days: 3, store)
        #expect(try await maintain(service).deletedVersions == 3)
        #expect(try await maintain(service).deletedVersions == 1)
        #expect(try await s.versions() == [])
        #expect(try store.blobFiles().isEmpty)
        try await service.deleteBucket(DeleteBucketRequest(bucket: Subject.bucket))
    }

    @Test("uploads that were given up are aborted, those of the prefix alone")
    func uploads() async throws {
        let (store, service, s) = try await bucket([
            LifecycleRule(id: "r", filter: LifecycleFilter(prefix: Array("a/".utf8)), abortIncompleteMultipartUploadDays: 2)
        ])
        func begin(_ key: String) async throws {
            let upload = try await service.createMultipartUpload(
                CreateMultipartUploadRequest(bucket: Subject.bucket, key: Subject.key(key))
            ).upload
            _ = try await service.uploadPart(UploadPartRequest(upload: upload, partNumber: 1, body: BytesBody("1")))
        }
        for key in ["a/1", "a/2", "b"] { try await begin(key) }
        pass(days: 2, store)
        try await begin("a/3")
        pass(days: 1, store)
        #expect(try await maintain(service).abortedUploads == 2)
        let left = try await service.listMultipartUploads(ListMultipartUploadsRequest(bucket: Subject.bucket)).uploads
        #expect(left.map(\.key.text) == ["a/3", "b"])
        #expect(try store.blobFiles().count == 2)
        #expect(try await s.versions() == [])
    }

    @Test("locked versions stay until their lock ends")
    func locked() async throws {
        let (store, service, s) = try await bucket(
            [LifecycleRule(id: "r", noncurrentVersionExpiration: .init(noncurrentDays: 1))], objectLock: true)
        let until = store.clock.now.adding(days: 10)
        for lock in [
            ObjectLock(retention: Retention(mode: .governance, retainUntilDate: until)),
            ObjectLock(retention: Retention(mode: .compliance, retainUntilDate: until)), ObjectLock(legalHold: .on), .none,
        ] {
            try await s.put("k", "1") { ($0.objectLockRetention, $0.objectLockLegalHoldStatus) = (lock.retention, lock.legalHold) }
        }
        try await s.put("k", "last")
        pass(days: 3, store)
        #expect(try await maintain(service).deletedVersions == 1)
        pass(days: 8, store)
        #expect(try await maintain(service).deletedVersions == 2)
        #expect(try await s.versions() == ["k*", "k"])
        // A marker deletes nothing, so a locked version expires.
        let rule = try LifecycleRule(id: "r", expiration: .days(1))
        try await service.putBucketLifecycleConfiguration(
            PutBucketLifecycleConfigurationRequest(bucket: Subject.bucket, LifecycleConfiguration(rules: [rule])))
        #expect(try await maintain(service).expiredObjects == 1)
        #expect(try await s.versions() == ["k!*", "k", "k"])
    }

    struct Filter: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let make: @Sendable () throws -> LifecycleFilter
        let expired: [String]
    }

    @Test(
        "a rule is about the objects that its filter matches",
        arguments: [
            Filter(testDescription: "all", make: { .all }, expired: ["a/big", "a/small", "a/tagged", "b"]),
            Filter(
                testDescription: "prefix", make: { try LifecycleFilter(prefix: Array("a/".utf8)) },
                expired: ["a/big", "a/small", "a/tagged"]),
            Filter(
                testDescription: "tag", make: { try LifecycleFilter(tags: TagSet([ObjectTag(key: "t", value: "1")])) },
                expired: ["a/tagged", "b"]),
            Filter(
                testDescription: "two tags",
                make: { try LifecycleFilter(tags: TagSet([ObjectTag(key: "t", value: "1"), ObjectTag(key: "u", value: "2")])) },
                expired: ["b"]),
            Filter(testDescription: "greater", make: { try LifecycleFilter(objectSizeGreaterThan: 10) }, expired: ["a/big"]),
            Filter(testDescription: "less", make: { try LifecycleFilter(objectSizeLessThan: 10) }, expired: ["a/small", "a/tagged", "b"]),
            Filter(
                testDescription: "everything at once",
                make: {
                    try LifecycleFilter(
                        prefix: Array("a/".utf8), tags: TagSet([ObjectTag(key: "t", value: "1")]), objectSizeGreaterThan: 1,
                        objectSizeLessThan: 5)
                }, expired: ["a/tagged"]),
        ])
    func filters(_ filter: Filter) async throws {
        let (store, service, s) = try await bucket([LifecycleRule(id: "r", filter: filter.make(), expiration: .days(1))])
        try await s.put("a/big", String(repeating: "x", count: 100))
        try await s.put("a/small", "1")
        try await s.put("a/tagged", "123") { $0.tagging = try TagSet([ObjectTag(key: "t", value: "1")]) }
        try await s.put("b", "12") { $0.tagging = try TagSet([ObjectTag(key: "t", value: "1"), ObjectTag(key: "u", value: "2")]) }
        pass(days: 2, store)
        #expect(try await maintain(service).expiredObjects == filter.expired.count)
        let left = Set(try await s.keys())
        #expect(Set(["a/big", "a/small", "a/tagged", "b"]).subtracting(left) == Set(filter.expired))
    }

    @Test("keys with more versions than one transaction deletes, and more keys than one look covers")
    func many() async throws {
        let (store, service, s) = try await bucket([
            LifecycleRule(id: "r", noncurrentVersionExpiration: .init(noncurrentDays: 1, newerNoncurrentVersions: 2))
        ])
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<1400 { group.addTask { try await s.put("k", "\(number)") } }
            for number in 0..<1100 { group.addTask { try await s.put("key/\(number)", "1") } }
            try await group.waitForAll()
        }
        for number in stride(from: 0, to: 1100, by: 5) { for _ in 0..<3 { try await s.delete("key/\(number)") } }
        pass(days: 3, store)
        let dry = try await service.maintain(dryRun: true)
        let real = try await service.maintain(dryRun: false)
        #expect(dry == real)
        // One of three markers is current, and two versions stay besides: of four, one goes.
        #expect(real.deletedVersions == 1397 + 220)
        let statistics = try await service.statistics().buckets[0]
        #expect(statistics.versionCount == 3 + 880)
        #expect(statistics.deleteMarkerCount == 660)
        #expect(try await service.check(repair: false).findings.isEmpty)
        #expect(try await service.maintain(dryRun: false) == MaintenanceSummary())
    }

    @Test("a rule that is disabled does nothing, and a bucket without a lifecycle is left alone")
    func disabled() async throws {
        let (store, service, s) = try await bucket([LifecycleRule(id: "r", status: .disabled, expiration: .days(1))])
        try await s.put("k", "1")
        pass(days: 9, store)
        #expect(try await maintain(service) == MaintenanceSummary())
        try await service.putBucketLifecycleConfiguration(PutBucketLifecycleConfigurationRequest(bucket: Subject.bucket, nil))
        #expect(try await maintain(service) == MaintenanceSummary())
        #expect(try await s.versions() == ["k*"])
    }

    @Test("each version that a rule deleted is on record, with the rule")
    func trail() async throws {
        let (store, service, s) = try await bucket([LifecycleRule(id: "the rule", noncurrentVersionExpiration: .init(noncurrentDays: 1))])
        let put = try await s.put("k", "1")
        try await s.put("k", "2")
        pass(days: 3, store)
        _ = try await maintain(service)
        #expect(try store.events("ExpireObjects").count == 1)
        let trail = try String(contentsOf: store.folder.appendingPathComponent("audit.log"), encoding: .utf8)
        let line = try #require(trail.split(separator: "\n").last { $0.contains("ExpireObjects") })
        #expect(line.contains("the rule"))
        #expect(line.contains(try #require(put.versionID).text))
    }
}
