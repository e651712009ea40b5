import Findings
import Foundation
import KeyStore
import KeyTestSupport
import Synchronization
import Testing

@testable import ObjectStore

@Suite("Scrub")
struct ScrubTests {
    private func scrub(_ service: LocalObjectService, resume: Bool = false, budget: Duration? = nil) async throws -> ScrubReport {
        var request = ScrubRequest()
        (request.resume, request.budget) = (resume, budget)
        return try await service.scrub(request) { _ in }
    }

    @Test("a store that nobody touched is clean, and every stored byte was read")
    func clean() async throws {
        let damaged = try await DamagedStore()
        let seen = Mutex<[ScrubProgress]>([])
        let report = try await damaged.service.scrub(ScrubRequest()) { progress in seen.withLock { $0.append(progress) } }
        #expect(report.findings.isEmpty, "\(report.findings)")
        #expect(report.isComplete && report.coverage == 1)
        #expect(report.verifiedObjectCount == 6)
        #expect(report.verifiedByteCount == report.totalByteCount)
        let files = try damaged.store.blobFiles().map { try Data(contentsOf: $0).count }.reduce(0, +)
        #expect(report.totalByteCount > UInt64(files))
        #expect(report.oldestUnverified == nil)
        #expect(report.verifiedSince == damaged.store.clock.now)
        #expect(seen.withLock { $0.map(\.verifiedByteCount).max() } == report.totalByteCount)
    }

    @Test(
        "one bit of a blob that is not what was written is found, and never served",
        arguments: [
            ("blob", 4096 - 16), ("blob", 4096), ("blob", 50_000), ("blob", -1), ("copy", -30_000), ("parts", -1), ("parts", 3_000_000),
        ])
    func bitFlip(_ key: String, _ offset: Int) async throws {
        let damaged = try await DamagedStore()
        try DamagedStore.flip(damaged.file(of: key), at: offset)
        let report = try await scrub(damaged.service)
        // The copy has the same file.
        let names = key == "parts" ? ["bucket/parts"] : ["bucket/blob", "bucket/copy"]
        #expect(report.findings.map { String($0.resource.prefix { $0 != " " }) } == names)
        #expect(report.findings.allSatisfy { $0.id == StoreFinding.bitRot.rawValue })
        #expect(report.isComplete && report.isDamaged)
        #expect(report.oldestUnverified == nil)
        await damaged.subject.expect(.damagedObject) { _ = try await damaged.subject.get(key) }
        #expect(try await damaged.subject.get("small") == "1")
        // Names and sizes are as they were.
        #expect(try await damaged.check().findings.isEmpty)
    }

    @Test(
        "other damage is found by a scrub, too",
        arguments: [
            ("UPDATE seal SET payload = CAST(payload || x'00' AS BLOB) WHERE id = (SELECT min(id) FROM seal)", StoreFinding.damagedRow),
            ("UPDATE seal SET header = CAST(header || x'00' AS BLOB) WHERE id = (SELECT min(id) FROM seal)", .damagedRow),
            ("UPDATE blob SET record = CAST(record || x'00' AS BLOB) WHERE id = (SELECT max(id) FROM blob)", .damagedRow),
        ])
    func rows(_ sql: String, _ kind: StoreFinding) async throws {
        let damaged = try await DamagedStore()
        try damaged.store.edit(sql)
        let report = try await scrub(damaged.service)
        #expect(report.findings.map(\.id) == [kind.rawValue])
        #expect(report.isComplete && report.isDamaged)
    }

    @Test("a file that is gone, one that is cut off and one with more than it had are found")
    func files() async throws {
        let damaged = try await DamagedStore()
        let file = try damaged.file(of: "parts", part: 1)
        let bytes = try Data(contentsOf: file)
        for (changed, kind) in [(bytes.prefix(2_000_000), StoreFinding.bitRot), (bytes + [0], .bitRot), (nil, .missingBlob)] {
            if let changed { try changed.write(to: file) } else { try FileManager.default.removeItem(at: file) }
            let report = try await scrub(damaged.service)
            #expect(report.findings.map(\.id) == [kind.rawValue])
        }
        try bytes.write(to: file)
        #expect(try await scrub(damaged.service).findings.isEmpty)
    }

    @Test("a header in a file that is not what was written is found, and the object is served all the same")
    func header() async throws {
        let damaged = try await DamagedStore()
        try DamagedStore.flip(damaged.file(of: "blob"), at: 60)
        let report = try await scrub(damaged.service)
        #expect(!report.findings.isEmpty && report.findings.allSatisfy { $0.id == StoreFinding.blobHeader.rawValue }, "\(report.findings)")
        #expect(!report.isDamaged)
        #expect(try await damaged.subject.get("blob") == DamagedStore.blobText)
    }

    @Test("objects under a KMS key that is disabled could not be verified")
    func disabledKey() async throws {
        let damaged = try await DamagedStore()
        try await damaged.store.keys.disableKey(keyID: damaged.service.defaultKeyARN)
        let report = try await scrub(damaged.service)
        #expect(report.findings.map(\.id) == Array(repeating: StoreFinding.undecryptable.rawValue, count: 4))
        try await damaged.store.keys.enableKey(keyID: damaged.service.defaultKeyARN)
        #expect(try await scrub(damaged.service).findings.isEmpty)
    }

