import Foundation
import OpenSSL
import SystemPackage
import Testing

@testable import Integrity

@Suite("Bags of others", .enabled(if: BagPeer.isInstalled, "PyPI's bagit is not installed, or COFFER_TEST_PYTHON is not set"))
struct BagInteropTests {
    /// Names that bagit.py keeps as they are: it strips blanks at the ends, decodes two line ends of a name only, and no %25.
    private static let names = ["a", "b/c d", "b/é", "f/*x", "f/#y", "f/line\nend", "~z", "-"]

    private func source(_ names: [String] = names) throws -> BagFixture {
        let fixture = try BagFixture()
        for (index, name) in names.enumerated() { try fixture.write(String(repeating: "x", count: index * 700), to: "in/\(name)") }
        return fixture
    }

    @Test(
        "bagit.py validates our bags", arguments: [BagVersion.v10, .v097],
        [[DigestAlgorithm.sha256], [.md5, .sha512], [.sha1, .sha224, .sha384]])
    func theirsReadsOurs(version: BagVersion, algorithms: [DigestAlgorithm]) async throws {
        let fixture = try source()
        let options = try BagFixture.options(version, algorithms, [("Contact-Name", "Ann"), ("Contact-Name", "Bob")])
        _ = try await BagCreator(options).create(from: fixture.path("in"), at: fixture.path("bag"))
        let verdict = try BagPeer.validate(fixture.path("bag"))
        #expect(verdict.isValid, "\(verdict.reason)")
        _ = try await BagCreator(options).convert(fixture.path("in"))
        #expect(try BagPeer.validate(fixture.path("in")).isValid)
    }

    @Test("we validate bags of bagit.py", arguments: [["sha256"], ["md5", "sha512"], ["sha1", "sha224", "sha384"]])
    func oursReadsTheirs(algorithms: [String]) async throws {
        let fixture = try source()
        try BagPeer.make(fixture.path("in"), algorithms)
        let report = try await BagValidator().validate(fixture.path("in"))
        #expect(report.problems == [])
        #expect(Set(report.algorithms) == Set(algorithms))
        #expect(report.info["Contact-Name"] == ["Ann"])
        #expect(report.info["Description"].first?.split(separator: " ").count == 40)
        #expect(report.payload.fileCount == UInt64(Self.names.count))
        for depth in BagValidator.Depth.allCases { #expect(try await BagValidator(depth: depth).validate(fixture.path("in")).isValid) }
    }

    @Test(
        "what was tampered with is refused by both, whoever made the bag",
        arguments: [
            "payload", "missing", "extra", "tag file", "manifest", "declaration", "path",
        ], [true, false])
    func tampered(what: String, isOurs: Bool) async throws {
        let fixture = try source(["a", "b"])
        if isOurs {
            _ = try await BagCreator(BagFixture.options()).convert(fixture.path("in"))
        } else {
            try BagPeer.make(fixture.path("in"), ["sha256"])
        }
        #expect(try BagPeer.validate(fixture.path("in")).isValid)
        #expect(try await BagValidator().validate(fixture.path("in")).isValid)
        switch what {
        case "payload": try fixture.write(String(repeating: "y", count: 700), to: "in/data/b")
        case "missing": try fixture.remove(Array("in/data/a".utf8))
        case "extra": try fixture.write("", to: "in/data/c")
        case "tag file": try fixture.write(try fixture.text("in/bag-info.txt") + "X: y\n", to: "in/bag-info.txt")
        case "manifest":
            let text = try fixture.text("in/manifest-sha256.txt")
            try fixture.write(text + "\(String(repeating: "0", count: 64))  data/c\n", to: "in/manifest-sha256.txt")
        case "path":
            let text = try fixture.text("in/manifest-sha256.txt")
            try fixture.write(text + "\(String(repeating: "0", count: 64))  ../../c\n", to: "in/manifest-sha256.txt")
        default: try fixture.write("BagIt-Version: 7.0\nTag-File-Character-Encoding: UTF-8\n", to: "in/bagit.txt")
        }
        #expect(try !BagPeer.validate(fixture.path("in")).isValid)
        #expect(try await !BagValidator().validate(fixture.path("in")).isValid)
    }

    @Test("where bagit.py takes what RFC 8493 forbids, we do not")
    func theirsIsWrong() async throws {
        // A blank before the colon of bagit.txt (§2.1.1).
        let blank = try BagFixture()
        let declaration = "BagIt-Version : 1.0\nTag-File-Character-Encoding: UTF-8\n"
        let bag = try blank.bag(files: ["data/a": "A", "bagit.txt": declaration], lists: ["manifest-md5.txt": "= data/a\n"])
        #expect(try BagPeer.validate(bag).isValid)
        #expect(try await BagValidator().validate(bag).wrongs == ["invalid-declaration bagit.txt"])
        // A payload file that is not in every manifest (§2.1.3).
        let partial = try BagFixture()
        let lists = ["manifest-md5.txt": "= data/a\n= data/b\n", "manifest-sha1.txt": "= data/b\n"]
        let other = try partial.bag(files: ["data/a": "A", "data/b": "B"], lists: lists)
        #expect(try BagPeer.validate(other).isValid)
        #expect(try await BagValidator().validate(other).wrongs == ["not-in-every-manifest data/a"])
        // A link that leads out of the bag.
        let linked = try BagFixture()
        try linked.write("A", to: "outside")
        let third = try linked.bag(files: [:], lists: ["manifest-md5.txt": "7fc56270e7a70fa81a5935b72eacbe29  data/a\n"])
        try linked.link("bag/data/a", to: "../../outside")
        #expect(try BagPeer.validate(third).isValid == false, "it refuses a link that leads out")
        #expect(try await !BagValidator().validate(third).isValid)
    }

    @Test("where bagit.py refuses what RFC 8493 asks for, we do not", arguments: ["100%", "a\nb\nc\nd", "end "])
    func theirsIsTooStrict(name: String) async throws {
        let fixture = try source([name])
        _ = try await BagCreator(BagFixture.options()).create(from: fixture.path("in"), at: fixture.path("bag"))
        #expect(try await BagValidator().validate(fixture.path("bag")).problems == [])
        #expect(try !BagPeer.validate(fixture.path("bag")).isValid)
    }
}
