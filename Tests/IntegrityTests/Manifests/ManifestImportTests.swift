import Foundation
import OpenSSL
import SystemPackage
import TestSupport
import Testing

@testable import Integrity

@Suite("Import of a list of checksums")
struct ManifestImportTests {
    private static let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    private static let other = String(repeating: "0", count: 64)
    private static let md5 = "900150983cd24fb0d6963f7d28e17f72"

    @Test("entries have paths and digests, and nothing else; they are in order whatever the order of the lines is")
    func entries() async throws {
        let fixture = try ManifestListFixture()
        let names = ["a.txt", "./a/b", "a/b/c.d", "é", "a/b.c", "ab", "././z"]
        let list = names.map { "\(Self.abc)  \($0)\n" }.joined()
        let manifest = try await fixture.load(Array(list.replacing("a/b\n", with: "a/x\n").utf8))
        let entries = try ManifestListFixture.entries(manifest)
        #expect(entries.map(\.path.description) == ["a/b/c.d", "a/b.c", "a/x", "a.txt", "ab", "z", "é"])
        for entry in entries {
            #expect(entry.type == .file && entry.metadata == nil && entry.root == nil && entry.byteCount == nil)
            #expect(entry.digests.map(\.algorithm) == [.sha256])
        }
        #expect(manifest.checkpoint.options == ManifestOptions(digests: [.sha256], filesOnly: true))
        #expect(manifest.checkpoint.sequence == 0 && manifest.checkpoint.entryCount == 7)
    }

    @Test("a list that does not fit into memory gives the same manifest", arguments: [1, 2])
    func spilled(seed: UInt64) async throws {
        let fixture = try ManifestListFixture()
        var generator = SeededGenerator(seed: seed)
        var names: Set<[UInt8]> = []
        while names.count < 2000 {
            let count = Int.random(in: 1...9, using: &generator)
            names.insert((0..<count).map { _ in [47, 46, 97, 1, 255].randomElement(using: &generator) ?? 97 })
        }
        let lines = names.filter { name in
            EntryPath.reasonToRefuse(name) == nil && !names.contains { name.starts(with: $0 + [47]) && EntryPath.reasonToRefuse($0) == nil }
        }.map { Array("\(Self.abc)  ".utf8) + $0 + [10] }.shuffled(using: &generator)
        try #require(lines.count > 100)
        let small = try await fixture.load(Array(lines.joined()), budget: 2048)
        let large = try await fixture.load(Array(lines.shuffled(using: &generator).joined()))
        #expect(small.checkpoint.root == large.checkpoint.root && large.checkpoint.entryCount == UInt64(lines.count))
    }

    @Test("several digests of one file are one entry, and lines that say the same are merged")
    func merged() async throws {
        let fixture = try ManifestListFixture()
        let list = "SHA256 (a) = \(Self.abc)\nMD5 (./a) = \(Self.md5)\n\(Self.abc)  a\n"
        let manifest = try await fixture.load(Array(list.utf8))
        let entries = try ManifestListFixture.entries(manifest)
        #expect(entries.count == 1 && entries[0].digests.map(\.algorithm) == [.md5, .sha256])
        #expect(manifest.checkpoint.options.digests == [.md5, .sha256])
    }

    struct Refusal: Sendable, CustomTestStringConvertible {
        let list: String
        let message: String
        var code = IntegrityError.Code.malformed
        var name = "list"
        var testDescription: String { list.debugDescription }
    }

