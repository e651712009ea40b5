import Foundation
import TestSupport
import Testing

@testable import CofferCommands

@Suite("coffer checksum --check")
struct ChecksumCheckTests {
    static let abc = ChecksumCommandTests.abc
    static let hasTool = Command.isInstalled("sha256sum")

    /// Two files, `a` with `abc` and `b`, and a list in which GOOD, OTHER and DIR stand for the hash of `a`, another one, and the folder.
    private static func fixture(_ list: String) throws -> CommandFixture {
        let fixture = try CommandFixture()
        try fixture.write("abc", to: "a")
        try fixture.write("abcd", to: "b")
        try fixture.write("abc", to: "c\\d\ne")
        let other = String(repeating: "0", count: 64)
        try fixture.write(
            list.replacing("GOOD", with: abc).replacing("OTHER", with: other).replacing("DIR", with: fixture.folder), to: "list")
        return fixture
    }

    @Test("each file has its line, the summary is an error, and the exit status is 1")
    func lines() async throws {
        let fixture = try Self.fixture("GOOD  DIR/a\n# comment\nnonsense\nGOOD  DIR/b\nGOOD  DIR/nothing\n")
        let folder = fixture.folder
        let outcome = try await fixture.run("checksum --check \(fixture.path("list"))")
        #expect(outcome.status == .negative)
        #expect(outcome.text == "\(folder)/a: OK\n\(folder)/b: FAILED\n\(folder)/nothing: FAILED open or read\n")
        #expect(
            outcome.errors == """
                warning: \(folder)/list: line 3 does not begin with a checksum
                error: \(folder)/list: 1 of 3 files is as listed: 1 differs, 1 missing, 1 malformed line

                """)
        #expect(try await fixture.run("checksum --check --strict \(fixture.path("list"))").bytes == outcome.bytes, "as with sha256sum")
        let quiet = try await fixture.run("checksum --check \(fixture.path("list")) --quiet")
        #expect(quiet.status == .negative && quiet.text == "\(folder)/b: FAILED\n\(folder)/nothing: FAILED open or read\n")
        let silent = try await fixture.run("checksum --check \(fixture.path("list")) --status")
        #expect(silent.status == .negative && silent.text.isEmpty && silent.errors.isEmpty)
    }

    @Test("JSON has each file's verdict, and what could not be read of the list")
    func json() async throws {
        let fixture = try Self.fixture("GOOD  DIR/a\nnonsense\nOTHER  DIR/b\nGOOD  DIR/nothing\nGOOD  DIR\n")
        let outcome = try await fixture.run("checksum --json --check \(fixture.path("list"))")
        let result = try outcome.json
        #expect((result["Files"] as? [[String: Any]])?.map { $0["Verdict"] as? String } == ["Matches", "Differs", "Missing", "Unreadable"])
        #expect((result["MalformedLines"] as? [[String: Any]])?.map { $0["Line"] as? Int } == [2])
        for name in ["MatchedCount", "DifferingCount", "MissingCount", "UnreadableCount", "MalformedLineCount"] {
            #expect(result[name] as? Int == 1, "\(name)")
        }
        #expect(outcome.status == .environment)
        #expect(try outcome.error["code"] as? String == "FileUnavailable")
    }

    @Test(
        "the exit status says what is wrong",
        arguments: [
            ("GOOD  DIR/a\n", "", .success), ("GOOD  DIR/b\n", "", .negative), ("GOOD  DIR/nothing\n", "", .negative),
            ("GOOD  DIR\n", "", .environment), ("GOOD  DIR/a\nGOOD  DIR\nGOOD  DIR/b\n", "", .environment), ("nonsense\n", "", .usage),
            ("", "", .usage), ("# GOOD  DIR/a\n", "", .usage), ("GOOD  DIR/a\nnonsense\n", "", .success),
            ("GOOD  DIR/a\nnonsense\n", "--strict", .usage), ("GOOD  DIR/b\nnonsense\n", "--strict", .usage),
            ("GOOD  DIR/a\nGOOD  DIR/nothing\n", "--ignore-missing", .success), ("GOOD  DIR/nothing\n", "--ignore-missing", .negative),
            ("GOOD  DIR/b\nGOOD  DIR/nothing\n", "--ignore-missing", .negative), ("SHA256 (DIR/a) = GOOD\n", "", .success),
            ("SHA256 (DIR/a) = GOOD\n", "-a md5", .usage), ("CRC32 (DIR/a) = 352441c2\n", "", .success),
            ("CRC32 (DIR/a) = 352441c3\n", "", .negative), ("352441c2  DIR/a\n", "", .usage), ("352441c2  DIR/a\n", "-a crc32", .success),
            ("%%%% HASHDEEP-1.0\n%%%% size,sha256,filename\n3,GOOD,DIR/a\n", "--strict", .success),
            ("%%%% HASHDEEP-1.0\n%%%% size,sha256,filename\n4,GOOD,DIR/a\n", "", .negative),
        ] as [(String, String, ExitStatus)])
    func statuses(list: String, options: String, status: ExitStatus) async throws {
        let fixture = try Self.fixture(list)
        let outcome = try await fixture.run("checksum --check \(fixture.path("list")) \(options)")
        #expect(outcome.status == status, "\(outcome.errors)")
    }

    @Test("a list that is not there, or is a folder, says so")
    func noList() async throws {
        let fixture = try CommandFixture()
        try await fixture.expect("checksum --check \(fixture.path("list"))", .notFound)
        try await fixture.expect("checksum --check \(fixture.folder)", .environment)
    }

    @Test("a name of 128 digits' list chooses BLAKE2b")
    func listName() async throws {
        let fixture = try CommandFixture()
        let file = try fixture.write("abc", to: "file")
        let list = try await fixture.expect("checksum -a b2 \(file)").text
        try fixture.write(list, to: "B2SUMS")
        try fixture.write(list, to: "SUMS")
        try await fixture.expect("checksum -c \(fixture.path("B2SUMS"))")
        #expect(try await fixture.run("checksum -c \(fixture.path("SUMS"))").status == .negative)
        try await fixture.expect("checksum -a blake2b -c \(fixture.path("SUMS"))")
    }

    /// Lists of pieces of lines, right ones and tampered ones.
    static func randomList(_ generator: inout some RandomNumberGenerator) -> String {
        let pieces = [
            "GOOD", "OTHER", "goOD", " ", "  ", " *", "\t", "\\", "DIR/a", "DIR/b", #"DIR/c\\d\ne"#, "SHA256", "SHA256 (", ") = ", ")= ",
            "\r", "#",
        ]
        let lines = [
            "GOOD  DIR/a", "OTHER  DIR/a", "GOOD *DIR/b", "GOOD DIR/a", "SHA256 (DIR/a) = GOOD", "SHA256(DIR/b)= GOOD",
            #"\GOOD  DIR/c\\d\ne"#,
            "GOOD  DIR/nothing", "", "# x", "GOOD  DIR/a\r", " GOOD  DIR/a", #"\SHA256 (DIR/c\\d\ne) = GOOD"#,
        ]
        return (0..<Int.random(in: 1...3, using: &generator)).map { _ in
            guard Bool.random(using: &generator) else { return lines.randomElement(using: &generator) ?? "" }
            return (0..<Int.random(in: 1...6, using: &generator)).map { _ in pieces.randomElement(using: &generator) ?? "" }.joined()
        }.joined(separator: "\n") + "\n"
    }

    @Test(
        "our verdict is that of sha256sum, for lists that are tampered with in many ways",
        .enabled(if: hasTool, "sha256sum is not installed"))
    func sameVerdict() async throws {
        var generator = SeededGenerator(seed: 11)
        var fineCount = 0
        for index in 0..<250 {
            let options = [[], ["--strict"], ["--ignore-missing"]][index % 3]
            let list = Self.randomList(&generator)
            let fixture = try Self.fixture(list.replacing("goOD", with: Self.abc.uppercased()))
            let ours = try await fixture.run(["checksum", "-a", "sha256", "--check", fixture.path("list")] + options)
            let theirs = try Command.run("sha256sum", ["--check", fixture.path("list")] + options)
            #expect(
                (ours.status == .success) == theirs.succeeded,
                "\(list.debugDescription) \(options)\n\(ours.text)\(ours.errors)")
            fineCount += ours.status == .success ? 1 : 0
        }
        #expect((20...230).contains(fineCount), "the lists are no test: \(fineCount)")
    }
}
