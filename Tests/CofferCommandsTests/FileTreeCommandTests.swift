import Foundation
import KeyStore
import OpenSSL
import Testing

@testable import CofferCommands

@Suite("Many files on the command line")
struct FileTreeCommandTests {
    /// A store with the key `k`, and a folder `tree` of three files, a link and a pipe.
    private func fixture() async throws -> CommandFixture {
        let fixture = try await CommandFixture.withStore()
        try await fixture.expect("key create --alias k")
        for folder in ["tree", "tree/sub", "tree/sub/deep"] {
            try FileManager.default.createDirectory(atPath: fixture.path(folder), withIntermediateDirectories: false)
        }
        try fixture.write([1], to: "tree/a")
        try fixture.write([UInt8](repeating: 2, count: 100_000), to: "tree/sub/b")
        try fixture.write([], to: "tree/sub/deep/c")
        try FileManager.default.createSymbolicLink(atPath: fixture.path("tree/link"), withDestinationPath: "a")
        mkfifo(fixture.path("tree/pipe"), 0o600)
        return fixture
    }

    @Test("a tree is sealed into another, verified, and opened into a third that is the same")
    func roundTrip() async throws {
        let fixture = try await fixture()
        let sealed = try await fixture.expect("encrypt -k k --recursive \(fixture.path("tree")) -o \(fixture.path("sealed"))")
        #expect(sealed.errors.contains("skipped: \(fixture.path("tree/link")): is a symbolic link"))
        #expect(sealed.errors.contains("skipped: \(fixture.path("tree/pipe")): is a pipe"))
        #expect(sealed.errors.contains("3 files sealed, 2 skipped"))
        let verified = try await fixture.expect("verify --recursive \(fixture.path("sealed"))")
        #expect(verified.text == "\(fixture.path("sealed")): 3 files are intact\n")
        let listed = try await fixture.expect("verify --json --recursive \(fixture.path("sealed"))")
        #expect(listed.text.split(separator: "\n").count == 4 && listed.text.contains("c.age"))
        try await fixture.expect("decrypt --recursive \(fixture.path("sealed")) -o \(fixture.path("opened"))")
        for name in ["a", "sub/b", "sub/deep/c"] {
            #expect(try fixture.read("opened/\(name)") == fixture.read("tree/\(name)"))
        }
    }

    @Test("without another folder the files stand side by side, and what is sealed is not sealed again")
    func beside() async throws {
        let fixture = try await fixture()
        let command = "encrypt -k k --recursive \(fixture.path("tree"))"
        try await fixture.expect(command)
        #expect(fixture.exists("tree/a.age") && fixture.exists("tree/a"))
        let again = try await fixture.expect(command, .denied)
        #expect(again.errors.contains("3 of 3 files failed") && again.errors.contains("a.age: is sealed already"))
        try await fixture.expect("\(command) --force --quiet")
        #expect(!fixture.exists("tree/a.age.age"))
    }

    @Test("updating seals what changed, says how much did not, and has nothing to warn of if that is all")
    func update() async throws {
        let fixture = try await fixture()
        let command = "encrypt -k k --recursive \(fixture.path("tree")) -o \(fixture.path("sealed")) --update"
        // The clock of file systems moves on every few milliseconds.
        usleep(50_000)
        #expect(try await fixture.expect(command).errors.contains("3 files sealed, 0 unchanged, 2 skipped"))
        let again = try await fixture.expect(command).errors
        #expect(again.contains("0 files sealed, 3 unchanged, 2 skipped") && !again.contains("warning: "), "\(again)")
        try fixture.write([7, 7], to: "tree/a")
        let documents = try await fixture.expect("\(command) --json").jsonLines
        #expect(documents.compactMap { $0["Output"] as? String } == [fixture.path("sealed/a.age")])
        #expect(documents.filter { $0["Skipped"] as? String == "did not change since it was sealed" }.count == 2)
        #expect(documents.last?["DoneCount"] as? Int == 1 && documents.last?["UnchangedCount"] as? Int == 2)
        #expect(documents.last?["SkippedCount"] as? Int == 2)
        try await fixture.expect("encrypt -k k --recursive \(fixture.path("tree")) -o -", .usage)
        for line in ["\(command) --force", "encrypt -k k --update \(fixture.path("tree/a"))"] { try await fixture.expect(line, .usage) }
    }

