import Foundation
import Testing

@testable import CofferCommands

@Suite("coffer store")
struct StoreCareTests {
    let fixture: CommandFixture

    init() async throws {
        fixture = try await CommandFixture.withBucket()
        try await fixture.put("small", as: "small")
        try await fixture.expect("cp - coffer://photos/large", input: CommandFixture.noise(100_000))
    }

    private func blob() throws -> String {
        let files = try FileManager.default.subpathsOfDirectory(atPath: fixture.path("home/objects")).filter { $0.hasSuffix(".age") }
        return "home/objects/" + (try #require(files.first))
    }

    @Test("statistics are shown by bucket")
    func statistics() async throws {
        try await fixture.expect("rm coffer://photos/small")
        try await fixture.expect("object upload create --bucket photos --key u")
        let stats = try await fixture.expect("store stats --json").json
        #expect(stats["Writable"] as? Bool == true && (stats["Revision"] as? Int ?? 0) > 3 && stats["BlobCount"] as? Int == 1)
        let bucket = try #require((stats["Buckets"] as? [[String: Any]])?.first)
        #expect(bucket["ObjectCount"] as? Int == 1 && bucket["VersionCount"] as? Int == 2 && bucket["DeleteMarkerCount"] as? Int == 1)
        #expect(bucket["UploadCount"] as? Int == 1 && bucket["ByteCount"] as? Int == 100_005)
        #expect((bucket["VersioningConfiguration"] as? [String: String]) == ["Status": "Enabled"])
        let text = try await fixture.expect("store stats").text
        #expect(text.contains("Last scrub: never") && text.contains("photos  Enabled"))
        try await fixture.expect("store scrub")
        #expect(try await fixture.expect("store stats").text.contains("Last scrub: complete on 2026-"))
    }

    @Test("a whole store has no findings, and the numbers say how much was looked at")
    func whole() async throws {
        let check = try await fixture.expect("store check --json").json
        #expect((check["Findings"] as? [Any])?.isEmpty == true && check["VersionCount"] as? Int == 2 && check["BlobCount"] as? Int == 1)
        let scrub = try await fixture.expect("store scrub --json").json
        #expect(scrub["Complete"] as? Bool == true && scrub["VerifiedObjectCount"] as? Int == 2 && scrub["OldestUnverified"] == nil)
        #expect(scrub["CoveredByteCount"] as? Int == scrub["TotalByteCount"] as? Int)
        #expect(try await fixture.expect("store check").text.contains("checked 1 bucket, 2 versions of 100.0 kB, 0 uploads, 1 file"))
    }

    @Test("flipped bits are found by the scrub, named, and never served; the reports are files, too")
    func bitRot() async throws {
        let name = try blob()
        var bytes = try fixture.read(name)
        bytes[bytes.count / 2] ^= 1
        try fixture.write(bytes, to: name)
        try await fixture.expect("store check")
        let sarif = fixture.path("report.sarif")
        let outcome = try await fixture.run("store scrub --fail-on critical --sarif \(sarif)")
        #expect(outcome.status == .damaged && outcome.text.contains("bit-rot") && outcome.text.contains("photos/large"))
        #expect(outcome.errors.contains("data is damaged or lost"))
        #expect(String(decoding: try fixture.read("report.sarif"), as: UTF8.self).contains("bit-rot"))
        let read = try await fixture.run("cp coffer://photos/large \(fixture.path("back"))")
        #expect(read.status == .damaged && !fixture.exists("back"))
        #expect(try await fixture.run("cp -r coffer://photos/ \(fixture.path("all"))").status == .damaged)
        #expect(fixture.exists("all/small") && !fixture.exists("all/large"), "the others are still read")
        #expect(try await fixture.run("store scrub --resume --json").status == .damaged)
    }

    @Test("a lost file and a foreign one are found; repairing loses nothing")
    func lost() async throws {
        try fixture.write("x", to: "home/objects/stranger")
        let low = try await fixture.run("store check --json")
        #expect(low.status == .negative)
        #expect(try (low.json["Findings"] as? [[String: Any]])?.first?["Id"] as? String == "foreign-file")
        #expect(try await fixture.run("store check --fail-on medium").status == .success)
        try FileManager.default.removeItem(atPath: fixture.path(blob()))
        let check = try await fixture.run("store check --repair")
        #expect(check.status == .damaged && check.text.contains("missing-blob") && check.text.contains("photos/large"))
        #expect(try await fixture.content(of: "small") == "small")
    }

    @Test("a scrub with a budget stops, says how far it is, and goes on")
    func budget() async throws {
        for number in 0..<40 { try await fixture.put("x", as: "k\(number)") }
        let first = try await fixture.expect("store scrub --budget 1s --json").json
        #expect(first["VerifiedByteCount"] is Int)
        let second = try await fixture.expect("store scrub --resume --json").json
        #expect(second["Complete"] as? Bool == true)
        try await fixture.expect("store scrub --budget nothing", .usage)
    }

    @Test("rewrapping gives objects the newest version of their key, or another key, and says first what it would do")
    func rewrap() async throws {
        #expect(try await fixture.expect("store rewrap photos").text == "0 rewrapped, 2 unchanged\n")
        let key = try await fixture.expect("key create --alias next").line
        let dry = try await fixture.expect("store rewrap photos --to-key next --dry-run --json").json
        #expect(dry["RewrappedCount"] as? Int == 2 && dry["DryRun"] as? Bool == true && (dry["Failures"] as? [Any])?.isEmpty == true)
        try await fixture.expect("store rewrap --all --to-key next")
        for name in ["small", "large"] {
            let head = try await fixture.expect("object head --bucket photos --key \(name) --json").json
            #expect((head["SSEKMSKeyId"] as? String)?.hasSuffix(key) == true)
        }
        try await fixture.expect("key rotate next")
        #expect(try await fixture.expect("store rewrap photos").text == "2 rewrapped, 0 unchanged\n")
        #expect(try await fixture.expect("store rewrap photos").text == "0 rewrapped, 2 unchanged\n")
        #expect(try await fixture.content(of: "small") == "small")
        try await fixture.expect("store check")
        try await fixture.expect("store scrub")
        try await fixture.expect("store rewrap nobody", .notFound)
        try await fixture.expect("store rewrap photos --to-key nobody", .notFound)
        try await fixture.expect("store rewrap", .usage)
    }

    @Test("what cannot be rewrapped is listed, and gives the exit status")
    func rewrapFailures() async throws {
        try await fixture.expect("key create --alias one")
        try await fixture.put("x", as: "x", "--ssekms-key-id one")
        try await fixture.expect("key create --alias two")
        try await fixture.expect("key disable one")
        let outcome = try await fixture.run("store rewrap photos --to-key two")
        #expect(outcome.status == .negative && outcome.text == "2 rewrapped, 0 unchanged\n", "\(outcome.text)\(outcome.errors)")
        #expect(outcome.errors.contains("1 of 3 objects were not rewrapped"))
    }

    @Test("with a recovery recipient objects are opened without the store")
    func recovery() async throws {
        try await fixture.expect("identity new --output \(fixture.path("recovery"))")
        let recipient = try await fixture.expect("identity public \(fixture.path("recovery"))").line
        #expect(try await fixture.expect("store recovery show").errors.contains("no recovery recipient"))
        try await fixture.expect("store recovery set nonsense", .usage)
        try await fixture.expect("store recovery set \(recipient)")
        #expect(try await fixture.expect("store recovery show").line == recipient)
        #expect(try await fixture.expect("store stats").text.contains(recipient))
        try await fixture.put("new", as: "new")
        try await fixture.expect("store rewrap --all")
        for (key, content) in [("new", Array("new".utf8)), ("small", Array("small".utf8)), ("large", CommandFixture.noise(100_000))] {
            try await fixture.expect("object export --bucket photos --key \(key) \(fixture.path("\(key).age"))")
            let opened = try await fixture.expect(
                "decrypt -i \(fixture.path("recovery")) --home \(fixture.path("nowhere")) \(fixture.path("\(key).age")) --output -")
            #expect(opened.bytes == content, "\(key)")
        }
        try await fixture.expect("store recovery unset")
        #expect(try await fixture.expect("store recovery show").text.isEmpty)
    }

    @Test("two commands at once do not get into each other's way")
    func concurrency() async throws {
        let fixture = fixture
        for name in ["one", "two"] {
            try fixture.makeFolder(name)
            for number in 0..<60 { try fixture.write("\(name) \(number)", to: "\(name)/\(number)") }
        }
        let paths = ["one", "two"].map { ($0, fixture.path($0)) }
        let contexts = try paths.map { (name, path) in
            (try fixture.silentContext("\(name).out"), ["cp", "-r", "-q", path, "coffer://photos/\(name)/"])
        }
        await withTaskGroup(of: ExitStatus.self) { group in
            for (context, arguments) in contexts { group.addTask { await CofferApplication.run(arguments, in: context) } }
            for await status in group { #expect(status == .success) }
        }
        #expect(try await fixture.keys("coffer://photos/one/").count == 60)
        #expect(try await fixture.keys("coffer://photos/two/").count == 60)
        try await fixture.expect("store check")
        try await fixture.expect("audit verify")
    }
}