    static let refusals: [Refusal] = [
        Refusal(list: "", message: "has no line"),
        Refusal(list: "# comment\n\n", message: "has no line"),
        Refusal(list: "\(abc)  a\nnonsense\n", message: "line 2 does not begin with a checksum"),
        Refusal(list: "\(abc)  a\nx\n\(abc)  b\ny\n", message: "line 2 does not begin with a checksum; line 4 does not"),
        Refusal(list: String(repeating: "x\n", count: 30), message: "line 8 does not begin with a checksum; and there are more"),
        Refusal(list: "\(abc)  /etc/passwd\n", message: "line 1 names /etc/passwd", code: .unsafePath),
        Refusal(list: "\(abc)  a\n\(abc)  ../a\n", message: "line 2 names ../a, which leads out of the tree", code: .unsafePath),
        Refusal(list: "\(abc)  a/../../b\n", message: "leads out", code: .unsafePath),
        Refusal(list: "\(abc)  .//a\n", message: "line 1", code: .unsafePath),
        Refusal(list: "\(abc)  ./\n", message: "line 1", code: .unsafePath),
        Refusal(list: "\(abc)  a/\n", message: "line 1", code: .unsafePath),
        Refusal(list: "\(abc)  -\n", message: "stdin"),
        Refusal(list: "\(abc)  a\n\(other)  a\n", message: "lines 1 and 2 say that a is two different files"),
        Refusal(list: "\(abc)  a\n\(abc)  b\n\(other)  ./a\n", message: "lines 1 and 3"),
        Refusal(list: "\(abc)  a/b\n\(abc)  a\n", message: "line 2 says that a is a file, line 1 that it is a folder"),
        Refusal(list: "CRC32 (a) = cbf43926\n", message: "CRC"),
        Refusal(list: "%%%% HASHDEEP-1.0\n%%%% size,sha256,filename\n3,\(abc),a\n4,\(abc),a\n", message: "two different files"),
        Refusal(list: "%%%% HASHDEEP-1.0\n%%%% size,sha256,filename\n3,\(abc)\n", message: "line 3"),
        Refusal(list: "\(abc)  data/a\n\(abc.dropLast(2))  data/b\n", message: "line 2", name: "manifest-sha256.txt"),
        Refusal(list: "\(abc)  data/a\n\(abc)  data/../../b\n", message: "line 2", code: .unsafePath, name: "manifest-sha256.txt"),
        Refusal(list: "\(abc)  data/a\r\(abc)\r\(abc)  data/c\n", message: "line 2", name: "manifest-sha256.txt"),
        Refusal(list: "\(abc)  data/a\n", message: "sha3", code: .invalidArgument, name: "manifest-sha3.txt"),
    ]

