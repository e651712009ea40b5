import Foundation
import Testing

@testable import CofferCommands

@Suite("coffer bag")
struct BagCommandTests {
    let fixture: CommandFixture

    init() throws {
        fixture = try CommandFixture()
        for folder in ["in/b", "in/empty"] {
            try FileManager.default.createDirectory(atPath: fixture.path(folder), withIntermediateDirectories: true)
        }
        try fixture.write("A", to: "in/a")
        try fixture.write("BB", to: "in/b/c")
    }

    @Test("a bag is made beside a folder, and validated")
    func copy() async throws {
        let (source, bag) = (fixture.path("in"), fixture.path("bag"))
        let arguments = [
            "bag", "create", source, "--output", bag, "--algorithm", "sha512", "--algorithm", "md5", "--info", "Contact-Name: Ann",
            "--json",
        ]
        let made = try await fixture.expect(arguments).json
        #expect(made["Bag"] as? String == bag && made["BagItVersion"] as? String == "1.0" && made["Resumed"] as? Bool == false)
        #expect(made["Algorithms"] as? [String] == ["sha512", "md5"])
        #expect(made["PayloadFileCount"] as? Int == 2 && made["PayloadByteCount"] as? Int == 3)
        let info = String(decoding: try fixture.read("bag/bag-info.txt"), as: UTF8.self)
        #expect(info.hasPrefix("Contact-Name: Ann\nBagging-Date: 2026-09-21\nBag-Software-Agent: coffer 0.1.0\nPayload-Oxum: 3.2\n"))
        let report = try await fixture.expect("bag validate --json \(bag)").json
        #expect(report["Valid"] as? Bool == true && report["Complete"] as? Bool == true && report["CheckedFileCount"] as? Int == 6)
        #expect((report["Findings"] as? [Any])?.isEmpty == true && report["BagItVersion"] as? String == "1.0")
        #expect((report["Info"] as? [[String: String]])?.first == ["Label": "Contact-Name", "Value": "Ann"])
        #expect(try await fixture.expect("bag validate \(bag)").text.hasSuffix("valid\n"))
    }

    @Test("a folder becomes a bag, once; empty folders are named")
    func inPlace() async throws {
        let source = fixture.path("in")
        let outcome = try await fixture.expect("bag create \(source) --bagit-version 0.97")
        #expect(outcome.text == "\(source): 2 files, 3 B\n")
        #expect(outcome.errors.contains("warning: 1 empty folders") && outcome.errors.contains("empty"))
        #expect(String(decoding: try fixture.read("in/bagit.txt"), as: UTF8.self).hasPrefix("BagIt-Version: 0.97\n"))
        try await fixture.expect("bag validate \(source)")
        #expect(try await fixture.expect("bag create \(source) --json", .denied).error["code"] as? String == "OutputExists")
    }

    @Test(
        "each kind of trouble has its exit status",
        arguments: [
            ("payload", ExitStatus.damaged, "bag-checksum-mismatch"), ("gone", .damaged, "bag-missing-file"),
            ("extra", .negative, "bag-extra-file"), ("declaration", .negative, "bag-invalid-declaration"),
        ])
    func statuses(what: String, status: ExitStatus, id: String) async throws {
        let bag = fixture.path("in")
        try await fixture.expect("bag create \(bag) --quiet")
        switch what {
        case "payload": try fixture.write("B", to: "in/data/a")
        case "gone": try FileManager.default.removeItem(atPath: fixture.path("in/data/a"))
        case "extra": try fixture.write("x", to: "in/data/x")
        default: try fixture.write("BagIt-Version : 1.0\nTag-File-Character-Encoding: UTF-8\n", to: "in/bagit.txt")
        }
        if what == "declaration" { try FileManager.default.removeItem(atPath: fixture.path("in/tagmanifest-sha256.txt")) }
        let sarif = fixture.path("bag.sarif")
        let outcome = try await fixture.run("bag validate \(bag) --sarif \(sarif)")
        #expect(outcome.status == status && outcome.text.contains(id), "\(outcome.errors)")
        #expect(String(decoding: try fixture.read("bag.sarif"), as: UTF8.self).contains(id))
        if status == .damaged { #expect(outcome.errors.contains("hint: keep a copy of the bag;")) }
        if what == "extra" { try await fixture.expectAnything("bag validate \(bag) --fail-on critical", .success) }
        if what == "payload" { try await fixture.expectAnything("bag validate \(bag) --fail-on critical", .damaged) }
    }

    @Test("without reading, and what cannot be asked")
    func depths() async throws {
        let bag = fixture.path("in")
        try await fixture.expect("bag create \(bag) --quiet")
        try fixture.write("B", to: "in/data/a")
        for option in ["--fast", "--completeness-only"] {
            let report = try await fixture.expect("bag validate \(option) --json \(bag)").json
            #expect(report["Complete"] as? Bool == true && report["Valid"] == nil && report["CheckedFileCount"] as? Int == 0)
            #expect(try await fixture.expect("bag validate \(option) \(bag)").text.contains("complete; no file was read"))
        }
        try await fixture.expect("bag validate --fast --completeness-only \(bag)", .usage)
        try await fixture.expect("bag validate \(fixture.path("nothing"))", .notFound)
        try await fixture.expect("bag validate \(fixture.path("in/data/a"))", .usage)
        try await fixture.expect("bag create \(fixture.path("nothing"))", .notFound)
        try await fixture.expect("bag create \(bag) --algorithm crc32", .usage)
        try await fixture.expect(["bag", "create", bag, "--info", "no colon"], .usage)
        try await fixture.expect(["bag", "create", bag, "--output", fixture.path("b"), "--info", "Payload-Oxum: 1.1"], .usage)
        try await fixture.expect("bag create \(bag) --bagit-version 0.96", .usage)
    }

    @Test("a link is refused by name, and nothing is left behind")
    func links() async throws {
        try FileManager.default.createSymbolicLink(atPath: fixture.path("in/link"), withDestinationPath: "/etc/hostname")
        let outcome = try await fixture.expect("bag create \(fixture.path("in")) --output \(fixture.path("bag"))", .usage)
        #expect(outcome.errors.contains("link"))
        #expect(!fixture.exists("bag"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: fixture.path("in")).sorted() == ["a", "b", "empty", "link"])
    }
}

extension CommandFixture {
    /// Runs a command of which the status alone matters here.
    fileprivate func expectAnything(_ line: String, _ status: ExitStatus, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let outcome = try await run(line)
        #expect(outcome.status == status, "\(outcome.errors)", sourceLocation: sourceLocation)
    }
}
