import SystemPackage
import TestSupport
import Testing

@testable import Integrity

/// Lists between us and the programs of others, with names that are hard to write.
@Suite("Lists of other programs")
struct ListInteropTests {
    static let names: [[UInt8]] = [
        Array("plain".utf8), Array("with blanks  ".utf8), Array(" in front".utf8), Array("*star".utf8), Array("-dash".utf8),
        Array("back\\slash".utf8),
        Array("two\\nletters".utf8), Array("line\nfeed".utf8), Array("a\r".utf8), Array("\\\r\n".utf8), Array("(a) = b".utf8),
        Array("a,b\"c".utf8),
        Array("#x".utf8), [0xFF, 0xFE], Array("é".utf8),
    ]

    private static func folder() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        for (index, name) in names.enumerated() { try folder.write([UInt8](repeating: UInt8(index), count: 1000 * index), to: name) }
        return folder
    }

    private static func files(
        _ functions: [ChecksumFunction], in folder: TemporaryFolder, where isMeant: ([UInt8]) -> Bool = { _ in true }
    ) throws -> [ListedFile] {
        try names.filter(isMeant).sorted { $0.lexicographicallyPrecedes($1) }.map { name in
            let content = try ContentChecksums(of: .path(folder.path(bytes: name)), functions)
            return ListedFile(path: name, byteCount: content.byteCount, checksums: content.checksums)
        }
    }

    private static func items(_ list: [UInt8], _ parser: ChecksumListParser) throws -> (files: [ListedFile], malformed: [MalformedListLine])
    {
        let folder = try TemporaryFolder()
        try folder.write(list, to: "list")
        let descriptor = try FileDescriptor.open(folder.file("list"), .readOnly)
        return try descriptor.closeAfter {
            var reader = ChecksumListReader(descriptor, name: "list", parser: parser)
            var (files, malformed): ([ListedFile], [MalformedListLine]) = ([], [])
            while let item = try reader.next() {
                switch item {
                case .file(let file): files.append(file)
                case .malformed(let line): malformed.append(line)
                }
            }
            return (files, malformed)
        }
    }

    static let tools: [(String, ChecksumFunction)] = [
        ("md5sum", .md5), ("sha1sum", .sha1), ("sha224sum", .sha224), ("sha256sum", .sha256), ("sha384sum", .sha384),
        ("sha512sum", .sha512),
        ("b2sum", .blake2b),
    ]

    @Test("our lists are those of coreutils byte for byte", .enabled(if: Command.isInstalled("sha256sum", "b2sum")), arguments: tools)
    func sameBytes(tool: String, function: ChecksumFunction) throws {
        let folder = try Self.folder()
        let files = try Self.files([function], in: folder)
        for (options, format, zero) in [("", .gnu, false), ("--tag", .bsd, false), ("-z", .gnu, true), ("--tag -z", .bsd, true)]
            as [(String, ChecksumListFormat, Bool)]
        {
            let writer = try ChecksumListWriter(format, functions: [function], isZeroTerminated: zero)
            let ours = try files.flatMap { try writer.lines(for: $0) }
            let theirs = try folder.bash("\(tool) \(options) -- *")
            #expect(theirs.status == 0 && theirs.output == ours, "\(tool) \(options)")
            let read = try Self.items(theirs.output, ChecksumListParser(functions: [function], isZeroTerminated: zero))
            #expect(
                read.malformed.isEmpty && read.files.map(\.checksums) == files.map(\.checksums)
                    && read.files.map(\.path) == files.map(\.path))
        }
    }

    @Test("coreutils checks our lists", .enabled(if: Command.isInstalled("sha256sum", "b2sum")), arguments: tools)
    func checkedByThem(tool: String, function: ChecksumFunction) throws {
        let folder = try Self.folder()
        let files = try Self.files([function], in: folder)
        for format in [ChecksumListFormat.gnu, .bsd] {
            let writer = try ChecksumListWriter(format, functions: [function])
            try folder.write(try files.flatMap { try writer.lines(for: $0) }, to: "LIST")
            let result = try folder.bash("\(tool) --check --strict --quiet LIST")
            #expect(result.status == 0 && result.output.isEmpty, "\(result.errors)")
        }
    }

    @Test("shasum's lists are read", .enabled(if: Command.isInstalled("shasum")), arguments: ["", "--tag", "--binary"])
    func shasum(options: String) throws {
        let folder = try Self.folder()
        // It writes a carriage return as it is, which at the end of a line reads as a part of the line's end.
        let known = try Self.files([.sha256], in: folder) { !$0.contains(13) }
        let result = try folder.bash("rm *$'\\r'*; shasum -a 256 \(options) -- *")
        let read = try Self.items(result.output, ChecksumListParser())
        #expect(read.malformed.isEmpty && read.files == known.map { ListedFile(path: $0.path, checksums: $0.checksums) })
    }

    @Test(
        "lists of openssl dgst are read, but for names with a line feed, which it writes as they are",
        .enabled(if: Command.isInstalled("openssl")),
        arguments: [("sha256", ChecksumFunction.sha256), ("blake2b512", .blake2b), ("md5", .md5)])
    func openssl(option: String, function: ChecksumFunction) throws {
        let folder = try Self.folder()
        let result = try folder.bash("openssl dgst -\(option) ./*")
        let read = try Self.items(result.output, ChecksumListParser())
        let known = try Self.files([function], in: folder).filter { !$0.path.contains(UInt8(ascii: "\n")) }
        #expect(read.files.filter { !$0.path.contains(UInt8(ascii: "\n")) }.count == known.count)
        for file in known {
            #expect(read.files.contains(ListedFile(path: Array("./".utf8) + file.path, checksums: file.checksums)))
        }
        // Both lines of each such name.
        #expect(read.malformed.count == 2 * (Self.names.count - known.count))
    }

    @Test("hashdeep's lists are read, and the rest of a name with a line feed is told", .enabled(if: Command.isInstalled("hashdeep")))
    func readHashdeep() throws {
        let folder = try Self.folder()
        let result = try folder.bash("hashdeep -l -r .")
        let read = try Self.items(result.output, ChecksumListParser())
        for file in try Self.files([.md5, .sha256], in: folder) where !file.path.contains(UInt8(ascii: "\n")) {
            let listed = ListedFile(path: Array("./".utf8) + file.path, byteCount: file.byteCount, checksums: file.checksums)
            #expect(read.files.contains(listed), "\(file.path.visiblePath)")
        }
        #expect(read.files.count == Self.names.count)
        #expect(read.malformed.count == 2 && read.malformed.allSatisfy { $0.reason.contains("line feed") })
    }

    @Test("hashdeep's parts of files are refused", .enabled(if: Command.isInstalled("hashdeep")))
    func readPieces() throws {
        let folder = try TemporaryFolder()
        try folder.write([UInt8](repeating: 1, count: 2500), to: "x")
        let read = try Self.items(try folder.bash("hashdeep -l -p 1000 x").output, ChecksumListParser())
        #expect(read.files.isEmpty && read.malformed.count == 3 && read.malformed.allSatisfy { $0.reason.contains("part of a file") })
    }

    @Test("hashdeep audits by our lists, and sees a change", .enabled(if: Command.isInstalled("hashdeep")))
    func auditedByHashdeep() throws {
        let folder = try Self.folder()
        // hashdeep takes a carriage return at the end of a line for a part of the line's end.
        _ = try folder.bash("rm *$'\\n'* *$'\\r'")
        let files = try Self.files([.sha1, .sha256], in: folder) { !$0.contains(10) && $0.last != 13 }
        let writer = try ChecksumListWriter(.hashdeep, functions: [.sha1, .sha256])
        let elsewhere = try TemporaryFolder()
        try elsewhere.write(writer.header + (try files.flatMap { try writer.lines(for: $0) }), to: "list")
        func audit() throws -> Command.Result { try folder.bash("hashdeep -l -a -k '\(elsewhere.file("list"))' -- *") }
        let fine = try audit()
        #expect(fine.status == 0, "\(fine.errors)")
        try folder.write([1], to: "plain")
        #expect(try audit().status != 0)
    }
}