    @Test("what is wrong with one line refuses the list, tells the line, and writes nothing", arguments: refusals)
    func refused(_ refusal: Refusal) async throws {
        let fixture = try ManifestListFixture()
        let error = await #expect(throws: IntegrityError.self) {
            try await fixture.load(Array(refusal.list.utf8), named: refusal.name)
        }
        #expect(error?.code == refusal.code && error?.message.contains(refusal.message) == true, "\(error?.message ?? "")")
        #expect(!fixture.root.exists("imported.manifest"))
        #expect(try fixture.root.names().sorted() == [refusal.name, "tree"])
    }

    @Test("a list that is not there, and a manifest that is")
    func files() async throws {
        let fixture = try ManifestListFixture()
        let importer = ManifestImporter(
            list: fixture.path("nothing"), head: try ManifestListFixture.head(), scratchFolder: fixture.root.root)
        await #expect(throws: IntegrityError(.notFound, "")) { try await importer.create(fixture.target("new")) }
        _ = try await fixture.load(Array("\(Self.abc)  a\n".utf8))
        let again = ManifestImporter(list: fixture.path("list"), head: try ManifestListFixture.head(), scratchFolder: fixture.root.root)
        await #expect(throws: IntegrityError(.outputExists, "")) {
            try await again.create(fixture.target("imported.manifest", overwrite: false))
        }
    }

    @Test("hashdeep's lists have sizes")
    func hashdeep() async throws {
        let fixture = try ManifestListFixture()
        let list = "%%%% HASHDEEP-1.0\r\n%%%% size,md5,sha256,filename\r\n## x\r\n3,\(Self.md5),\(Self.abc),./a,b\r\n"
        let entries = try ManifestListFixture.entries(try await fixture.load(Array(list.utf8)))
        #expect(entries.map(\.path.description) == ["a,b"] && entries[0].byteCount == 3)
        #expect(entries[0].digests.map(\.algorithm) == [.md5, .sha256])
    }

    @Test("which digest 128 digits are can be said")
    func longDigests() async throws {
        let fixture = try ManifestListFixture()
        let list = Array("\(String(repeating: "0", count: 128))  a\n".utf8)
        for (name, named, expected) in [("list", [], .sha512), ("B2SUMS", [], .blake2b512), ("list", [.blake2b512], .blake2b512)]
            as [(String, [DigestAlgorithm], DigestAlgorithm)]
        {
            #expect(try await fixture.load(list, named: name, named).checkpoint.options.digests == [expected])
        }
        await #expect(throws: IntegrityError(.malformed, "")) { try await fixture.load(list, [.sha256]) }
    }

    @Test("a manifest of a bag is decoded as the bagit.txt beside it says")
    func bags() async throws {
        let fixture = try ManifestListFixture()
        let list = Array("\u{FEFF}\(Self.abc)  data/a%25b%0Ac\r\n\(Self.abc) *./data/%41\r".utf8)
        var paths = try ManifestListFixture.entries(try await fixture.load(list, named: "manifest-sha256.txt")).map(\.path.bytes)
        #expect(paths == ["data/%41", "data/a%b\nc"].map { Array($0.utf8) })
        try fixture.root.write("BagIt-Version: 0.97\nTag-File-Character-Encoding: UTF-8\n", to: "bagit.txt")
        paths = try ManifestListFixture.entries(try await fixture.load(list, named: "manifest-sha256.txt")).map(\.path.bytes)
        #expect(paths == ["data/%41", "data/a%25b\nc"].map { Array($0.utf8) })
        try fixture.root.write("BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-16\n", to: "bagit.txt")
        await #expect(throws: IntegrityError(.unsupported, "")) { try await fixture.load(list, named: "manifest-sha256.txt") }
        try fixture.root.write("BagIt-Version 1.0\n", to: "bagit.txt")
        await #expect(throws: IntegrityError(.malformed, "")) { try await fixture.load(list, named: "manifest-sha256.txt") }
    }

    // MARK: Verifying

    @Test("folders and links that a list cannot name are not added; files and what is gone are told")
    func verified() async throws {
        let fixture = try ManifestListFixture()
        let list = try await fixture.export(try await fixture.create([.sha256]), .gnu, [.sha256])
        let manifest = try await fixture.load(list)
        let fine = try await fixture.verify(manifest)
        #expect(fine.words == [] && fine[.intact] == 3 && fine.readFileCount == 3)
        try fixture.write([1], to: Array("new/file".utf8))
        try fixture.root.link("tree/link", to: "a")
        try fixture.write(Array("abd".utf8), to: Array("a".utf8))
        try fixture.root.remove(Array("tree/b/empty".utf8))
        let report = try await fixture.verify(manifest)
        #expect(report.words == ["modified a", "removed b/empty", "added new/file"])
        #expect(report.verdicts[0].remark == .digestOnly && report.entryCount == 4)
    }

    @Test("a file that only moved is found by its digest, the strongest that there is")
    func moved() async throws {
        let fixture = try ManifestListFixture()
        let list = try await fixture.export(try await fixture.create(), .hashdeep, [.md5, .sha256])
        let manifest = try await fixture.load(list)
        try fixture.root.remove(Array("tree/a".utf8))
        try fixture.write(Array("abc".utf8), to: Array("x/y".utf8))
        let report = try await fixture.verify(manifest)
        #expect(report.words == ["moved a"] && report.verdicts[0].newPath?.description == "x/y")
    }

    @Test("a content that has the recorded MD5 and another SHA-256 is another content")
    func collision() async throws {
        // Two contents with one MD5 (Wang, Yu, 2005).
        let hex = """
            d131dd02c5e6eec4693d9a0698aff95c2fcab58712467eab4004583eb8fb7f8955ad340609f4b30283e488832571415a\
            085125e8f7cdc99fd91dbdf280373c5bd8823e3156348f5bae6dacd436c919c6dd53e2b487da03fd02396306d248cda0\
            e99f33420f577ee8ce54b67080a80d1ec69821bcb6a8839396f9652b6ff72a70
            """
        let first = try #require([UInt8](hexadecimal: Array(hex.utf8)))
        var second = first
        for index in [19, 45, 59, 83, 109, 123] { second[index] ^= 0x80 }
        let fixture = try ManifestListFixture([(Array("a".utf8), first)])
        let list = try await fixture.export(try await fixture.create(), .hashdeep, [.md5, .sha256])
        let manifest = try await fixture.load(list)
        try fixture.write(second, to: Array("a".utf8))
        try #require(try Digest.hash(.md5, first.bytes) == Digest.hash(.md5, second.bytes))
        #expect(try await fixture.verify(manifest).words == ["modified a"])
        try fixture.root.remove(Array("tree/a".utf8))
        try fixture.write(second, to: Array("b".utf8))
        #expect(try await fixture.verify(manifest).words == ["removed a", "added b"])
    }

    @Test("folders are passed over in a comparison with the manifest of a tree, in both directions")
    func compared() async throws {
        let fixture = try ManifestListFixture()
        let made = try await fixture.create([.sha256])
        let loaded = try await fixture.load(try await fixture.export(made, .gnu, [.sha256]))
        #expect(try await loaded.compare(with: made, fixture.settings).words == [])
        #expect(try await made.compare(with: loaded, fixture.settings).words == [])
        #expect(try await loaded.compare(with: made, fixture.settings)[.intact] == 3)
    }

    @Test("an update records everything, and is of a tree from then on")
    func updated() async throws {
        let fixture = try ManifestListFixture()
        let loaded = try await fixture.load(try await fixture.export(try await fixture.create([.sha256]), .gnu, [.sha256]))
        var head = try ManifestListFixture.head()
        head.options = loaded.checkpoint.options
        _ = try await ManifestUpdater(loaded, folder: fixture.path("tree"), head: head, settings: fixture.settings)
            .update(fixture.target("next.manifest"), acceptingDamage: false)
        let next = try fixture.open("next.manifest")
        #expect(next.checkpoint.options == ManifestOptions(digests: [.sha256]) && next.checkpoint.sequence == 1)
        #expect(try ManifestListFixture.entries(next).map(\.path.description) == ["a", "b", "b/c", "b/empty"])
        try FileManager.default.createDirectory(atPath: fixture.path("tree/n").string, withIntermediateDirectories: true)
        #expect(try await fixture.verify(next).words == ["added n"])
    }

    @Test("what is exported is imported as the same files", arguments: [ManifestExportFormat.gnu, .bsd, .hashdeep, .bagIt])
    func roundTrip(format: ManifestExportFormat) async throws {
        let files = ManifestListFixture.hostile.filter { file in
            switch format {
            case .gnu, .bsd: true
            case .hashdeep: !file.name.contains(10)
            case .bagIt: String(validating: file.name, as: UTF8.self) != nil
            }
        }
        let fixture = try ManifestListFixture(files)
        let made = try await fixture.create([.sha256])
        let list = try await fixture.export(made, format, [.sha256], reading: false)
        let loaded = try await fixture.load(list, named: format == .bagIt ? "manifest-sha256.txt" : "list")
        let prefix = format == .bagIt ? Array("data/".utf8) : []
        let expected = try ManifestListFixture.entries(made).filter { $0.type == .file }
        let found = try ManifestListFixture.entries(loaded)
        #expect(found.map(\.path.bytes) == expected.map { prefix + $0.path.bytes } && found.map(\.digests) == expected.map(\.digests))
        #expect(found.map(\.byteCount) == expected.map { format == .hashdeep ? $0.byteCount : nil })
        if format != .bagIt { #expect(try await fixture.verify(loaded).words == []) }
    }
}
