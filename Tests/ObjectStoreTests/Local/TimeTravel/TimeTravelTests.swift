import KeyStore
import KeyTestSupport
import TestSupport
import Testing

@testable import ObjectStore

@Suite("Looks at a bucket as it was")
struct TimeTravelTests {
    private func list(_ history: History, _ scope: ListingScope, asOf time: Timestamp) async throws -> (
        keys: [History.Entry], prefixes: [[UInt8]]
    ) {
        var request = ListObjectsV2Request(bucket: Subject.bucket, scope: scope)
        var (entries, prefixes): ([History.Entry], [[UInt8]]) = ([], [])
        while true {
            let page = try await history.service.listObjects(request, asOf: time)
            #expect(page.versions.count + page.commonPrefixes.count <= scope.maxKeys ?? 1000)
            for version in page.versions {
                let object = try #require(version.object)
                entries.append(History.Entry(key: version.key.text, versionID: version.versionID, eTag: object.eTag))
            }
            prefixes += page.commonPrefixes
            guard let marker = page.nextKeyMarker else { return (entries, prefixes) }
            request.continuationToken = ContinuationToken(after: marker)
        }
    }

    @Test("a listing as of a time is what was listed then, whatever happened since", arguments: [1, 2, 3] as [UInt64])
    func listings(_ seed: UInt64) async throws {
        var (history, random) = (try await History(), SeededGenerator(seed: seed))
        try await history.goOn(60, &random)
        for moment in history.moments {
            for later in [0, 9] as [Int64] {
                let time = Timestamp(seconds: moment.time.seconds + later)
                for pageSize in [1, 2, 1000] {
                    #expect(try await list(history, ListingScope(maxKeys: pageSize), asOf: time).keys == moment.entries)
                }
            }
        }
    }

    @Test("prefix, delimiter and pages show of a time what they would have shown then", arguments: [4, 5] as [UInt64])
    func scopes(_ seed: UInt64) async throws {
        var (history, random) = (try await History(), SeededGenerator(seed: seed))
        let scopes = ["", "a", "a/", "a/b", "x"].flatMap { prefix in
            [nil, "/", "b"].map { ListingScope(prefix: Array(prefix.utf8), delimiter: $0.map { Array($0.utf8) }) }
        }
        var expected: [(time: Timestamp, scope: ListingScope, keys: [String], prefixes: [[UInt8]])] = []
        for _ in 0..<20 {
            try await history.goOn(1, &random)
            let time = try #require(history.moments.last).time
            for scope in scopes {
                let page = try await history.service.listObjectsV2(ListObjectsV2Request(bucket: Subject.bucket, scope: scope))
                expected.append((time, scope, page.contents.map(\.key.text), page.commonPrefixes))
            }
        }
        for (time, scope, keys, prefixes) in expected {
            for pageSize in [1, 3, nil] {
                var scope = scope
                scope.maxKeys = pageSize
                let listed = try await list(history, scope, asOf: time)
                #expect(listed.keys.map(\.key) == keys)
                #expect(listed.prefixes == prefixes)
            }
        }
    }

    @Test("the version of a time is the one that was current then", arguments: [6, 7] as [UInt64])
    func versions(_ seed: UInt64) async throws {
        var (history, random) = (try await History(), SeededGenerator(seed: seed))
        try await history.goOn(40, &random)
        for moment in history.moments {
            for key in History.keys {
                guard let entry = moment.entries.first(where: { $0.key == key }) else {
                    await history.subject.expect(.noSuchKey) {
                        _ = try await history.service.versionID(of: Subject.key(key), in: Subject.bucket, asOf: moment.time)
                    }
                    continue
                }
                let id = try await history.service.versionID(of: Subject.key(key), in: Subject.bucket, asOf: moment.time)
                #expect(id == entry.versionID)
                #expect(try await history.subject.head(key, id).eTag == entry.eTag)
            }
        }
    }

    @Test("a deletion at that time is told with the facts of its marker")
    func marker() async throws {
        let history = try await History()
        try await history.subject.put("k", "1")
        history.store.clock.pass(.seconds(10))
        let marker = try await history.subject.delete("k")
        let time = history.store.clock.now
        history.store.clock.pass(.seconds(10))
        try await history.subject.put("k", "2")
        let refusal = await history.subject.expect(.noSuchKey) {
            _ = try await history.service.versionID(of: Subject.key("k"), in: Subject.bucket, asOf: time)
        }
        #expect(refusal?.deleteMarker?.versionID == marker.versionID)
        #expect(refusal?.deleteMarker?.lastModified == time)
    }

    @Test("what was deleted for good is not seen, and what was under it is")
    func gone() async throws {
        let history = try await History()
        let first = try await history.subject.put("k", "1")
        history.store.clock.pass(.seconds(10))
        let second = try await history.subject.put("k", "2")
        let time = history.store.clock.now
        try await history.subject.delete("k", second.versionID)
        #expect(try await history.service.versionID(of: Subject.key("k"), in: Subject.bucket, asOf: time) == first.versionID)
        #expect(try await list(history, ListingScope(), asOf: time).keys.map(\.versionID) == [first.versionID])
    }

    @Test("before everything there was nothing, and no bucket is none at any time")
    func nothing() async throws {
        let history = try await History()
        try await history.subject.put("k", "1")
        #expect(try await list(history, ListingScope(), asOf: Timestamp(seconds: 0)).keys.isEmpty)
        let other = try BucketName("other")
        await history.subject.expect(.noSuchBucket) {
            _ = try await history.service.listObjects(ListObjectsV2Request(bucket: other), asOf: history.store.clock.now)
        }
        await history.subject.expect(.noSuchBucket) {
            _ = try await history.service.versionID(of: Subject.key("k"), in: other, asOf: history.store.clock.now)
        }
    }

    @Test(
        "without versioning the one version there is counts from when it was written",
        arguments: [VersioningStatus.unversioned, .suspended])
    func nullVersions(_ status: VersioningStatus) async throws {
        let history = try await History(status)
        try await history.subject.put("k", "1")
        let first = history.store.clock.now
        history.store.clock.pass(.seconds(10))
        try await history.subject.put("k", "2")
        #expect(try await list(history, ListingScope(), asOf: first).keys.isEmpty)
        #expect(try await list(history, ListingScope(), asOf: history.store.clock.now).keys.map(\.versionID) == [.null])
    }
}
