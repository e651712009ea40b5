import SystemPackage
import TestSupport
import Testing

@testable import Integrity

@Suite("Written lists")
struct ChecksumListPropertyTests {
    private static func file(_ functions: [ChecksumFunction], path: [UInt8], _ generator: inout SeededGenerator) -> ListedFile {
        ListedFile(
            path: path, byteCount: UInt64.random(in: 0...1_000_000, using: &generator),
            checksums: functions.map { ContentChecksum($0, bytes: generator.bytes($0.byteCount)) })
    }

    /// All files that a list in a file says, through the reader.
    private static func read(_ list: [UInt8], _ parser: ChecksumListParser) throws -> [ChecksumListItem] {
        let folder = try TemporaryFolder()
        try folder.write(list, to: "list")
        let descriptor = try FileDescriptor.open(folder.file("list"), .readOnly)
        return try descriptor.closeAfter {
            var reader = ChecksumListReader(descriptor, name: "list", parser: parser)
            var items: [ChecksumListItem] = []
            while let item = try reader.next() { items.append(item) }
            return items
        }
    }

    @Test("read what was written, whatever the names", arguments: ChecksumListFormat.allCases, [false, true])
    func roundTrip(format: ChecksumListFormat, isZeroTerminated: Bool) throws {
        guard format != .hashdeep || !isZeroTerminated else { return }
        var generator = SeededGenerator(seed: 7)
        let functions: [ChecksumFunction] = format == .gnu ? [.sha512] : format == .bsd ? [.blake2b] : [.sha1, .md5, .sha256]
        let writer = try ChecksumListWriter(format, functions: functions, isZeroTerminated: isZeroTerminated)
        let names =
            (1...255).map { [UInt8($0)] } + (0..<1500).map { _ in generator.name() }
            + [[UInt8](repeating: UInt8(ascii: "\\"), count: EntryPath.maximumByteCount)]
        var list = writer.header
        var files: [ListedFile] = []
        for name in names where format != .hashdeep || !name.contains(UInt8(ascii: "\n")) {
            var file = Self.file(functions, path: name, &generator)
            if format != .hashdeep { file.byteCount = nil }
            files.append(file)
            list += try writer.lines(for: file)
        }
        let items = try Self.read(list, ChecksumListParser(isZeroTerminated: isZeroTerminated))
        #expect(items == files.map(ChecksumListItem.file))
    }

    @Test("with tags a file has a line for each function")
    func severalFunctions() throws {
        var generator = SeededGenerator(seed: 8)
        let file = Self.file(ChecksumFunction.allCases, path: Array("a(b) = c".utf8), &generator)
        let lines = try ChecksumListWriter(.bsd, functions: ChecksumFunction.allCases).lines(for: file)
        let items = try Self.read(lines, ChecksumListParser())
        #expect(items == file.checksums.map { .file(ListedFile(path: file.path, checksums: [$0])) })
    }

    @Test("what a format cannot say is refused")
    func refusals() throws {
        let refused: [(ChecksumListFormat, [ChecksumFunction], Bool)] = [
            (.gnu, [], false), (.bsd, [.md5, .md5], false), (.gnu, [.md5, .sha1], false), (.gnu, [.crc32], false),
            (.hashdeep, [.sha512], false),
            (.hashdeep, [.md5], true),
        ]
        for (format, functions, zero) in refused {
            #expect(throws: IntegrityError(.invalidArgument, "")) {
                try ChecksumListWriter(format, functions: functions, isZeroTerminated: zero)
            }
        }
        var generator = SeededGenerator(seed: 9)
        func lines(_ format: ChecksumListFormat, _ name: String, byteCount: UInt64? = 100) throws -> [UInt8] {
            var file = Self.file([.md5], path: Array(name.utf8), &generator)
            file.byteCount = byteCount
            return try ChecksumListWriter(format, functions: [.md5]).lines(for: file)
        }
        for (format, name) in [(.gnu, ""), (.gnu, "a\0b"), (.hashdeep, "a\nb"), (.hashdeep, ""), (.hashdeep, "x offset 0-99")]
            as [(ChecksumListFormat, String)]
        {
            #expect(throws: IntegrityError(.invalidArgument, ""), "\(format) \(name)") { try lines(format, name) }
        }
        #expect(throws: IntegrityError(.invalidArgument, "")) { try lines(.hashdeep, "x", byteCount: nil) }
        let other = Self.file([.sha1], path: [1], &generator)
        #expect(throws: IntegrityError(.invalidArgument, "")) { try ChecksumListWriter(.gnu, functions: [.md5]).lines(for: other) }
        #expect(try lines(.hashdeep, "x offset 0-98").isEmpty == false)
    }

    @Test("lines are cut the same however the bytes come, and none is longer than it may be")
    func lines() {
        let long = [UInt8](repeating: 1, count: ListLines.maximumByteCount)
        let cases: [([UInt8], [ListLines.Line])] = [
            ([], []), ([10], [.line([])]), ([1], [.line([1])]), ([1, 10, 10, 2], [.line([1]), .line([]), .line([2])]),
            (long + [10, 2], [.line(long), .line([2])]), (long + [1, 10, 2], [.tooLong, .line([2])]), (long + long + long, [.tooLong]),
        ]
        for (bytes, expected) in cases {
            for step in [1, 7, 100_000, 1_000_000] where step > 1 || bytes.count < 10 {
                var lines = ListLines(delimiter: 10)
                var found: [ListLines.Line] = []
                for start in stride(from: 0, to: bytes.count, by: step) {
                    lines.append(Array(bytes[start..<min(start + step, bytes.count)]))
                    while let line = lines.next() { found.append(line) }
                }
                if let line = lines.last() { found.append(line) }
                #expect(found == expected, "\(bytes.count) bytes in steps of \(step)")
            }
        }
    }

    @Test("a line that is too long has its number, and the next one is read")
    func tooLong() throws {
        let hash = ChecksumListParserTests.hash
        let list = Array("\(hash)  ".utf8) + [UInt8](repeating: 65, count: ListLines.maximumByteCount) + Array("\n\(hash)  b".utf8)
        let items = try Self.read(list, ChecksumListParser())
        #expect(items.count == 2)
        guard case .malformed(let line) = items[0], case .file(let file) = items[1] else {
            Issue.record("\(items)")
            return
        }
        #expect(line.lineNumber == 1 && line.description.contains("longer") && file.path == Array("b".utf8))
    }

    @Test("a folder is no list")
    func folder() throws {
        let descriptor = try FileDescriptor.open("/", .readOnly)
        try descriptor.closeAfter {
            var reader = ChecksumListReader(descriptor, name: "/", parser: ChecksumListParser())
            #expect(throws: IntegrityError(.unreadable, "")) { try reader.next() }
        }
    }
}
