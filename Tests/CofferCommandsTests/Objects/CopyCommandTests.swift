import Foundation
import KeyTestSupport
import Testing

@testable import CofferCommands

@Suite("coffer cp")
struct CopyCommandTests {
    let fixture: CommandFixture

    init() async throws { fixture = try await CommandFixture.withBucket() }

    @discardableResult
    private func cp(
        _ arguments: String..., status: ExitStatus = .success, input: [UInt8] = [], _ location: SourceLocation = #_sourceLocation
    )
        async throws -> Outcome
    {
        try await fixture.expect(["cp"] + arguments, status, input: input, sourceLocation: location)
    }

    @Test(
        "files of any size come back as they were",
        arguments: [0, 1, 16 << 10, 16 << 10 + 1, 64 << 10, 1_000_000, 5 << 20 + 1])
    func sizes(count: Int) async throws {
        let bytes = CommandFixture.noise(count)
        let file = try fixture.write(bytes, to: "file")
        #expect(try await cp(file, "coffer://photos/").text.isEmpty)
        #expect(try await cp("coffer://photos/file", "-").bytes == bytes)
        let told = try await cp("coffer://photos/file", fixture.path("back"), "--json").json
        #expect(told["ByteCount"] as? Int == count && told["Input"] as? String == "coffer://photos/file")
        #expect(try fixture.read("back") == bytes)
        let mode = try FileManager.default.attributesOfItem(atPath: fixture.path("back"))[.posixPermissions] as? Int
        #expect(mode == 0o600)
        try await fixture.expect("store check")
        try await fixture.expect("store scrub")
    }

    @Test("a stream is stored, long or short", arguments: [0, 100, 8 << 20 + 5])
    func streams(count: Int) async throws {
        let bytes = CommandFixture.noise(count)
        let stored = try await cp("-", "coffer://photos/s", "--json", input: bytes).json
        #expect(stored["Input"] as? String == "stdin" && stored["ByteCount"] as? Int == count)
        #expect(try await cp("coffer://photos/s", "-").bytes == bytes)
        #expect(try await fixture.expect("object upload list --bucket photos").text.isEmpty)
        #expect(try await cp("-", "coffer://photos/", status: .usage).errors.contains("has no name"))
    }

