import SystemPackage
import TestSupport
import Testing

@testable import Integrity

@Suite("Sorting with little memory")
struct ExternalSorterTests {
    /// By the first byte alone, downwards: everything else does not matter.
    private struct FirstByteDown: RecordOrder {
        func compare(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Int {
            Int(right.first ?? 0) - Int(left.first ?? 0)
        }

        func key(_ record: UnsafeRawBufferPointer) -> UInt64 { 0 }
    }

    private func sort<Order: RecordOrder>(
        _ records: [[UInt8]], _ order: Order, budget: Int, fanIn: Int, in folder: TreeFolder
    ) throws -> (sorted: [[UInt8]], isSpilled: Bool) {
        var sorter = ExternalSorter(order, budget: budget, scratchFolder: folder.path, fanIn: fanIn)
        for record in records { try sorter.append(record) }
        let isSpilled = sorter.isSpilled
        let sorted = try sorter.finish()
        var result: [[UInt8]] = []
        while let record = try sorted.nextBytes() { result.append(record) }
        #expect(try sorted.nextBytes() == nil)
        #expect(sorted.isAtEnd)
        return (result, isSpilled)
    }

    private func records(_ generator: inout SeededGenerator) -> [[UInt8]] {
        (0..<Int.random(in: 0...400, using: &generator)).map { _ in
            // Long common beginnings, so that the keys do not decide alone.
            let start: [UInt8] = [[], [1, 2, 3, 4, 5, 6, 7, 8], [0, 0, 0]].randomElement(using: &generator) ?? []
            return start + generator.block(Int.random(in: 0...12, using: &generator)).map { $0 & 3 }
        }
    }

    @Test("any records, with any budget, in the order of their bytes", arguments: 1...12)
    func bytewise(seed: UInt64) throws {
        let folder = try TreeFolder()
        var generator = SeededGenerator(seed: seed)
        let records = records(&generator)
        let expected = records.sorted { $0.lexicographicallyPrecedes($1) }
        for (budget, fanIn) in [(1, 2), (100, 2), (300, 3), (5000, 64), (1 << 20, 64)] {
            let (sorted, isSpilled) = try sort(records, BytewiseOrder(), budget: budget, fanIn: fanIn, in: folder)
            #expect(sorted == expected)
            #expect(isSpilled == (records.reduce(0) { $0 + $1.count + SortChunk.overhead } > budget && records.count > 1))
        }
    }

    @Test("records that are equal in an order keep theirs", arguments: 1...6)
    func stable(seed: UInt64) throws {
        let folder = try TreeFolder()
        var generator = SeededGenerator(seed: seed)
        let records = (0..<300).map { [UInt8.random(in: 0...3, using: &generator), UInt8($0 / 256), UInt8($0 % 256)] }
        let expected = (0...3).reversed().flatMap { first in records.filter { $0[0] == first } }
        for (budget, fanIn) in [(1, 2), (200, 2), (1000, 3), (1 << 20, 2)] {
            #expect(try sort(records, FirstByteDown(), budget: budget, fanIn: fanIn, in: folder).sorted == expected)
        }
    }

    @Test("records longer than any buffer")
    func long() throws {
        let folder = try TreeFolder()
        var generator = SeededGenerator(seed: 3)
        let records = (0..<12).map { _ in generator.block(Int.random(in: 1...300_000, using: &generator)) }
        let sorted = try sort(records, BytewiseOrder(), budget: 1, fanIn: 4, in: folder).sorted
        #expect(sorted == records.sorted { $0.lexicographicallyPrecedes($1) })
    }

    @Test("a record that is too long is refused")
    func tooLong() throws {
        let folder = try TreeFolder()
        var sorter = ExternalSorter(BytewiseOrder(), budget: 100, scratchFolder: folder.path)
        let longest = [UInt8](repeating: 1, count: ExternalSorter<BytewiseOrder>.maximumRecordByteCount)
        try sorter.append(longest)
        do throws(IntegrityError) {
            try sorter.append(longest + [1])
            Issue.record("it was taken")
        } catch {
            #expect(error.code == .internalFailure)
        }
    }

    @Test("nothing is left in the folder, and a folder that is not there is said to be none")
    func scratch() throws {
        let folder = try TreeFolder()
        _ = try sort([[2], [1]], BytewiseOrder(), budget: 1, fanIn: 2, in: folder)
        let walk = try TreeWalk(folder.path, WalkOptions(), SystemTreeCalls())
        #expect(try walk.next()?.path == nil)
        var sorter = ExternalSorter(BytewiseOrder(), budget: 1, scratchFolder: folder.file("none"))
        try sorter.append([1])
        do throws(IntegrityError) {
            try sorter.append([2])
            Issue.record("it was written somewhere")
        } catch {
            #expect(error.code == .unwritable && error.errno == .noSuchFileOrDirectory)
        }
    }
}
