import Findings
import Foundation
import KeyStore
import TestSupport
import Testing

@testable import ObjectStore

@Suite("One bit is flipped")
struct BitFlipTests {
    /// How many places of the database are tried; by hand, more of them and another seed.
    private static let count = ProcessInfo.processInfo.environment["COFFER_BIT_FLIPS"].flatMap { Int($0) } ?? 150
    private static let seed = ProcessInfo.processInfo.environment["COFFER_BIT_FLIP_SEED"].flatMap { UInt64($0) } ?? 20_261_128
    /// Of the database's own header, of which every byte is tried.
    private static let headerByteCount = 100
    private static let laneCount = 4

    private struct Flip: Sendable {
        let file: String
        let position: Int
        let bit: Int
        /// What is there.
        let kind: String
    }

    /// How it came out that a bit was flipped.
    private enum Outcome: String, Sendable {
        case read, check, scrub
        /// Nothing that can be seen has changed.
        case invisible
    }

    private struct Original: Sendable {
        let sample: SampleStore
        let items: StoreImage.Items
        let image: StoreImage
        /// What a check finds in the sample.
        let findings: Set<String>
    }

    private func original() async throws -> Original {
        let sample = try await SampleStore()
        let copy = try sample.copy()
        defer { withExtendedLifetime(copy) {} }
        let service = try await copy.open()
        let items = try await StoreImage.Items.all(of: service)
        let image = try await StoreImage.read(service, isExact: true, items)
        try #require(image.failures.isEmpty)
        return Original(sample: sample, items: items, image: image, findings: Self.words(try await service.check(repair: false).findings))
    }

    private static func words(_ findings: [Finding]) -> Set<String> { Set(findings.map { "\($0.id) \($0.resource)" }) }

    @Test("in the database: it is found, or nothing has changed, and other bytes are never handed out")
    func database() async throws {
        let original = try await original()
        let size = try Data(contentsOf: original.sample.keeper.folder.appendingPathComponent("objects.sqlite")).count
        var generator = SeededGenerator(seed: Self.seed)
        var positions = Array(0..<Self.headerByteCount)
        for _ in 0..<Self.count { positions.append(Int.random(in: Self.headerByteCount..<size, using: &generator)) }
        let flips = positions.map {
            Flip(file: "objects.sqlite", position: $0, bit: Int.random(in: 0..<8, using: &generator), kind: "database")
        }
        let counts = try await tryAll(flips, original)
        print("Bit flips in a database of \(size) bytes: \(counts)")
    }

    @Test("in a blob: it is found")
    func blobs() async throws {
        let original = try await original()
        let root = original.sample.keeper.folder.appendingPathComponent("objects")
        let names = FileManager.default.enumerator(atPath: root.path)?.allObjects as? [String] ?? []
        var generator = SeededGenerator(seed: Self.seed)
        var flips: [Flip] = []
        let doomed: [String] = try original.sample.keeper.query("SELECT lower(hex(name)) FROM doomed_blob")
        // What belongs to no version is not read.
        let isNeeded = { (name: String) in name.hasSuffix(".age") && !(doomed + ["ab000"]).contains { name.contains($0) } }
        for name in names.filter(isNeeded).sorted() {
            let size = try Data(contentsOf: root.appendingPathComponent(name)).count
            guard size > 4096 else { continue }
            // Header and nonce fill a page; behind it are chunks of 64 KiB and 16 bytes.
            var places = [(0, "header"), (25, "header"), (2000, "header"), (4079, "header"), (4080, "nonce"), (4095, "nonce")]
            for end in Set([min(size, 4096 + 65_552), size]) { places += [(end - 17, "chunk"), (end - 16, "tag"), (end - 1, "tag")] }
            places += [(4096, "chunk")] + (0..<6).map { _ in (Int.random(in: 4096..<size, using: &generator), "chunk") }
            flips += places.map {
                Flip(file: "objects/\(name)", position: $0.0, bit: Int.random(in: 0..<8, using: &generator), kind: $0.1)
            }
        }
        let counts = try await tryAll(flips, original)
        print("Bit flips in blobs: \(counts)")
        #expect(!counts.keys.contains { $0.hasSuffix(Outcome.invisible.rawValue) })
    }

    // MARK: Trying

    private func tryAll(_ flips: [Flip], _ original: Original) async throws -> [String: Int] {
        try await withThrowingTaskGroup(of: [String: Int].self) { group in
            for lane in 0..<Self.laneCount {
                group.addTask {
                    var counts: [String: Int] = [:]
                    for index in stride(from: lane, to: flips.count, by: Self.laneCount) {
                        let outcome = try await outcome(of: flips[index], original)
                        counts["\(flips[index].kind) \(outcome.rawValue)", default: 0] += 1
                    }
                    return counts
                }
            }
            return try await group.reduce(into: [:]) { $0.merge($1, uniquingKeysWith: +) }
        }
    }

    private func outcome(of flip: Flip, _ original: Original) async throws -> Outcome {
        let copy = try original.sample.copy()
        defer { withExtendedLifetime(copy) {} }
        let url = copy.folder.appendingPathComponent(flip.file)
        var bytes = try Data(contentsOf: url)
        bytes[flip.position] ^= 1 << UInt8(flip.bit)
        try bytes.write(to: url)
        let title: Comment = "\(flip.kind), bit \(flip.bit) of byte \(flip.position) of \(flip.file)"
        let service: LocalObjectService
        do { service = try await copy.open() } catch let error as ObjectStoreError {
            #expect(error.code != .internalError, "\(title): \(error)")
            return .read
        }
        let image = try await StoreImage.read(service, isExact: true, original.items)
        for (question, answer) in image.contents where answer != original.image.facts[question] {
            let isRefusal = ObjectStoreErrorCode(rawValue: answer) != nil
            #expect(isRefusal, "\(title): other bytes were handed out: \(question)")
        }
        let differences = image.differences(from: original.image)
        let isSeen = !image.failures.isEmpty
        let isChecked = try await isFound(original.findings) { try await service.check(repair: false).findings }
        let isScrubbed = try await isFound([]) { try await service.scrub(ScrubRequest()) { _ in }.findings }
        if isSeen { return .read }
        if isChecked { return .check }
        if isScrubbed { return .scrub }
        #expect(differences.isEmpty, "\(title): \(differences.joined(separator: "; ").prefix(600))")
        return .invisible
    }

    private func isFound(_ known: Set<String>, _ look: () async throws -> [Finding]) async throws -> Bool {
        do {
            return !Self.words(try await look()).isSubset(of: known)
        } catch is ObjectStoreError {
            return true
        }
    }
}
