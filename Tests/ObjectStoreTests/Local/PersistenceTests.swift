import Foundation
import KeyStore
import KeyTestSupport
import Testing

@testable import ObjectStore

@Suite("What an object store keeps")
struct PersistenceTests {
    /// Everything that can be asked of a store, as text.
    private func image(_ service: LocalObjectService) async throws -> [String] {
        var lines: [String] = []
        for bucket in try await service.listBuckets(ListBucketsRequest()).buckets {
            lines.append(
                "\(bucket) \(try await service.getBucketVersioning(bucket.name)) \(try await service.getBucketEncryption(bucket.name))")
            lines.append("\(try await service.getBucketTagging(bucket.name)) \(try await service.getObjectLockConfiguration(bucket.name))")
            lines.append("\(try await service.getBucketLifecycleConfiguration(bucket.name))")
            for version in try await service.listObjectVersions(ListObjectVersionsRequest(bucket: bucket.name)).versions {
                lines.append("\(version)")
                guard !version.isDeleteMarker else { continue }
                let object = ObjectReference(bucket: bucket.name, key: version.key, versionID: version.versionID)
                var request = GetObjectRequest(object)
                request.checksumMode = true
                let response = try await service.getObject(request)
                let bytes = try await response.body.collect(limit: 64 << 20)
                lines.append("\(response.description) \(bytes.count) \(bytes.hashValue)")
                lines.append("\(try await service.getObjectTagging(object))")
                lines.append("\(try await service.getObjectAttributes(object, maxParts: nil, partNumberMarker: nil))")
            }
            for upload in try await service.listMultipartUploads(ListMultipartUploadsRequest(bucket: bucket.name)).uploads {
                let reference = UploadReference(bucket: bucket.name, key: upload.key, uploadID: upload.uploadID)
                lines.append("\(upload) \(try await service.listParts(ListPartsRequest(upload: reference)))")
            }
        }
        lines.append("\(try await service.recoveryRecipient() ?? "none")")
        return lines
    }

    /// A store with something of everything that a bucket has.
    private func full() async throws -> DamagedStore {
        let full = try await DamagedStore()
        let (s, service) = (full.subject, full.service)
        try await service.putObjectLockConfiguration(
            PutObjectLockConfigurationRequest(
                bucket: Subject.bucket,
                ObjectLockConfiguration(defaultRetention: try DefaultRetention(mode: .governance, period: .years(1)))))
        try await service.putBucketLifecycleConfiguration(
            PutBucketLifecycleConfigurationRequest(
                bucket: Subject.bucket,
                LifecycleConfiguration(rules: [
                    LifecycleRule(
                        id: "a", filter: LifecycleFilter(prefix: Array("x/".utf8), tags: TagSet([ObjectTag(key: "t", value: "1")])),
                        expiration: .days(1), noncurrentVersionExpiration: .init(noncurrentDays: 2, newerNoncurrentVersions: 3)),
                    LifecycleRule(id: "b", expiration: .expiredObjectDeleteMarker, abortIncompleteMultipartUploadDays: 9),
                ])))
        try await service.putBucketEncryption(Subject.bucket, BucketEncryption(kmsMasterKeyID: LocalObjectService.defaultKeyAlias))
        for algorithm in ChecksumAlgorithm.allCases {
            try await s.put("x/\(algorithm)", "\(algorithm)") {
                $0.checksum = try UploadChecksum(algorithm: algorithm)
                $0.metadata = try UserMetadata([.init(name: "name", value: "ü")])
                $0.tagging = try TagSet([ObjectTag(key: "t", value: "1")])
                $0.contentHeaders = try ContentHeaders(contentType: "text/plain", contentEncoding: "gzip", expires: "never")
                $0.objectLockRetention = Retention(mode: .compliance, retainUntilDate: full.store.clock.now.adding(days: 1))
                $0.objectLockLegalHoldStatus = .off
            }
        }
        try await service.setRecoveryRecipient(AgeIdentity.generate().recipient().text)
        return full
    }

