import OpenSSL
import Testing

@testable import Integrity

@Suite("Names in bags in several Unicode normalizations")
struct BagNormalizationTests {
    @Test("a file whose name has another normalization than in its manifest is found, and that is said")
    func normalization() async throws {
        let fixture = try BagFixture()
        let bag = try fixture.bag(files: ["data/e\u{301}": "A"], lists: [:])
        let digest = try Digest.hash(.md5, Array("A".utf8).bytes).hexadecimal
        try fixture.write("\(digest)  data/\u{E9}\n", to: "bag/manifest-md5.txt")
        let whole = try await BagValidator().validate(bag)
        #expect(whole.wrongs == [] && whole.notes == ["no-tag-manifest", "other-normalization data/e\u{301}"])
        #expect(whole.checkedFileCount == 1)
    }

    @Test("two files whose names differ in normalization alone are told apart, and that they may not be everywhere is said")
    func collision() async throws {
        let fixture = try BagFixture()
        let bag = try fixture.bag(files: [:], lists: [:])
        try fixture.write(Array("A".utf8), to: Array("bag/data/e\u{301}".utf8))
        try fixture.write(Array("B".utf8), to: Array("bag/data/\u{E9}".utf8))
        let digests = try ["A", "B"].map { try Digest.hash(.md5, Array($0.utf8).bytes).hexadecimal }
        try fixture.write("\(digests[0])  data/e\u{301}\n\(digests[1])  data/\u{E9}\n", to: "bag/manifest-md5.txt")
        let report = try await BagValidator().validate(bag)
        #expect(report.wrongs == [] && report.notes == ["name-collision data/\u{E9}", "no-tag-manifest"])
    }

    @Test(
        "two entries of one manifest never mean the same file",
        arguments: [
            (["e\u{301}", "\u{E9}"], "e\u{301}"), (["e\u{301}", "\u{E9}"], "\u{E9}"), (["\u{E9}", "e\u{301}"], "e\u{301}"),
            (["\u{212B}", "A\u{30A}", "\u{C5}"], "\u{C5}"),
        ])
    func oneFileForEachEntry(listed: [String], there: String) async throws {
        let fixture = try BagFixture()
        let bag = try fixture.bag(files: [:], lists: [:])
        try fixture.write(Array("A".utf8), to: Array("bag/data/\(there)".utf8))
        let digest = try Digest.hash(.md5, Array("A".utf8).bytes).hexadecimal
        try fixture.write(listed.map { "\(digest)  data/\($0)\n" }.joined(), to: "bag/manifest-md5.txt")
        let report = try await BagValidator().validate(bag)
        let absent = listed.filter { Array($0.utf8) != Array(there.utf8) }
        #expect(report.problems.filter { $0.kind == .missingFile }.map(\.path) == absent.map { Array("data/\($0)".utf8) })
        #expect(report.wrongs.count == absent.count && report.notes == ["no-tag-manifest"])
        #expect(report.checkedFileCount == 1 && report.isDamaged)
    }

    @Test("a file of a third normalization is what the first entry means, and no other")
    func thirdNormalization() async throws {
        let fixture = try BagFixture()
        let bag = try fixture.bag(files: [:], lists: [:])
        let there = Array("bag/data/\u{212B}".utf8)
        try fixture.write(Array("A".utf8), to: there)
        let digest = try Digest.hash(.md5, Array("A".utf8).bytes).hexadecimal
        try fixture.write("\(digest)  data/\u{C5}\n\(digest)  data/A\u{30A}\n", to: "bag/manifest-md5.txt")
        let report = try await BagValidator().validate(bag)
        #expect(report.problems.filter { $0.kind == .missingFile }.map(\.path) == [Array("data/A\u{30A}".utf8)])
        #expect(report.wrongs.count == 1 && report.notes.count == 2, "\(report.notes)")
    }
}
