import OpenSSL
import Synchronization
import SystemPackage
import TestSupport
import Testing

@testable import Integrity

@Suite("Large files, read by several threads")
struct LargeFileTests {
    private func examine(
        _ folder: TreeFolder, workers: Int, _ options: ExaminationOptions, _ expectation: ContentExpectation? = nil,
        _ faults: TreeFaults = TreeFaults()
    ) throws -> [ExaminedEntry] {
        let calls = FaultyTreeCalls(faults: faults)
        let walk = try TreeWalk(folder.path, WalkOptions(), calls)
        var pipelineOptions = PipelineOptions()
        (pipelineOptions.workerCount, pipelineOptions.batchCost) = (workers, 1)
        var all: [ExaminedEntry] = []
        try OrderedPipeline<WalkedEntry, ExaminedEntry>(pipelineOptions).run(
            source: { () throws(IntegrityError) in try walk.next() },
            makeWorker: { (crew) throws(IntegrityError) in try EntryExaminer(options, calls, crew: crew) },
            work: { (examiner: inout EntryExaminer<FaultyTreeCalls>, entry) throws(IntegrityError) in
                try examiner.examine(entry, .content(expectation))
            },
            sink: { (examined) throws(IntegrityError) in all.append(examined) })
        return all
    }

    /// Everything above one leaf counts as large, and a segment has few leaves.
    private func options(segment: UInt64 = 7, digests: [DigestAlgorithm] = [], spool: LeafSpool? = nil) -> ExaminationOptions {
        ExaminationOptions(digests: digests, spool: spool, largeByteCount: 65_536, segmentLeafCount: segment)
    }

    @Test("the root is that of the definition, whoever hashes the leaves", arguments: [1, 2, 4], [1, 7, 16, 1000] as [UInt64])
    func roots(workers: Int, segment: UInt64) throws {
        let folder = try TreeFolder()
        var generator = SeededGenerator(seed: segment)
        var contents: [[UInt8]] = []
        for index in 0..<6 {
            let bytes = generator.block([131_072, 2_000_000, 65_537, 10, 3 << 20, 1_500_001][index])
            contents.append(bytes)
            try folder.write(bytes, to: "\(index)")
        }
        let spool = try LeafSpool(in: folder.path)
        let all = try examine(folder, workers: workers, options(segment: segment, digests: [.sha384], spool: spool))
        #expect(all.count == contents.count)
        for (examined, bytes) in zip(all, contents) {
            #expect(try examined.entry.root == NaiveTree.root(bytes))
            #expect(try examined.entry.digests.map(\.bytes) == [Digest.hash(.sha384, bytes.bytes)])
            guard case .memory(let leaves)? = examined.content?.leaves else { continue }
            #expect(try leaves == NaiveTree.leaves(bytes))
        }
    }

    @Test("leaves that cannot be read are named in order", arguments: [1, 4])
    func unreadable(workers: Int) throws {
        let folder = try TreeFolder()
        try folder.write([UInt8](repeating: 3, count: 40 * 65_536), to: "file")
        let faults = TreeFaults {
            $0.reading = [
                ("file", 196_608..<589_824, Errno.ioError.rawValue), ("file", 1_966_080..<1_966_081, Errno.ioError.rawValue),
            ]
        }
        let examined = try #require(try examine(folder, workers: workers, options(digests: [.sha256]), nil, faults).first)
        #expect(examined.content?.unreadable == [196_608..<589_824, 1_966_080..<2_031_616] as [Range<UInt64>])
        #expect(examined.entry.root == nil && examined.entry.digests == [] && examined.entry.unreadable == .ioError)
    }

    @Test("a file that changes under several threads is read again", arguments: [70_000, 3_000_000, 2_000_000])
    func changed(newByteCount: Int) throws {
        let folder = try TreeFolder()
        try folder.write([UInt8](repeating: 3, count: 2_000_000), to: "file")
        let isChanged = Atomic<Bool>(false)
        let faults = TreeFaults {
            $0.beforeReading["file"] = { position in
                guard position >= 1_000_000, !isChanged.exchange(true, ordering: .relaxed) else { return }
                try folder.patch("file", at: 5, with: [1])
                try folder.resize("file", to: newByteCount)
            }
        }
        let examined = try #require(try examine(folder, workers: 3, options(), nil, faults).first)
        var bytes = [UInt8](repeating: 3, count: 2_000_000) + [UInt8](repeating: 0, count: 1_000_000)
        bytes[5] = 1
        #expect(examined.content?.isUnstable == false)
        #expect(try examined.entry.root == NaiveTree.root(Array(bytes.prefix(newByteCount))))
    }

    @Test("hashes of leaves that are too many for the memory come from the spool")
    func spooled() throws {
        let folder = try TreeFolder(isLarge: true)
        let count = LeafTally.keptInMemory + 100
        try folder.write([], to: "file")
        try folder.resize("file", to: Int(count - 1) * 65_536 + 10)
        try folder.patch("file", at: 65_536 * 300, with: [5])
        let spool = try LeafSpool(in: folder.path)
        let examined = try #require(try examine(folder, workers: 2, ExaminationOptions(spool: spool)).first)
        guard case .stored(let stored, count)? = examined.content?.leaves else {
            Issue.record("the leaves are not in the spool")
            return
        }
        let zero = try NaiveTree.sha256([UInt8](repeating: 0, count: 65_537))
        var expected = [TreeHash](repeating: zero, count: Int(count))
        expected[300] = try NaiveTree.sha256([0, 5] + [UInt8](repeating: 0, count: 65_535))
        expected[Int(count) - 1] = try NaiveTree.sha256([UInt8](repeating: 0, count: 11))
        #expect(try stored.hashes(0..<count) == expected)
        #expect(try stored.hashes(300..<301) == [expected[300]])
        #expect(try examined.entry.root == NaiveTree.root(expected[...]))
    }

    @Test("expected leaves are compared across segments", arguments: [1, 4])
    func compared(workers: Int) throws {
        let folder = try TreeFolder()
        var generator = SeededGenerator(seed: 8)
        var bytes = generator.block(50 * 65_536 + 9)
        let leaves = try NaiveTree.leaves(bytes)
        let expectation = ContentExpectation(
            byteCount: UInt64(bytes.count), root: try NaiveTree.root(leaves[...]), digests: [], leaves: GivenLeaves(all: leaves))
        for leaf in [6, 7, 20, 50] { bytes[leaf * 65_536 + 1] ^= 1 }
        try folder.write(bytes, to: "file")
        let examined = try #require(try examine(folder, workers: workers, options(), expectation).first?.content)
        #expect(examined.differences == [393_216..<524_288, 1_310_720..<1_376_256, 3_276_800..<3_276_809] as [Range<UInt64>])
        #expect(!examined.keepsWholeLeaves && !examined.extendsExpected)
    }
}