    @Test("everything is there after the store was opened again")
    func reopening() async throws {
        let full = try await full()
        let before = try await image(full.service)
        #expect(before.count > 30)
        for access in [LocalObjectService.Access.existing, .createIfMissing] {
            #expect(try await image(full.store.open(access)) == before)
        }
        #expect(try await full.store.open().check(repair: false).findings.isEmpty)
    }

    @Test("a copy of the store's folder is the store, once the log was brought into the database")
    func copied() async throws {
        let full = try await full()
        _ = try await full.service.maintain(dryRun: false)
        let before = try await image(full.service)
        let other = try LocalStore()
        for name in ["objects.sqlite", "objects"] {
            try FileManager.default.copyItem(
                at: full.store.folder.appendingPathComponent(name), to: other.folder.appendingPathComponent(name))
        }
        let copy = try await LocalObjectService.open(
            ObjectStoreEnvironment(
                folder: other.environment().folder, keys: full.store.keys, trail: other.trail, clock: full.store.clock,
                caller: LocalStore.caller, identity: full.store.identity), .existing)
        #expect(try await image(copy) == before)
        // With other keys it opens for nobody.
        await full.subject.expect(.kmsNotFound) { _ = try await other.open(.existing) }
    }

    @Test("where nothing was ever stored there is no store")
    func none() async throws {
        let store = try LocalStore()
        let s = Subject(service: ReferenceObjectService(clock: store.clock), clock: store.clock)
        await s.expect(.storeNotFound) { _ = try await store.open(.existing) }
        #expect(!FileManager.default.fileExists(atPath: store.databasePath))
        _ = try await store.open()
        _ = try await store.open(.existing)
    }