    @Test("one damaged file is told at the end, gives the exit status, and keeps none from being dealt with")
    func failures() async throws {
        let fixture = try await fixture()
        try await fixture.expect("encrypt -k k --recursive \(fixture.path("tree")) -o \(fixture.path("sealed"))")
        var bytes = try fixture.read("sealed/sub/b.age")
        bytes[bytes.count - 1] ^= 1
        try fixture.write(bytes, to: "sealed/sub/b.age")
        try fixture.write("hello", to: "sealed/x.age")
        let verified = try await fixture.run("verify --recursive \(fixture.path("sealed"))")
        #expect(verified.status == .damaged)
        #expect(verified.text == "\(fixture.path("sealed")): 2 files are intact\n")
        #expect(
            verified.errors.contains("b.age: is damaged") && verified.errors.hasSuffix("error: 2 of 4 files failed\n"), "\(verified.errors)"
        )
        let opened = try await fixture.run("decrypt --recursive \(fixture.path("sealed")) -o \(fixture.path("opened"))")
        #expect(opened.status == .damaged && fixture.exists("opened/a") && !fixture.exists("opened/sub/b"))
    }

    @Test("JSON is a line for each file, and a last one for all")
    func json() async throws {
        let fixture = try await fixture()
        let run = try await fixture.run("encrypt --json -k k --recursive \(fixture.path("tree")) -o \(fixture.path("sealed"))")
        let documents = try run.jsonLines
        #expect(documents.count == 6 && run.errors.isEmpty)
        #expect(documents.filter { $0["Output"] != nil }.count == 3)
        #expect(Set(documents.compactMap { $0["Skipped"] as? String }) == ["is a symbolic link", "is a pipe"])
        let last = try #require(documents.last)
        #expect(last["DoneCount"] as? Int == 3 && last["SkippedCount"] as? Int == 2 && last["FailedCount"] as? Int == 0)
        try fixture.write("hello", to: "sealed/x.age")
        let failing = try await fixture.run("verify --json --recursive \(fixture.path("sealed"))")
        #expect(failing.status == .damaged)
        let failed = try failing.jsonLines.compactMap { $0["Error"] as? [String: String] }
        #expect(failed.count == 1 && failed.first?["Code"] == "NotASealedFile")
        #expect(try failing.error["message"] as? String == "1 of 4 files failed")
    }

    @Test("several files go beside, or into a folder that is there or is made")
    func severalFiles() async throws {
        let fixture = try await fixture()
        let files = "\(fixture.path("tree/a")) \(fixture.path("tree/sub/b"))"
        try await fixture.expect("encrypt -k k \(files)")
        #expect(fixture.exists("tree/a.age") && fixture.exists("tree/sub/b.age"))
        try await fixture.expect("encrypt -k k -o \(fixture.path("out")) \(files)", .usage)
        try await fixture.expect("encrypt -k k -o \(fixture.path("out"))/ \(files)")
        #expect(fixture.exists("out/a.age") && fixture.exists("out/b.age"))
        try await fixture.expect("decrypt -o \(fixture.path("out")) \(fixture.path("tree/a.age"))")
        #expect(try fixture.read("out/a") == [1])
        let verified = try await fixture.expect("verify \(fixture.path("out/a.age")) \(fixture.path("out/b.age"))")
        #expect(verified.text.split(separator: "\n").count == 2)
    }

    @Test("of several files one that is missing is told, and the others are sealed")
    func oneMissing() async throws {
        let fixture = try await fixture()
        let outcome = try await fixture.run("encrypt -k k \(fixture.path("nothing")) \(fixture.path("tree/a"))")
        #expect(outcome.status == .notFound && fixture.exists("tree/a.age"))
        #expect(outcome.errors.contains("error: 1 of 2 files failed"))
    }

    @Test("two files of one name do not become one")
    func sameName() async throws {
        let fixture = try await fixture()
        try fixture.write([9], to: "a")
        let line = "encrypt -k k -o \(fixture.path("out"))/ --force \(fixture.path("a")) \(fixture.path("tree/a"))"
        #expect(try await fixture.expect(line, .usage).errors.contains("two results cannot go to one file"))
    }

    @Test("an output within the tree, and a tree that is none, are refused")
    func badTrees() async throws {
        let fixture = try await fixture()
        try await fixture.expect("encrypt -k k --recursive \(fixture.path("tree")) -o \(fixture.path("tree/sub"))", .usage)
        try await fixture.expect("encrypt -k k --recursive \(fixture.path("nothing"))", .notFound)
        try await fixture.expect("verify --recursive \(fixture.path("tree/a"))", .notFound)
    }

    @Test("a tree without files to work on is worth a warning, and is no tree of intact files")
    func nothingToDo() async throws {
        let fixture = try await fixture()
        let outcome = try await fixture.expect("decrypt --recursive \(fixture.path("tree"))")
        #expect(outcome.errors.contains("warning: there was nothing to do"))
        let verdict = try await fixture.expect("verify --recursive \(fixture.path("tree"))", .notFound)
        #expect(verdict.errors.contains("there is no sealed file in"))
    }

    @Test("a store that does not open is told once, and ends the run")
    func lockedStore() async throws {
        let fixture = try await fixture()
        try await fixture.expect("encrypt -k k --recursive \(fixture.path("tree")) -o \(fixture.path("sealed"))")
        fixture.environment["COFFER_HOME"] = fixture.path("nowhere")
        let outcome = try await fixture.expect("verify --recursive \(fixture.path("sealed"))", .notFound)
        #expect(outcome.errors.ranges(of: "error: ").count == 1 && outcome.errors.contains("there is no store at"))
        #expect(outcome.text.isEmpty)
    }
}
