import Foundation
import OpenSSL
import SystemPackage
import TestSupport
import Testing

@testable import Integrity

@Suite("Verifying a source")
struct SourceVerifierTests {
    private let fixture: SourceFixture

    init() throws { fixture = try SourceFixture() }

    private static let content = SourceFixture.bytes(200_000)

    private static func changed(_ bytes: [UInt8], at index: Int) -> [UInt8] {
        var bytes = bytes
        bytes[index] ^= 1
        return bytes
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        /// How the content was recorded: with a tree, or by a digest alone.
        let hasTree: Bool
        var item: MemorySource.Item
        let verdict: Verdict
        let isOpened: Bool
        var reading = ContentReading.all
        var ranges: [Range<UInt64>] = []
        var remark: EntryVerdict.Remark?

        var testDescription: String { name }
    }

    static let cases: [Case] = [
        Case(name: "same", hasTree: true, item: .init(bytes: content), verdict: .intact, isOpened: true),
        Case(name: "same by its checksum", hasTree: true, item: .init(bytes: content, digest: .sha256), verdict: .intact, isOpened: false),
        Case(
            name: "another by its checksum", hasTree: true, item: .init(bytes: content, digest: .of([1])), verdict: .modified,
            isOpened: false),
        Case(
            name: "one leaf", hasTree: true, item: .init(bytes: changed(content, at: 70_000)), verdict: .modified, isOpened: true,
            ranges: [65_536..<131_072]),
        Case(name: "cut off", hasTree: true, item: .init(bytes: Array(content[..<150_000])), verdict: .truncated, isOpened: true),
        Case(name: "empty", hasTree: true, item: .init(bytes: []), verdict: .truncated, isOpened: true),
        Case(
            name: "shorter and another", hasTree: true, item: .init(bytes: Array(changed(content, at: 5)[..<150_000])), verdict: .modified,
            isOpened: true, ranges: [0..<65_536]),
        Case(name: "longer", hasTree: true, item: .init(bytes: content + [1]), verdict: .extended, isOpened: true),
        Case(
            name: "longer with a checksum", hasTree: true, item: .init(bytes: content + [1], digest: .sha256), verdict: .extended,
            isOpened: true),
        Case(
            name: "longer and another", hasTree: true, item: .init(bytes: changed(content, at: 5) + [1]), verdict: .modified,
            isOpened: true,
            ranges: [0..<65_536]),
        Case(name: "same by a digest", hasTree: false, item: .init(bytes: content), verdict: .intact, isOpened: true),
        Case(name: "same by both digests", hasTree: false, item: .init(bytes: content, digest: .sha256), verdict: .intact, isOpened: false),
        Case(
            name: "another by a digest", hasTree: false, item: .init(bytes: changed(content, at: 5)), verdict: .modified, isOpened: true,
            remark: .digestOnly),
        Case(
            name: "another size without a tree", hasTree: false, item: .init(bytes: [1]), verdict: .modified, isOpened: false,
            remark: .digestOnly),
        Case(
            name: "quickly the same size", hasTree: true, item: .init(bytes: changed(content, at: 5)), verdict: .intact, isOpened: false,
            reading: .none, remark: .notRead),
        Case(
            name: "quickly another size", hasTree: true, item: .init(bytes: [1]), verdict: .modified, isOpened: false, reading: .none,
            remark: .notRead),
        Case(
            name: "quickly another checksum", hasTree: true, item: .init(bytes: content, digest: .of([1])), verdict: .modified,
            isOpened: false, reading: .none),
        Case(
            name: "not in the sample", hasTree: true, item: .init(bytes: changed(content, at: 5)), verdict: .intact, isOpened: false,
            reading: .sample(0), remark: .notRead),
        Case(
            name: "in the sample", hasTree: true, item: .init(bytes: changed(content, at: 5)), verdict: .modified, isOpened: true,
            reading: .sample(1), ranges: [0..<65_536]),
        Case(
            name: "damaged", hasTree: true, item: .init(bytes: content, error: .unreadable(.ioError, "rotten")), verdict: .unreadable,
            isOpened: true, remark: .notGiven("rotten")),
        Case(name: "gone", hasTree: true, item: .init(bytes: content, error: .gone), verdict: .removed, isOpened: true),
    ]

    @Test("each content gets one verdict, and is read only where nothing else says it", arguments: cases)
    func verdicts(test: Case) async throws {
        let recorded = MemorySource(["a": .init(bytes: Self.content, digest: test.hasTree ? .none : .sha256)])
        try await fixture.record(recorded)
        let source = MemorySource(["a": test.item])
        let report = try await fixture.verify(source, test.reading)
        #expect(report[test.verdict] == 1 && report.entryCount == 1, "\(report)")
        #expect(source.openedPaths == (test.isOpened ? ["a"] : []))
        guard test.verdict != .intact else { return }
        let verdict = try #require(report.verdicts.first)
        #expect(verdict.ranges == test.ranges && verdict.remark == test.remark)
    }

