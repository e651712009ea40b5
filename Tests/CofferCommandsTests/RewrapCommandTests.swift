import Foundation
import KeyStore
import OpenSSL
import Testing

@testable import CofferCommands

@Suite("Other recipients and new file keys on the command line")
struct RewrapCommandTests {
    /// A store with the keys `old` and `new`, and `a.age` and `sub/b.age` in the folder `tree`, sealed for `old`.
    private func fixture() async throws -> CommandFixture {
        let fixture = try await CommandFixture.withStore()
        for alias in ["old", "new"] { try await fixture.expect("key create --alias \(alias)") }
        try FileManager.default.createDirectory(atPath: fixture.path("tree/sub"), withIntermediateDirectories: true)
        for name in ["tree/a", "tree/sub/b"] {
            let file = try fixture.write([UInt8](repeating: 7, count: 70_000), to: name)
            try await fixture.expect("encrypt -k old --context p=q \(file)")
            try FileManager.default.removeItem(atPath: file)
        }
        return fixture
    }

    private func identity(_ name: String, in fixture: CommandFixture) throws -> String {
        let identity = try AgeIdentity.generate()
        try fixture.write(try identity.fileContents(created: "today").withUnsafeBytes { Array($0) }, to: name)
        return try identity.recipient().text
    }

    private func arn(_ alias: String, in fixture: CommandFixture) async throws -> String {
        let metadata = try await fixture.expect("key describe \(alias) --json").json["KeyMetadata"] as? [String: Any]
        return try #require(metadata?["Arn"] as? String)
    }

    private func recipients(_ name: String, in fixture: CommandFixture) async throws -> [[String: Any]] {
        try #require(try await fixture.expect("inspect --json \(fixture.path(name))").json["Recipients"] as? [[String: Any]])
    }

