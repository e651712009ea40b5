import OpenSSL
import TestSupport
import Testing

@testable import Integrity

@Suite("Comparing a content with what it should be")
struct ContentExpectationTests {
    private static let leaf = 65_536

    private func examine(_ bytes: [UInt8], _ expectation: ContentExpectation, in folder: TreeFolder) throws -> ContentExamination {
        try folder.write(bytes, to: "file")
        let walk = try TreeWalk(folder.path, WalkOptions(), SystemTreeCalls())
        var examiner = try EntryExaminer(ExaminationOptions(), SystemTreeCalls())
        let entry = try #require(try walk.next())
        return try #require(try examiner.examine(entry, .content(expectation)).content)
    }

    private func expectation(_ bytes: [UInt8], hasLeaves: Bool) throws -> ContentExpectation {
        let leaves = try NaiveTree.leaves(bytes)
        return ContentExpectation(
            byteCount: UInt64(bytes.count), root: try NaiveTree.root(leaves[...]), digests: [],
            leaves: hasLeaves && leaves.count > 1 ? GivenLeaves(all: leaves) : nil)
    }

    /// What was expected, with something done to it.
    private func edit(_ bytes: [UInt8], _ generator: inout SeededGenerator) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 0...3, using: &generator) {
            switch Int.random(in: 0...3, using: &generator) {
            case 0: bytes.removeLast(Int.random(in: 0...min(bytes.count, 100_000), using: &generator))
            case 1: bytes += generator.block(Int.random(in: 1...100_000, using: &generator))
            case 2: bytes += generator.block((Self.leaf - bytes.count % Self.leaf) % Self.leaf)
            default:
                guard !bytes.isEmpty else { continue }
                bytes[Int.random(in: 0..<bytes.count, using: &generator)] ^= 1
            }
        }
        return bytes
    }

    /// Ranges of leaves by what is in them: whole ones, and the last expected one if all of it is there.
    private func differences(_ expected: [UInt8], _ actual: [UInt8]) -> [Range<UInt64>] {
        var ranges = ByteRanges()
        for start in stride(from: 0, to: expected.count, by: Self.leaf) {
            let end = min(start + Self.leaf, expected.count)
            guard end <= actual.count else { break }
            if expected[start..<end] != actual[start..<end] { ranges.append(UInt64(start)..<UInt64(end)) }
        }
        return ranges.ranges
    }

    @Test("random edits are found where they are", arguments: 1...40)
    func edits(seed: UInt64) throws {
        let folder = try TreeFolder()
        var generator = SeededGenerator(seed: seed)
        let sizes = [0, 1, 1000, Self.leaf - 1, Self.leaf, Self.leaf + 1, 2 * Self.leaf, 3 * Self.leaf + 70, 5 * Self.leaf]
        let expected = generator.block(try #require(sizes.randomElement(using: &generator)))
        let actual = edit(expected, &generator)
        let isExtended = actual.count > expected.count && Array(actual.prefix(expected.count)) == expected
        let common = min(expected.count, actual.count) / Self.leaf * Self.leaf
        let keepsWholeLeaves = expected.prefix(common) == actual.prefix(common)

        let compared = try examine(actual, try expectation(expected, hasLeaves: true), in: folder)
        #expect(try compared.root == NaiveTree.root(actual))
        #expect(compared.differences == differences(expected, actual))
        #expect(compared.keepsWholeLeaves == keepsWholeLeaves)
        #expect(compared.extendsExpected == isExtended)

        // Without leaves it is not known where something differs, and nothing is said to be kept that is not known to be.
        let blind = try examine(actual, try expectation(expected, hasLeaves: false), in: folder)
        #expect(blind.root == compared.root)
        #expect(blind.extendsExpected == isExtended)
        #expect(!blind.keepsWholeLeaves || keepsWholeLeaves)
        if expected.count > Self.leaf { #expect(blind.differences == []) }
        if isExtended || expected == actual { #expect(blind.keepsWholeLeaves) }
    }

    @Test("what cannot be read is not said to be all there", arguments: [0, 2, 3])
    func unreadableBeginning(leaf: Int) throws {
        let folder = try TreeFolder()
        var generator = SeededGenerator(seed: 12)
        let expected = generator.block(3 * Self.leaf)
        try folder.write(expected + generator.block(2 * Self.leaf), to: "file")
        let position = UInt64(leaf * Self.leaf)
        let calls = FaultyTreeCalls(faults: TreeFaults { $0.reading = [("file", position..<position + 1, 5)] })
        let walk = try TreeWalk(folder.path, WalkOptions(), calls)
        var examiner = try EntryExaminer(ExaminationOptions(), calls)
        let entry = try #require(try walk.next())
        let examined = try #require(try examiner.examine(entry, .content(try expectation(expected, hasLeaves: true))).content)
        #expect(examined.unreadable == [position..<position + 65_536])
        #expect(examined.extendsExpected == (leaf == 3))
        #expect(examined.keepsWholeLeaves == (leaf == 3))
    }

    @Test("without a root there is nothing to compare")
    func nothingExpected() throws {
        let folder = try TreeFolder()
        let nothing = ContentExpectation(byteCount: nil, root: nil, digests: [.sha256], leaves: nil)
        let examined = try examine([1, 2, 3], nothing, in: folder)
        #expect(examined.differences == [] && !examined.extendsExpected)
        #expect(examined.digests.map(\.algorithm) == [.sha256])
    }

    @Test("expected leaves that are too few are an error")
    func tooFewLeaves() throws {
        struct TooFew: ExpectedLeaves {
            func hashes(_ indices: Range<UInt64>) throws(IntegrityError) -> [TreeHash] { [] }
        }
        let folder = try TreeFolder()
        let expectation = ContentExpectation(byteCount: 200_000, root: .zero, digests: [], leaves: TooFew())
        #expect(throws: IntegrityError(.damaged, "")) {
            try examine([UInt8](repeating: 1, count: 200_000), expectation, in: folder)
        }
    }

    @Test("ranges that are too many are said to be one at the end")
    func manyRanges() {
        var ranges = ByteRanges()
        for index in 0..<UInt64(ByteRanges.maximumCount + 10) { ranges.append(index * 10..<index * 10 + 5) }
        #expect(ranges.ranges.count == ByteRanges.maximumCount)
        #expect(ranges.ranges.last?.upperBound == UInt64(ByteRanges.maximumCount + 9) * 10 + 5)
        #expect(ranges.ranges.first == 0..<5)
    }
}