    @Test("with no time nothing is read, and it is told what was never read")
    func coverage() async throws {
        let damaged = try await DamagedStore()
        let start = damaged.store.clock.now
        let none = try await scrub(damaged.service, budget: .zero)
        #expect(!none.isComplete && none.coverage == 0 && none.coveredByteCount == 0)
        #expect(none.oldestUnverified?.name.hasPrefix("bucket/small ") == true)
        #expect(none.oldestUnverified?.lastModified == Timestamp(seconds: start.seconds - 60))
        #expect(none.verifiedSince == nil)
        let all = try await scrub(damaged.service, resume: true)
        #expect(all.isComplete && all.coverage == 1 && all.oldestUnverified == nil)
        damaged.store.clock.pass(.seconds(1000))
        try await damaged.subject.put("new", DamagedStore.blobText)
        let next = try await scrub(damaged.service, budget: .zero)
        #expect(!next.isComplete && next.coverage == 0)
        #expect(next.oldestUnverified?.name.hasPrefix("bucket/new ") == true)
        #expect(next.oldestUnverified?.lastModified == damaged.store.clock.now)
        #expect(next.verifiedSince == start)
        #expect(try await damaged.service.statistics().scrub?.finished == nil)
        let last = try await scrub(damaged.service, resume: true)
        #expect(last.isComplete && last.verifiedSince == damaged.store.clock.now)
        #expect(try await damaged.service.statistics().scrub?.finished == damaged.store.clock.now)
    }

    /// More than the workers take at once.
    private func many(_ damaged: DamagedStore) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<400 { group.addTask { try await damaged.subject.put("many/\(number)", "\(number)") } }
            try await group.waitForAll()
        }
    }

    @Test("a scrub that was cancelled goes on where it was")
    func cancelled() async throws {
        let damaged = try await DamagedStore()
        try await many(damaged)
        let running = Mutex<Task<ScrubReport, any Error>?>(nil)
        let (mayStart, start) = AsyncStream<Void>.makeStream()
        let task = Task {
            for await _ in mayStart { break }
            return try await damaged.service.scrub(ScrubRequest()) { _ in running.withLock { $0?.cancel() } }
        }
        running.withLock { $0 = task }
        start.finish()
        await damaged.subject.expect(.cancelled) { _ = try await task.value }
        #expect(try await damaged.service.statistics().scrub?.finished == nil)
        let report = try await scrub(damaged.store.open(), resume: true)
        #expect(report.isComplete && report.coverage == 1 && report.findings.isEmpty)
    }

    @Test("what a run found is told by the last run of its pass, once, also when the store was opened again in between")
    func findingsSurvive() async throws {
        let damaged = try await DamagedStore()
        try await many(damaged)
        try DamagedStore.flip(damaged.file(of: "blob"), at: -1)
        try damaged.store.edit(
            "UPDATE seal SET payload = CAST(payload || x'00' AS BLOB) WHERE id = (SELECT max(id) FROM seal WHERE payload NOT NULL)")
        var report = try await scrub(damaged.service, budget: .zero)
        var budget = Duration.milliseconds(2)
        for _ in 0..<40 where !report.isComplete {
            report = try await scrub(damaged.store.open(), resume: true, budget: budget)
            budget *= 2
        }
        #expect(report.isComplete)
        #expect(report.findings.count == 3, "\(report.findings)")
        #expect(Set(report.findings.map(\.resource)).count == 3)
        // A pass that begins anew finds the same.
        #expect(try await scrub(damaged.service).findings.count == 3)
    }

    @Test("what was found and is put right, or deleted, is not told any more")
    func putRight() async throws {
        let damaged = try await DamagedStore()
        let file = try damaged.file(of: "blob")
        try DamagedStore.flip(file, at: -1)
        #expect(try await scrub(damaged.service).findings.count == 2)
        try await damaged.subject.delete("blob", damaged.blob.versionID)
        #expect(try await scrub(damaged.service).findings.count == 1)
        try DamagedStore.flip(file, at: -1)
        #expect(try await scrub(damaged.service).findings.isEmpty)
    }

    @Test("a scrub reads while objects come and go")
    func busy() async throws {
        let damaged = try await DamagedStore()
        try await many(damaged)
        async let reports = [scrub(damaged.service), scrub(damaged.service)]
        for number in 0..<100 {
            try await damaged.subject.put("many/\(number)", number % 3 == 0 ? DamagedStore.blobText : "new")
            for version in try await damaged.subject.service.listObjectVersions(
                ListObjectVersionsRequest(bucket: Subject.bucket, scope: ListingScope(prefix: Array("many/\(number)".utf8), maxKeys: 2))
            ).versions where !version.isLatest {
                try await damaged.subject.delete(version.key.text, version.versionID)
            }
        }
        for report in try await reports { #expect(report.findings.isEmpty, "\(report.findings)") }
        #expect(try await scrub(damaged.service).findings.isEmpty)
        #expect(try await damaged.check().findings.isEmpty)
    }
}