    private func payload(_ name: String, in fixture: CommandFixture) async throws -> [UInt8] {
        let header = try await fixture.expect("inspect --json \(fixture.path(name))").json["HeaderByteCount"] as? Int
        return Array(try fixture.read(name).dropFirst(try #require(header)))
    }

    @Test("after a rotation the files of a tree get the newest version, and nothing else changes")
    func refresh() async throws {
        let fixture = try await fixture()
        let before = try await payload("tree/a.age", in: fixture)
        #expect(try await fixture.expect("rewrap --recursive \(fixture.path("tree"))").errors.contains("0 rewrapped, 2 current"))
        try await fixture.expect("key rotate old")
        let dry = try await fixture.expect("rewrap --dry-run --recursive \(fixture.path("tree"))")
        #expect(
            dry.text.contains("a.age: would be rewrapped: arn:") && dry.text.contains("version 1 → 2")
                && dry.errors.contains("2 would be rewrapped"))
        #expect(try await recipients("tree/a.age", in: fixture).first?["KeyVersion"] as? Int == 1)
        let done = try await fixture.expect("rewrap --recursive \(fixture.path("tree"))")
        #expect(done.text.contains("version 1 → 2") && done.errors.contains("2 rewrapped, 0 current"))
        #expect(try await recipients("tree/a.age", in: fixture).first?["KeyVersion"] as? Int == 2)
        #expect(try await payload("tree/a.age", in: fixture) == before)
        try await fixture.expect("verify --context p=q --recursive \(fixture.path("tree"))")
    }

    @Test("a key takes the place of another; the context stays unless another is given", arguments: [nil, "x=y"])
    func toKey(context: String?) async throws {
        let fixture = try await fixture()
        let option = context.map { "--context \($0)" } ?? "--from-key old"
        try await fixture.expect("rewrap --to-key new \(option) \(fixture.path("tree/a.age"))")
        let recipients = try await recipients("tree/a.age", in: fixture)
        #expect(recipients.map { $0["KeyId"] as? String } == [try await arn("new", in: fixture)])
        #expect(recipients.first?["EncryptionContext"] as? [String: String] == (context == nil ? ["p": "q"] : ["x": "y"]))
        try await fixture.expect("key disable old")
        try await fixture.expect("verify \(fixture.path("tree/a.age"))")
    }

    @Test("recipients are added and removed")
    func addAndRemove() async throws {
        let fixture = try await fixture()
        let file = fixture.path("tree/a.age")
        let recipient = try identity("key.txt", in: fixture)
        let added = try await fixture.expect("rewrap --add-recipient \(recipient) --add-recipient new \(file)")
        #expect(added.text.contains("with X25519"))
        try await fixture.expect("verify -i \(fixture.path("key.txt")) \(file)")
        try await fixture.expect("rewrap --remove-recipient old \(file)")
        #expect(try await recipients("tree/a.age", in: fixture).map { $0["Type"] as? String } == ["X25519", "coffer-kms"])
        let refused = try await fixture.expect("rewrap --remove-recipient \(recipient) \(file)", .usage)
        #expect(refused.errors.contains("hint: type:X25519 removes all of them"))
        try await fixture.expect("rewrap --remove-recipient type:X25519 \(file)")
        #expect(try await recipients("tree/a.age", in: fixture).map { $0["Type"] as? String } == ["coffer-kms"])
        let plugin = try await fixture.expect("key recipient new").line
        #expect(try await fixture.expect("rewrap --remove-recipient \(plugin) \(file)", .usage).errors.contains("recipient"))
        let absent = try await fixture.expect("rewrap --remove-recipient old \(file)")
        #expect(absent.errors.contains("was no recipient of it") && absent.text.isEmpty)
    }

    @Test("files of age's own recipients need no store")
    func noStore() async throws {
        let fixture = try CommandFixture()
        let (first, second) = (try identity("a.txt", in: fixture), try identity("b.txt", in: fixture))
        let file = try fixture.write([1, 2, 3], to: "file")
        try await fixture.expect("encrypt -r \(first) \(file)")
        try await fixture.expect("rewrap -i \(fixture.path("a.txt")) --add-recipient \(second) \(file).age")
        try await fixture.expect("verify -i \(fixture.path("b.txt")) \(file).age")
        try await fixture.expect("rotate-data -i \(fixture.path("a.txt")) -r \(second) \(file).age")
        try await fixture.expect("verify -i \(fixture.path("a.txt")) \(file).age", .denied)
        try await fixture.expect("verify -i \(fixture.path("b.txt")) \(file).age")
        #expect(!fixture.exists("home"))
    }

    @Test("JSON is a line for each file, with the keys before and after")
    func json() async throws {
        let fixture = try await fixture()
        try fixture.write("text", to: "tree/notes.txt")
        try await fixture.expect("key rotate old")
        let outcome = try await fixture.expect("rewrap --json --recursive \(fixture.path("tree"))")
        let documents = try outcome.jsonLines
        #expect(documents.count == 4 && outcome.errors.isEmpty)
        let rewrapped = try #require(documents.first { $0["Action"] as? String == "Rewrapped" })
        #expect(rewrapped["Method"] as? String == "InPlace")
        #expect((rewrapped["KeysAfter"] as? [[String: Any]])?.first?["KeyVersion"] as? Int == 2)
        #expect(documents.last?["RewrappedCount"] as? Int == 2 && documents.last?["SkippedCount"] as? Int == 1)
    }

    @Test("a file that cannot be opened is told, and the others are rewrapped")
    func failures() async throws {
        let fixture = try await fixture()
        try identity("key.txt", in: fixture).write(toFile: fixture.path("recipient"), atomically: false, encoding: .utf8)
        let file = try fixture.write([1], to: "tree/c")
        try await fixture.expect("encrypt -R \(fixture.path("recipient")) \(file)")
        try await fixture.expect("key rotate old")
        let outcome = try await fixture.run("rewrap --recursive \(fixture.path("tree"))")
        #expect(outcome.status == .denied && outcome.errors.contains("error: 1 of 3 files failed"))
        #expect(try await recipients("tree/a.age", in: fixture).first?["KeyVersion"] as? Int == 2)
        try await fixture.expect("rewrap --resume -i \(fixture.path("key.txt")) --recursive \(fixture.path("tree"))")
    }

    @Test("rotating data changes every byte, and keeps keys, contexts and content")
    func rotateData() async throws {
        let fixture = try await fixture()
        let before = try await payload("tree/a.age", in: fixture)
        try await fixture.expect("rotate-data --recursive \(fixture.path("tree"))")
        #expect(try await payload("tree/a.age", in: fixture) != before)
        #expect(try await recipients("tree/a.age", in: fixture).first?["EncryptionContext"] as? [String: String] == ["p": "q"])
        let opened = try await fixture.expect("decrypt --context p=q -o - \(fixture.path("tree/a.age"))")
        #expect(opened.bytes == [UInt8](repeating: 7, count: 70_000))
        let recipient = try identity("key.txt", in: fixture)
        try await fixture.expect("rotate-data -r \(recipient) \(fixture.path("tree/a.age"))")
        try await fixture.expect("verify -i \(fixture.path("key.txt")) \(fixture.path("tree/a.age"))")
        #expect(
            try await fixture.expect("rotate-data -i \(fixture.path("key.txt")) \(fixture.path("tree/a.age"))", .usage).errors.contains(
                "X25519"))
    }

    @Test(
        "what cannot be meant is refused",
        arguments: [
            "rewrap", "rewrap -", "rotate-data", "rewrap --from-key old FILE", "rewrap --resume FILE", "rewrap --context a=b FILE",
            "rewrap --add-recipient type:X25519 FILE", "rewrap --add-recipient age1x FILE", "rewrap --remove-recipient age1x FILE",
            "rewrap --remove-recipient type: FILE", "rotate-data --context a=b FILE", "rewrap --recursive . FILE",
        ])
    func wrongUse(line: String) async throws {
        let fixture = try await fixture()
        let before = try fixture.read("tree/a.age")
        try await fixture.expect(line.replacing("FILE", with: fixture.path("tree/a.age")), .usage)
        #expect(try fixture.read("tree/a.age") == before)
    }

    @Test("what is not there, and what is no sealed file")
    func inputs() async throws {
        let fixture = try await fixture()
        try fixture.write("hello", to: "text")
        for command in ["rewrap", "rotate-data"] {
            try await fixture.expect("\(command) \(fixture.path("nothing"))", .notFound)
            try await fixture.expect("\(command) \(fixture.path("text"))", .damaged)
        }
        try await fixture.expect("rewrap --to-key nobody \(fixture.path("tree/a.age"))", .notFound)
    }
}
