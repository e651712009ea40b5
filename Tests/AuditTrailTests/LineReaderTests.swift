import Testing

@testable import AuditTrail

@Suite("Reading lines in both directions")
struct LineReaderTests {
    private static let block = BackwardLineReader.blockByteCount

    private func file(_ lines: [[UInt8]], unfinished: Int = 0) -> MemoryAuditFile {
        let head = [UInt8](repeating: 0x68, count: HeadLine.byteCount - 1) + [0x0A]
        return MemoryAuditFile(head + lines.flatMap { $0 + [0x0A] } + [UInt8](repeating: 0x75, count: unfinished))
    }

    private func backward(_ file: MemoryAuditFile) throws -> (size: Int64?, lines: [[UInt8]], isSound: Bool) {
        var reader = BackwardLineReader(file: file, size: Int64(file.bytes.count))
        let size = try reader.skipUnfinishedLine()
        var lines: [[UInt8]] = []
        while true {
            switch try reader.next() {
            case .line(let range): lines.append(Array(reader.buffer[range]))
            case .malformed: return (size, lines, false)
            case .end: return (size, lines, true)
            }
        }
    }

    private func forward(_ file: MemoryAuditFile) throws -> (lines: [[UInt8]], unfinished: Int?) {
        var reader = ForwardLineReader(file: file, from: Int64(HeadLine.byteCount), to: Int64(file.bytes.count))
        var lines: [[UInt8]] = []
        while true {
            switch try reader.next() {
            case .line(let range): lines.append(Array(reader.buffer[range]))
            case .unfinished(let count): return (lines, count)
            case .tooLong: return (lines, nil)
            case .end: return (lines, 0)
            }
        }
    }

    static let lengths: [[Int]] = {
        var lengths: [[Int]] = [[], [0], [1], [0, 0, 0], [10, 20, 30], [EventLine.byteLimit], [1, EventLine.byteLimit, 2]]
        lengths.append(Array(repeating: 900, count: 300))
        for shift in -3...3 {
            let border = block + shift
            lengths += [[border], [border, 5], [5, border], [5, border + block, border, 7]]
        }
        return lengths
    }()

    @Test("lines of any length are the same from both ends, over block borders", arguments: lengths, [0, 1, 65_535, 65_536, 100_000])
    func bothDirections(lengths: [Int], unfinished: Int) throws {
        let lines = lengths.enumerated().map { index, length in [UInt8](repeating: UInt8(0x61 + index % 26), count: length) }
        let file = file(lines, unfinished: unfinished)
        let (size, newestFirst, isSound) = try backward(file)
        #expect(isSound)
        #expect(size == Int64(file.bytes.count - unfinished))
        #expect(newestFirst == lines.reversed())
        let (oldestFirst, rest) = try forward(file)
        #expect(oldestFirst == lines)
        #expect(rest == unfinished)
    }

    @Test("an endless line ends the reading, in bounded memory")
    func endless() throws {
        let long = [UInt8](repeating: 0x61, count: 2_000_000)
        let inside = file([[1], long, [2]])
        #expect(try !backward(inside).isSound)
        #expect(try backward(inside).lines == [[2]])
        #expect(try forward(inside).unfinished == nil)
        let tail = file([[1]], unfinished: 2_000_000)
        #expect(try backward(tail).size == nil)
        #expect(try forward(tail).unfinished == nil)
        #expect(tail.count(of: .read) < 20)
    }

    @Test("a file without its head's line feed is not read as one with", arguments: [0, 1, 203])
    func noHead(size: Int) throws {
        let file = MemoryAuditFile([UInt8](repeating: 0x78, count: size))
        var reader = BackwardLineReader(file: file, size: Int64(size))
        #expect(try reader.skipUnfinishedLine() == nil)
    }
}