    @Test("a folder goes into the store and comes back, whatever its files are called")
    func trees() async throws {
        let names = [
            "a", "empty", "sub/b", "sub/deeper/c", "with space", "new\nline", "ünïcode", "-rf", "~", "*", "..a", "'quote\"", "large",
        ]
        try fixture.makeFolder("src/sub/deeper")
        try fixture.makeFolder("src/nothing")
        for name in names {
            let bytes = name == "empty" ? [] : name == "large" ? CommandFixture.noise(200_000) : Array(name.utf8)
            try fixture.write(bytes, to: "src/\(name)")
        }
        try FileManager.default.createSymbolicLink(atPath: fixture.path("src/link"), withDestinationPath: "a")
        let stored = try await cp("--recursive", fixture.path("src"), "coffer://photos/t")
        #expect(stored.errors.contains("link: is a symbolic link") && stored.errors.hasSuffix("\(names.count) stored, 1 skipped\n"))
        #expect(try await fixture.keys() == names.map { "t/" + $0 }.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) })

        #expect(try await cp("--recursive", "coffer://photos/t/", fixture.path("back")).errors == "\(names.count) read, 0 skipped\n")
        for name in names { #expect(try fixture.read("back/\(name)") == fixture.read("src/\(name)"), "\(name)") }
        let mode = try FileManager.default.attributesOfItem(atPath: fixture.path("back/sub/b"))[.posixPermissions] as? Int
        #expect(mode == 0o600)

        let again = try await cp("--recursive", "coffer://photos/t/", fixture.path("back"), status: .denied)
        #expect(again.errors.contains("\(names.count) of \(names.count) objects failed") && again.errors.contains("hint: use --force"))
        let forced = try await fixture.expect(["cp", "-r", "--force", "--json", "coffer://photos/t", fixture.path("back")]).jsonLines
        #expect(forced.last as? [String: Int] == ["DoneCount": names.count, "FailedCount": 0, "SkippedCount": 0])
        try await fixture.expect("store check")
    }

    @Test("no key leads out of the target folder, and those that cannot be names fail alone")
    func escapes() async throws {
        for key in ["t/ok", "t/../../escaped", "t//etc", "t/a/./b", "t/folder/"] { try await fixture.put("x", as: key) }
        try await fixture.put("", as: "t/shown/")
        let outcome = try await fixture.run(["cp", "-r", "--json", "coffer://photos/t", fixture.path("back")])
        #expect(outcome.status == .usage)
        let lines = try outcome.jsonLines
        #expect(lines.filter { $0["Error"] != nil }.count == 4 && lines.filter { $0["Skipped"] != nil }.count == 1)
        #expect(try FileManager.default.subpathsOfDirectory(atPath: fixture.path("back")) == ["ok"])
        #expect(!fixture.exists("escaped"))
        let alone = try await cp("coffer://photos/t/../../escaped", fixture.folder + "/named")
        #expect(alone.status == .success && fixture.exists("named"))
        #expect(try await cp("coffer://photos/t/folder/", fixture.folder + "/", status: .usage).errors.contains("hint: name the file"))
    }

    @Test("a link in the target is not followed")
    func links() async throws {
        try await fixture.put("x", as: "t/sub/a")
        try fixture.makeFolder("outside")
        try fixture.makeFolder("back")
        try FileManager.default.createSymbolicLink(atPath: fixture.path("back/sub"), withDestinationPath: fixture.path("outside"))
        #expect(try await cp("-r", "coffer://photos/t", fixture.path("back"), status: .denied).errors.contains("symbolic link"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: fixture.path("outside")).isEmpty)
    }

    @Test("objects are copied within the store, to another key, bucket and KMS key, one or all below a prefix")
    func copies() async throws {
        try await fixture.put("one", as: "t/1", "--content-type text/plain --metadata a=b")
        try await fixture.put("two", as: "t/2")
        let key = try await fixture.expect("key create --alias archive").line
        try await fixture.expect("bucket create archive")
        let copied = try await cp("coffer://photos/t/1", "coffer://archive/", "--key", "archive", "--json").json
        #expect(copied["Output"] as? String == "coffer://archive/1" && copied["CopySourceVersionId"] is String)
        let head = try await fixture.expect("object head --bucket archive --key 1 --json").json
        #expect(head["ContentType"] as? String == "text/plain" && (head["Metadata"] as? [String: String]) == ["a": "b"])
        #expect((head["SSEKMSKeyId"] as? String)?.hasSuffix(key) == true)
        #expect(try await cp("-r", "coffer://photos/t", "coffer://archive/u").errors == "2 copied, 0 skipped\n")
        #expect(try await fixture.keys("coffer://archive/") == ["1", "u/1", "u/2"])
        #expect(try await cp("coffer://archive/u/2", "-").text == "two")
        try await cp("coffer://photos/t/1", "coffer://archive/1", "--content-type", "x/y")
        #expect(try await fixture.expect("object head --bucket archive --key 1").text.contains("x/y"))
        try await fixture.expect("store check")
        try await fixture.expect("store scrub")
    }

    @Test("old versions are read by their id and by the time")
    func old() async throws {
        let first = try await fixture.put("first", as: "t/a")
        let time = fixture.clock.time
        fixture.clock.pass(.days(1))
        try await fixture.put("second", as: "t/a")
        try await fixture.put("new", as: "t/b")
        #expect(try await cp("coffer://photos/t/a", "-").text == "second")
        #expect(try await cp("--version-id", first, "coffer://photos/t/a", "-").text == "first")
        #expect(try await cp("--at", time, "coffer://photos/t/a", "-").text == "first")
        #expect(try await cp("--at", "12h", "coffer://photos/t/a", "-").text == "first")
        try await cp("-r", "--at", time, "coffer://photos/t", fixture.path("before"))
        #expect(try fixture.read("before/a") == Array("first".utf8) && !fixture.exists("before/b"))
        #expect(try await cp("--at", time, "coffer://photos/t/b", "-", status: .notFound).bytes.isEmpty)
        try await cp("--at", time, "coffer://photos/t/a", "coffer://photos/t/a")
        #expect(try await fixture.content(of: "t/a") == "first")
    }

    @Test("what is not there is said, with what can be done")
    func refusals() async throws {
        try fixture.makeFolder("folder")
        let file = try fixture.write("x", to: "file")
        #expect(try await cp(fixture.path("none"), "coffer://photos/", status: .notFound).errors.contains("no such file"))
        #expect(try await cp(fixture.path("folder"), "coffer://photos/", status: .usage).errors.contains("cp --recursive"))
        #expect(try await cp("-r", file, "coffer://photos/", status: .usage).errors.contains("is not a folder"))
        #expect(try await cp("-r", fixture.path("none"), "coffer://photos/", status: .notFound).errors.contains("no such file"))
        #expect(try await cp("coffer://photos/a/", fixture.path("x"), status: .notFound).errors.contains("cp --recursive"))
        #expect(try await cp("coffer://photos/a", file, status: .denied).errors.contains("--force"))
        try await fixture.put("x", as: "a")
        try await fixture.expect("rm coffer://photos/a")
        #expect(try await cp("coffer://photos/a", "-", status: .notFound).errors.contains("hint: it was deleted"))
        #expect(try await cp(file, "coffer://nobody/a", status: .notFound).errors.contains("`coffer ls` lists the buckets"))
        #expect(try await cp("-r", fixture.path("folder"), "coffer://photos/x").errors.contains("there was nothing to do"))
    }
}
