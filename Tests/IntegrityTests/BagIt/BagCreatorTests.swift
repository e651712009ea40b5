import Envelope
import Foundation
import KeyStore
import OpenSSL
import SystemPackage
import TestSupport
import Testing

@testable import Integrity

@Suite("Making bags")
struct BagCreatorTests {
    private func source() throws -> BagFixture {
        let fixture = try BagFixture()
        try fixture.write("A", to: "in/a")
        try fixture.write("BB", to: "in/b/c d")
        try fixture.write("", to: "in/.hidden")
        mkdir(fixture.path("in/empty").string, 0o755)
        return fixture
    }

    @Test("a copy has the payload, and tag files as RFC 8493 shows them")
    func copy() async throws {
        let fixture = try source()
        chmod(fixture.path("in/a").string, 0o640)
        let options = try BagFixture.options(.v10, [.sha256, .md5], [("Contact-Name", "Ann")])
        let creation = try await BagCreator(options).create(from: fixture.path("in"), at: fixture.path("bag"))
        #expect(creation.payload == PayloadOxum(byteCount: 3, fileCount: 3))
        #expect(creation.emptyFolders.map(\.description) == ["empty"])
        #expect(
            try fixture.names("bag") == [
                "bag-info.txt", "bagit.txt", "data", "manifest-md5.txt", "manifest-sha256.txt", "tagmanifest-md5.txt",
                "tagmanifest-sha256.txt",
            ])
        #expect(try fixture.text("bag/bagit.txt") == "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n")
        #expect(
            try fixture.text("bag/manifest-md5.txt") == """
                d41d8cd98f00b204e9800998ecf8427e  data/.hidden
                7fc56270e7a70fa81a5935b72eacbe29  data/a
                9d3d9048db16a7eee539e93e3618cbe7  data/b/c d

                """)
        #expect(
            try fixture.text("bag/bag-info.txt") == """
                Contact-Name: Ann
                Bagging-Date: 2026-11-28
                Bag-Software-Agent: coffer test
                Payload-Oxum: 3.3

                """)
        let attributes = try FileManager.default.attributesOfItem(atPath: fixture.path("bag/data/a").string)
        let original = try FileManager.default.attributesOfItem(atPath: fixture.path("in/a").string)
        #expect(attributes[.posixPermissions] as? Int == 0o640)
        #expect(attributes[.modificationDate] as? Date == original[.modificationDate] as? Date)
        #expect(try fixture.names() == ["bag", "in"], "nothing temporary is left")
        let report = try await BagValidator().validate(fixture.path("bag"))
        #expect(report.problems == [] && report.checkedFileCount == 7)
    }

    @Test("a folder becomes a bag in its place")
    func inPlace() async throws {
        let fixture = try source()
        try fixture.write("inner", to: "in/data/x")
        let creation = try await BagCreator(BagFixture.options(.v097)).convert(fixture.path("in"))
        #expect(creation.payload == PayloadOxum(byteCount: 8, fileCount: 4) && !creation.isResumed)
        #expect(try fixture.names("in") == ["bag-info.txt", "bagit.txt", "data", "manifest-sha256.txt", "tagmanifest-sha256.txt"])
        #expect(try fixture.names("in/data") == [".hidden", "a", "b", "data", "empty"])
        #expect(try await BagValidator().validate(fixture.path("in")).problems == [])
        let error = await #expect(throws: IntegrityError.self) { try await BagCreator(BagFixture.options()).convert(fixture.path("in")) }
        #expect(error?.code == .outputExists)
    }

    @Test(
        "dates are those of the calendar",
        arguments: [
            (0, "1970-01-01"), (951_782_399, "2000-02-28"), (951_782_400, "2000-02-29"), (1_709_251_199, "2024-02-29"),
            (1_735_689_599, "2024-12-31"), (1_735_689_600, "2025-01-01"), (4_107_542_400, "2100-03-01"), (-1, "1969-12-31"),
        ] as [(Int64, String)])
    func dates(seconds: Int64, date: String) throws {
        var options = try BagFixture.options()
        options.time = .init(seconds: seconds)
        #expect(try options.info(PayloadOxum(byteCount: 0, fileCount: 0))["Bagging-Date"] == [date])
    }

    @Test("date and agent can be given, the Oxum cannot")
    func givenFields() throws {
        let options = try BagFixture.options(.v10, [.sha256], [("bagging-date", "2020-01-01"), ("Bag-Software-Agent", "me")])
        let info = try options.info(PayloadOxum(byteCount: 1, fileCount: 2))
        #expect(info.fields.map(\.value) == ["2020-01-01", "me", "1.2"])
        #expect(throws: IntegrityError(.invalidArgument, "")) { try BagFixture.options(.v10, [.md5], [("payload-oxum", "1.1")]).check() }
        #expect(throws: IntegrityError(.invalidArgument, "")) { try BagFixture.options(.v10, [.md5, .md5]).check() }
        #expect(throws: IntegrityError(.invalidArgument, "")) { try BagFixture.options(.v10, []).check() }
        #expect(throws: IntegrityError(.unsupported, "")) { try BagFixture.options(.v10, [.blake2b512]).check() }
        #expect(throws: IntegrityError(.unsupported, "")) { try BagFixture.options(.v096).check() }
    }

    @Test(
        "what a bag cannot hold is refused by name, and nothing is changed",
        arguments: ["link", "pipe", "name", "normalization", "backslash"],
        [false, true])
    func refusals(what: String, inPlace: Bool) async throws {
        let fixture = try source()
        let named: String
        switch what {
        case "link":
            try fixture.link("in/b/link", to: "../a")
            named = "b/link"
        case "pipe":
            #expect(mkfifo(fixture.path("in/pipe").string, 0o600) == 0)
            named = "pipe"
        case "name":
            try fixture.write([1], to: Array("in/".utf8) + [0xFF, 0x61])
            named = "\\xffa"
        case "normalization":
            try fixture.write([1], to: Array("in/e\u{301}".utf8))
            try fixture.write([1], to: Array("in/\u{E9}".utf8))
            named = "\u{E9}"
        default:
            try fixture.write([1], to: Array("in/x\\..\\y".utf8))
            named = "x\\\\..\\\\y"
        }
        let before = try fixture.files("in")
        let error = await #expect(throws: IntegrityError.self) {
            let creator = try BagCreator(BagFixture.options())
            _ =
                inPlace
                ? try await creator.convert(fixture.path("in"))
                : try await creator.create(from: fixture.path("in"), at: fixture.path("bag"))
        }
        #expect(error?.code == (what == "backslash" ? .unsafePath : .unsupported))
        #expect(error?.message.contains(named) == true, "\(error?.message ?? "")")
        #expect(try fixture.files("in") == before)
        #expect(try fixture.names() == ["in"])
    }

    @Test("an output that exists is never touched")
    func existingOutput() async throws {
        let fixture = try source()
        try fixture.write("keep", to: "bag/x")
        await #expect(throws: IntegrityError(.outputExists, "")) {
            try await BagCreator(BagFixture.options()).create(from: fixture.path("in"), at: fixture.path("bag"))
        }
        #expect(try fixture.names("bag") == ["x"])
        await #expect(throws: IntegrityError(.notFound, "")) {
            try await BagCreator(BagFixture.options()).create(from: fixture.path("in"), at: fixture.path("no/bag"))
        }
        await #expect(throws: IntegrityError(.notFound, "")) {
            try await BagCreator(BagFixture.options()).create(from: fixture.path("nothing"), at: fixture.path("b"))
        }
    }

    @Test("whoever stops it finds the folder as it was", arguments: [false, true])
    func cancelled(inPlace: Bool) async throws {
        let fixture = try source()
        let before = try fixture.files("in")
        let monitor = BagMonitor(isCancelled: { true })
        await #expect(throws: IntegrityError(.cancelled, "")) {
            let creator = try BagCreator(BagFixture.options(), monitor: monitor)
            _ =
                inPlace
                ? try await creator.convert(fixture.path("in"))
                : try await creator.create(from: fixture.path("in"), at: fixture.path("bag"))
        }
        #expect(try fixture.files("in") == before)
        #expect(try fixture.names() == ["in"])
    }

    @Test("an output may be in the folder that is copied")
    func outputInside() async throws {
        let fixture = try source()
        _ = try await BagCreator(BagFixture.options()).create(from: fixture.path("in"), at: fixture.path("in/bag"))
        #expect(try await BagValidator().validate(fixture.path("in/bag")).problems == [])
        #expect(try fixture.files("in/bag/data").count == 3)
    }

    /// Stops a conversion at each of its steps, as a crash would, and runs it again.
    @Test("a conversion that was cut off goes on", arguments: 0...8)
    func resumed(step: Int) async throws {
        let fixture = try source()
        try fixture.write("inner", to: "in/data/x")
        let expected = try BagFixture()
        for file in try fixture.files("in") { try expected.write(try fixture.read(file), to: file) }
        _ = try await BagCreator(BagFixture.options()).convert(expected.path("in"))

        let folder = try BagFolder(fixture.path("in"))
        let tags = try Self.tagNames.map { BagTagFiles.File(name: $0, bytes: try expected.read(Array("in/\($0)".utf8))) }
        let work = "in/\(BagCreator.workName)"
        let moves: [(String, String)] =
            ["a", "b", ".hidden", "data", "empty"].map { ("in/\($0)", "\(work)/data/\($0)") } + [("\(work)/data", "in/data")]
            + Self.tagNames.prefix(2).map { ("\(work)/\($0)", "in/\($0)") }
        #expect(moves.count == 8)
        // The folder with the tag files is there, and `step` of the moves were made.
        mkdir(fixture.path(work).string, 0o700)
        mkdir(fixture.path("\(work)/data").string, 0o700)
        for tag in tags {
            try BagFiles.write(tag, in: BagFolder(folder.root.folder(.init(BagCreator.workName)!), calls: folder.calls), permissions: 0o755)
        }
        for (from, to) in moves.prefix(step) { #expect(rename(fixture.path(from).string, fixture.path(to).string) == 0) }

        let creation = try await BagCreator(BagFixture.options()).convert(fixture.path("in"))
        #expect(creation.isResumed && creation.payload == PayloadOxum(byteCount: 8, fileCount: 4))
        #expect(try fixture.files("in") == expected.files("in"))
        #expect(try await BagValidator().validate(fixture.path("in")).problems == [])
    }

    private static let tagNames = ["manifest-sha256.txt", "bag-info.txt", "tagmanifest-sha256.txt", "bagit.txt"]

    @Test("what was prepared only in part is made again; what is not understood is not touched")
    func restarted() async throws {
        let fixture = try source()
        try fixture.write("half", to: "in/\(BagCreator.workName)/manifest-sha256.txt")
        mkdir(fixture.path("in/\(BagCreator.workName)/data").string, 0o700)
        let creation = try await BagCreator(BagFixture.options()).convert(fixture.path("in"))
        #expect(!creation.isResumed)
        #expect(try await BagValidator().validate(fixture.path("in")).problems == [])

        let other = try source()
        try other.write("precious", to: "in/\(BagCreator.workName)/data/x")
        await #expect(throws: IntegrityError(.unwritable, "")) { try await BagCreator(BagFixture.options()).convert(other.path("in")) }
        #expect(try other.text("in/\(BagCreator.workName)/data/x") == "precious")
    }

    @Test("two cannot make a bag of one folder at once")
    func locked() async throws {
        let fixture = try source()
        let folder = try BagFolder(fixture.path("in"))
        #expect(try folder.calls.lock(folder.root.descriptor))
        await #expect(throws: IntegrityError(.unwritable, "")) { try await BagCreator(BagFixture.options()).convert(fixture.path("in")) }
        #expect(!fixture.exists("in/bagit.txt"))
    }
}