    @Test("what is at another place is moved, by tree or by checksum, and what is nowhere is removed", arguments: [false, true])
    func moves(isStored: Bool) async throws {
        let digest: MemorySource.Item.Digest = isStored ? .sha256 : .none
        func item(_ seed: UInt64) -> MemorySource.Item { .init(bytes: SourceFixture.bytes(70_000, seed: seed), digest: digest) }
        try await fixture.record(MemorySource(["a": item(1), "b": item(2), "c": item(3)]))
        let source = MemorySource(["a": item(1), "x/b": item(2), "d": item(4)])
        let report = try await fixture.verify(source)
        #expect(report[.intact] == 1 && report[.moved] == 1 && report[.removed] == 1 && report[.added] == 1 && report.entryCount == 4)
        #expect(report.verdicts.map(\.path.description) == ["b", "c", "d"] && report.verdicts[0].newPath?.description == "x/b")
        #expect(source.openedPaths == (isStored ? [] : ["a", "d", "x/b"]))
        #expect(report.toldFileCount == (isStored ? 3 : 0) && report.readFileCount == (isStored ? 0 : 3))
    }

    @Test("a manifest of a folder is compared by its files; folders and links are left out, and counted")
    func folders() async throws {
        try fixture.folder.write(Self.content, to: "in/sub/a")
        try fixture.folder.write([1], to: "in/b")
        let link = fixture.folder.file("in/link").string
        #expect(symlink("b", link) == 0)
        #expect(symlink("b", link + "2") == 0)
        try await fixture.record(folder: "in", as: "m")
        let whole = MemorySource(["sub/a": .init(bytes: Self.content), "b": .init(bytes: [1])])
        let report = try await fixture.verify(whole)
        #expect(report[.intact] == 2 && report.entryCount == 2 && report.leftOutCount == 3)

        // A content where a link was is another thing; one where a folder is, is beside what is in it.
        let more = MemorySource([
            "sub/a": .init(bytes: Self.content), "b": .init(bytes: [1]), "link": .init(bytes: [2]), "sub": .init(bytes: [3]),
            "l": .init(bytes: [4]),
        ])
        let other = try await fixture.verify(more)
        #expect(other[.intact] == 2 && other[.typeChanged] == 1 && other[.added] == 2 && other.leftOutCount == 2)
        #expect(other.verdicts.first { $0.verdict == .typeChanged }?.path.description == "link")
    }

    @Test("a content and one below it are two entries")
    func nested() async throws {
        let source = MemorySource(["a": .init(bytes: [1]), "a/b": .init(bytes: [2])])
        try await fixture.record(source)
        #expect(try fixture.entries().map(\.path.description) == ["a", "a/b"])
        #expect(try await fixture.verify(source)[.intact] == 2)
        try fixture.folder.write([2], to: "in/a/b")
        let report = try await fixture.verify(folder: "in")
        #expect(report[.typeChanged] == 1 && report[.intact] == 1 && report.entryCount == 2)
    }

    @Test("manifests of a folder and of a source can be compared, and folders are nobody's difference")
    func comparison() async throws {
        try fixture.folder.write(Self.content, to: "in/sub/a")
        try fixture.folder.write([1], to: "in/b")
        try await fixture.record(folder: "in", as: "folder", digests: [.sha256])
        try await fixture.record(MemorySource(["sub/a": .init(bytes: Self.content, digest: .sha256), "b": .init(bytes: [1])]))
        for (left, right) in [("folder", "m"), ("m", "folder")] {
            let report = try await fixture.manifest(left).compare(with: try fixture.manifest(right), fixture.settings)
            #expect(report[.intact] == 2 && report.entryCount == 2, "\(left) \(right)")
        }
        try await fixture.record(MemorySource(["sub/a": .init(bytes: Self.content + [1]), "c": .init(bytes: [1])]))
        let report = try await fixture.manifest("folder").compare(with: try fixture.manifest(), fixture.settings)
        #expect(report.entryCount == 2 && report[.moved] == 1 && report[.modified] + report[.extended] == 1)
    }

    @Test("a source and a folder with the same random changes get the same verdicts", arguments: 0..<12)
    func differential(seed: UInt64) async throws {
        var generator = SeededGenerator(seed: seed)
        var before: [String: [UInt8]] = [:]
        for index in 0..<30 {
            let count = [0, 10, 65_536, 100_000][Int.random(in: 0..<4, using: &generator)]
            before["\(index % 5)/\(index)"] = SourceFixture.bytes(count, seed: seed &* 1000 &+ UInt64(index))
        }
        var after = before
        for (path, bytes) in before {
            switch Int.random(in: 0..<7, using: &generator) {
            case 0: after[path] = bytes + [7]
            case 1: after[path] = Array(bytes.dropLast(20_000))
            case 2 where !bytes.isEmpty: after[path] = Self.changed(bytes, at: Int.random(in: 0..<bytes.count, using: &generator))
            case 3: after[path] = nil
            case 4: (after[path], after["moved/" + path]) = (nil, bytes)
            default: break
            }
        }
        func source(_ contents: [String: [UInt8]]) -> MemorySource { MemorySource(contents.mapValues { .init(bytes: $0) }, pageCount: 7) }
        try await fixture.record(source(before))
        for (path, bytes) in after { try fixture.folder.write(bytes, to: "out/" + path) }
        let ofSource = try await fixture.verify(source(after))
        let ofFolder = try await fixture.verify(folder: "out")
        #expect(ofSource.counts == ofFolder.counts)
        #expect(ofSource.verdicts.map(\.verdict) == ofFolder.verdicts.map(\.verdict))
        #expect(ofSource.verdicts.map(\.path) == ofFolder.verdicts.map(\.path))
        #expect(ofSource.verdicts.map(\.ranges) == ofFolder.verdicts.map(\.ranges))
    }
}