    @Test("services that are opened at once on an empty store are one store")
    func openedAtOnce() async throws {
        let store = try LocalStore()
        let services = try await withThrowingTaskGroup(of: LocalObjectService.self) { group in
            for _ in 0..<6 { group.addTask { try await store.open() } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        var ids: Set<String> = []
        for service in services { ids.insert(try await service.statistics().storeID) }
        #expect(ids.count == 1)
        #expect(Set(services.map(\.defaultKeyARN)).count == 1)
        try await Subject(service: services[0], clock: store.clock).createBucket()
        for (number, service) in services.enumerated() {
            let s = Subject(service: service, clock: store.clock)
            try await s.put("\(number)", "1")
        }
        #expect(try await Subject(service: services[5], clock: store.clock).keys().count == 6)
    }

    @Test("two services on one store see each other's writes at once")
    func twoServices() async throws {
        let store = try LocalStore()
        let (one, other) = (try await store.subject(), try await store.subject())
        try await one.createBucket(.enabled)
        for number in 0..<20 {
            let (writer, reader) = number % 2 == 0 ? (one, other) : (other, one)
            let put = try await writer.put("k", "\(number)")
            #expect(try await reader.get("k") == "\(number)")
            #expect(try await reader.head("k").versionID == put.versionID)
            if number % 5 == 4 {
                try await writer.delete("k", put.versionID)
                #expect(try await reader.get("k") == "\(number - 1)")
            }
        }
        #expect(try await one.versions() == other.versions())
    }

    @Test("puts to one key at once give a version each, in one order for everybody", arguments: [1, 2])
    func concurrentPuts(_ serviceCount: Int) async throws {
        let store = try LocalStore()
        var subjects: [Subject] = []
        for _ in 0..<serviceCount { subjects.append(try await store.subject()) }
        try await subjects[0].createBucket(.enabled)
        let made = try await withThrowingTaskGroup(of: (VersionID, Int).self) { [subjects] group in
            for number in 0..<200 {
                group.addTask {
                    let text = number % 20 == 0 ? String(repeating: "\(number) ", count: 10_000) : "\(number)"
                    let put = try await subjects[number % subjects.count].put("k", text)
                    return (try #require(put.versionID), text.utf8.count)
                }
            }
            return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        #expect(made.count == 200)
        let listed = try await subjects[0].service.listObjectVersions(ListObjectVersionsRequest(bucket: Subject.bucket)).versions
        #expect(listed.count == 200)
        #expect(listed.filter(\.isLatest).count == 1 && listed[0].isLatest)
        for version in listed { #expect(version.object.map { Int($0.size) } == made[version.versionID]) }
        let sequences: [Int] = try store.query("SELECT sequence FROM version ORDER BY key, sequence DESC")
        #expect(Set(sequences).count == 200)
        #expect(try await subjects[0].head("k").versionID == listed[0].versionID)
        #expect(try await store.open().check(repair: false).findings.isEmpty)
    }

    @Test("of writes at once that must be the first, exactly one is done", arguments: [1, 2], [10, 100_000])
    func conditionalCreate(_ serviceCount: Int, _ byteCount: Int) async throws {
        let store = try LocalStore()
        var subjects: [Subject] = []
        for _ in 0..<serviceCount { subjects.append(try await store.subject()) }
        try await subjects[0].createBucket()
        for round in 0..<5 {
            let done = await withTaskGroup(of: [ObjectStoreErrorCode?].self) { [subjects] group in
                for number in 0..<12 {
                    group.addTask {
                        let s = subjects[number % subjects.count]
                        do {
                            try await s.put("\(round)", String(repeating: "x", count: byteCount)) {
                                $0.conditions = try WriteConditions(ifNoneMatch: .any)
                            }
                            return [nil]
                        } catch { return [(error as? ObjectStoreError)?.code ?? .internalError] }
                    }
                }
                return await group.reduce([], +)
            }
            #expect(done.count { $0 == nil } == 1)
            #expect(done.allSatisfy { [nil, .preconditionFailed, .conditionalRequestConflict].contains($0) }, "\(done)")
        }
        // What the others wrote before they were refused is gone.
        #expect(try store.blobFiles().count == (byteCount > 16_384 ? 5 : 0))
        #expect(try await store.open().check(repair: false).findings.isEmpty)
    }

    @Test("of updates at once that must replace what was read, exactly one is done")
    func conditionalUpdate() async throws {
        let store = try LocalStore()
        let s = try await store.subject()
        try await s.createBucket(.enabled)
        var current = try await s.put("k", "0").eTag
        for _ in 0..<5 {
            let tags = await withTaskGroup(of: [ETag].self) { [current] group in
                for number in 0..<8 {
                    group.addTask {
                        do {
                            return [
                                try await s.put("k", "\(number)") { $0.conditions = try WriteConditions(ifMatch: .oneOf([current])) }.eTag
                            ]
                        } catch { return [] }
                    }
                }
                return await group.reduce([], +)
            }
            #expect(tags.count == 1)
            current = try #require(tags.first)
        }
        #expect(try await s.versions().count == 6)
    }

    @Test("a store of the form before the first is refused by name, and a state that is damaged is not taken for it")
    func olderFormat() async throws {
        let store = try LocalStore()
        _ = try await store.open()
        try store.edit("UPDATE object_state SET record = substr(record, 1, 20)")
        let s = Subject(service: ReferenceObjectService(clock: store.clock), clock: store.clock)
        await s.expect(.damagedRecord) { _ = try await store.open(.existing) }
        try store.edit("ALTER TABLE seal RENAME COLUMN is_shared TO was_shared")
        await s.expect(.olderFormat) { _ = try await store.open(.existing) }
    }

    @Test(
        "a store of a newer format is refused, and nothing of it is changed",
        arguments: [
            "UPDATE object_state SET record = CAST(x'000000FF' || substr(record, 5) AS BLOB)",
            "INSERT INTO grdb_migrations VALUES ('object store 2')", "INSERT INTO grdb_migrations VALUES ('access control 2')",
        ])
    func newerFormat(edit: String) async throws {
        let store = try LocalStore()
        _ = try await store.open()
        try store.edit(edit)
        let s = Subject(service: ReferenceObjectService(clock: store.clock), clock: store.clock)
        for access in [LocalObjectService.Access.existing, .createIfMissing] {
            await s.expect(.newerFormat) { _ = try await store.open(access) }
        }
    }
}
