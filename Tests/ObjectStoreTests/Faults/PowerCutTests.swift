import Findings
import Testing

@testable import ObjectStore

@Suite("The power goes")
struct PowerCutTests {
    private static let script = [
        "put a small object", "put a large object", "overwrite a large object", "copy a large object", "begin an upload", "upload a part",
        "complete an upload", "delete a version", "restore", "rewrap",
    ]

    @Test("at whatever moment, what was acknowledged is there, and the rest happened as a whole or not at all")
    func anyMoment() async throws {
        let sample = try await SampleStore()
        let cuts = try PowerCuts(sample.copy())
        let disk = cuts.databaseFaults()
        let service = try await cuts.store.open(cuts.blobFaults())
        var images = [try await StoreImage.read(service, isExact: true)]
        cuts.start()
        for name in Self.script {
            let operation = try #require(StoreOperation.all.first { $0.name == name })
            try await operation.run(sample, cuts.store, service)
            cuts.acknowledge()
            images.append(try await StoreImage.read(service, isExact: true))
        }
        cuts.stop()
        #expect(disk.failed == nil)
        if let failure = cuts.failure { throw failure }
        var seen: Set<[String]> = []
        for cut in cuts.cuts {
            let digests = try cut.left.fileDigests().map { "\($0.key) \($0.value)" }.sorted() + ["\(cut.acknowledged)"]
            if seen.insert(digests).inserted { try await check(cut, images) }
        }
        print("Power cuts: \(cuts.cuts.count) moments, \(seen.count) different states of the disk")
    }

    private func check(_ cut: PowerCuts.Cut, _ images: [StoreImage]) async throws {
        let next = cut.acknowledged < Self.script.count ? Self.script[cut.acknowledged] : "nothing"
        let title: Comment = "\(cut.title), during \(next)"
        let service: LocalObjectService
        do { service = try await cut.left.open() } catch {
            Issue.record("\(title): \(error)")
            return
        }
        let image = try await StoreImage.read(service, isExact: true)
        let isExpected = images[cut.acknowledged...].prefix(2).contains(image)
        #expect(isExpected, "\(title): \(image.differences(from: images[cut.acknowledged]).joined().prefix(600))")
        let findings = try await service.check(repair: false).findings.filter { !FaultSweep.harmless.contains($0.id) }
        #expect(findings.isEmpty, "\(title): \(findings.map { "\($0.id) \($0.resource)" })")
    }
}
