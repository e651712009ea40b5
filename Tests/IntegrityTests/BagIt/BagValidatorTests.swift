import Findings
import Foundation
import OpenSSL
import SystemPackage
import Testing

@testable import Integrity

@Suite("Validating bags")
struct BagValidatorTests {
    private func report(
        _ bag: FilePath, _ depth: BagValidator.Depth = .everything, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> BagReport { try await BagValidator(depth: depth).validate(bag) }

    static let lists = ["manifest-md5.txt": "= data/a\n", "tagmanifest-md5.txt": "= bagit.txt\n= manifest-md5.txt\n"]

    @Test("a small bag of every version is valid", arguments: BagVersion.allCases)
    func versions(version: BagVersion) async throws {
        let fixture = try BagFixture()
        let files = ["data/a": "A", version.infoFileName: "Contact-Name: Ann\nContact-Name: Bob\nPayload-Oxum: 1.1\n"]
        let report = try await report(try fixture.bag(version: version.rawValue, files: files, lists: Self.lists))
        #expect(report.wrongs == [] && report.notes == [])
        #expect(report.isValid && report.isComplete && !report.isDamaged)
        #expect(report.declaration == BagDeclaration(version: version))
        #expect(report.info["contact-name"] == ["Ann", "Bob"])
        #expect(report.payload == PayloadOxum(byteCount: 1, fileCount: 1))
        #expect(report.checkedFileCount == 3)
    }

    /// Bags that are valid, and what is worth knowing about them.
    @Test(
        "unusual bags that are valid",
        arguments: [
            Sample("a minimal one", files: [:], lists: ["manifest-sha512.txt": ""], notes: ["no-tag-manifest"]),
            Sample(
                "a name with blanks", files: ["data/a  b c": "x"], lists: ["manifest-sha1.txt": "= data/a  b c\n"],
                notes: ["no-tag-manifest"]),
            Sample(
                "a name that looks encoded", version: "0.97", files: ["data/a%20b%25": "x"],
                lists: ["manifest-sha1.txt": "= data/a%20b%25"],
                notes: ["no-tag-manifest"]),
            Sample(
                "a bag in a bag", files: ["data/bagit.txt": "BagIt-Version: 0.1\n", "data/data/x": "", "data/manifest-x.txt": "?"],
                lists: ["manifest-sha224.txt": "= data/bagit.txt\n= data/data/x\n= data/manifest-x.txt\n"], notes: ["no-tag-manifest"]),
            Sample(
                "every algorithm",
                lists: Dictionary(
                    uniqueKeysWithValues: ["md5", "sha1", "sha224", "sha256", "sha384", "sha512"].map {
                        ("manifest-\($0).txt", "= data/a\n")
                    }), notes: ["no-tag-manifest"]),
            Sample(
                "as md5sum writes it", version: "0.97", lists: ["manifest-md5.txt": "= *./data/a\n"],
                notes: ["checksum-tool-style manifest-md5.txt", "no-tag-manifest", "relative-path manifest-md5.txt"]),
            Sample(
                "an entry twice, in a draft", version: "0.97", lists: ["manifest-md5.txt": "= data/a\n= data/a\n"],
                notes: ["duplicate-entry manifest-md5.txt", "no-tag-manifest"]),
            Sample(
                "manifests that are whole together, in a draft", version: "0.97", files: ["data/a": "A", "data/b": "B"],
                lists: ["manifest-md5.txt": "= data/a\n", "manifest-sha1.txt": "= data/b\n"], notes: ["no-tag-manifest"]),
            Sample(
                "files that a system makes", files: ["data/.DS_Store": "x", "data/Thumbs.db": "y"],
                lists: ["manifest-md5.txt": "= data/.DS_Store\n= data/Thumbs.db\n"],
                notes: ["no-tag-manifest", "system-file data/.DS_Store", "system-file data/Thumbs.db"]),
            Sample(
                "names that differ in case", files: ["data/a": "x", "data/A": "y"], lists: ["manifest-md5.txt": "= data/a\n= data/A\n"],
                notes: ["name-collision data/a", "no-tag-manifest"]),
            Sample("everything fetched", files: ["data/a": "A", "fetch.txt": "https://example.org/a - data/a\n"], lists: Self.lists),
            Sample(
                "a file to fetch that a draft does not list", version: "0.97", files: ["data/a": "A", "fetch.txt": "file:///b 1 b\n"],
                lists: Self.lists, notes: ["fetch-not-listed fetch.txt"]),
            Sample("a tag file that nobody lists", files: ["data/a": "A", "notes/readme": "x"], lists: Self.lists),
            Sample("line ends of other systems", lists: ["manifest-md5.txt": "= data/a\r\r"], notes: ["no-tag-manifest"]),
        ])
    func valid(sample: Sample) async throws {
        let fixture = try BagFixture()
        let report = try await report(try sample.bag(in: fixture))
        #expect(report.wrongs == [])
        #expect(report.notes == sample.notes)
        #expect(report.isValid)
    }

    @Test(
        "bags that are not valid, and everything that is wrong with them",
        arguments: [
            Sample("nothing", files: [:], lists: [:], omitted: ["bagit.txt"], wrongs: ["no-declaration bagit.txt", "no-manifest"]),
            Sample(
                "no encoding", files: ["data/a": "A", "bagit.txt": "BagIt-Version: 0.97\n"], lists: Self.lists,
                wrongs: ["invalid-declaration bagit.txt"]),
            Sample("a version that is no number", version: ".97", lists: Self.lists, wrongs: ["invalid-declaration bagit.txt"]),
            Sample("a version of later", version: "2.0", lists: Self.lists, wrongs: ["unsupported-version bagit.txt"]),
            Sample(
                "a blank before a colon", files: ["data/a": "A", "bagit.txt": "BagIt-Version : 1.0\nTag-File-Character-Encoding: UTF-8\n"],
                lists: Self.lists, wrongs: ["invalid-declaration bagit.txt"]),
            Sample(
                "a byte order mark",
                files: ["data/a": "A", "bagit.txt": "\u{FEFF}BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"],
                lists: Self.lists, wrongs: ["invalid-declaration bagit.txt"]),
            Sample(
                "an unknown encoding", files: ["data/a": "A", "bagit.txt": "BagIt-Version: 0.97\nTag-File-Character-Encoding: X\n"],
                lists: Self.lists, wrongs: ["unsupported-encoding bagit.txt"]),
            Sample("a file too many", files: ["data/a": "A", "data/b": ""], lists: Self.lists, wrongs: ["extra-file data/b"]),
            Sample(
                "a file too few, and another changed", files: ["data/a": "A", "bag-info.txt": "Payload-Oxum: 3.2\n"],
                lists: [
                    "manifest-md5.txt": "00000000000000000000000000000000  data/a\n11111111111111111111111111111111  data/b\n"
                ], wrongs: ["checksum-mismatch data/a", "missing-file data/b", "oxum-mismatch bag-info.txt"]),
            Sample(
                "a changed tag file",
                lists: [
                    "manifest-md5.txt": "= data/a\n", "tagmanifest-md5.txt": "00000000000000000000000000000000  bagit.txt\n",
                ], wrongs: ["checksum-mismatch bagit.txt"]),
            Sample(
                "a tag file that is gone",
                lists: [
                    "manifest-md5.txt": "= data/a\n", "tagmanifest-md5.txt": "00000000000000000000000000000000  bag-info.txt\n",
                ], wrongs: ["missing-file bag-info.txt"]),
            Sample("an entry twice", lists: ["manifest-md5.txt": "= data/a\n= data/a\n"], wrongs: ["duplicate-entry manifest-md5.txt"]),
            Sample(
                "an entry twice with two digests", version: "0.97",
                lists: ["manifest-md5.txt": "= data/a\n00000000000000000000000000000000  data/a\n"],
                wrongs: ["conflicting-entry manifest-md5.txt"]),
            Sample(
                "not in every manifest", files: ["data/a": "A", "data/b": "B"],
                lists: ["manifest-md5.txt": "= data/a\n= data/b\n", "manifest-sha1.txt": "= data/b\n"],
                wrongs: ["not-in-every-manifest data/a"]),
            Sample(
                "only one manifest of two is right",
                lists: [
                    "manifest-md5.txt": "= data/a\n", "manifest-sha1.txt": "0000000000000000000000000000000000000000  data/a\n",
                ], wrongs: ["checksum-mismatch data/a"]),
            Sample(
                "an algorithm that is not known", lists: ["manifest-md5.txt": "= data/a\n", "manifest-blake3.txt": "00  data/a\n"],
                wrongs: ["unsupported-algorithm manifest-blake3.txt"]),
            Sample(
                "no manifest that is known", lists: ["manifest-sha3512.txt": "00  data/a\n"],
                wrongs: ["unsupported-algorithm manifest-sha3512.txt"]),
            Sample(
                "a tag file in a payload manifest", lists: ["manifest-md5.txt": "= data/a\n= bagit.txt\n"],
                wrongs: ["outside-payload manifest-md5.txt"]),
            Sample(
                "paths that lead out",
                lists: [
                    "manifest-md5.txt": [
                        "= data/a", "\(BagTagFileTests.digest)  ../../etc/passwd", "\(BagTagFileTests.digest)  /etc/passwd",
                        "\(BagTagFileTests.digest)  ~root/x", "\(BagTagFileTests.digest)  C:\\x",
                    ].joined(separator: "\n")
                ], wrongs: Array(repeating: "unsafe-path manifest-md5.txt", count: 4)),
            Sample(
                "a path to fetch that leads out", files: ["data/a": "A", "fetch.txt": "https://example.org/a - ../../x\n"],
                lists: Self.lists,
                wrongs: ["unsafe-path fetch.txt"]),
            Sample(
                "a file that was not fetched", files: ["data/a": "A", "fetch.txt": "https://example.org/b 1 data/b\n"],
                lists: [
                    "manifest-md5.txt": "= data/a\n\(BagTagFileTests.digest)  data/b\n"
                ], wrongs: ["not-fetched data/b"]),
            Sample(
                "a file to fetch that is not listed", files: ["data/a": "A", "fetch.txt": "https://example.org/b 1 data/b\n"],
                lists: Self.lists,
                wrongs: ["fetch-not-listed fetch.txt"]),
            Sample("a line that is none", lists: ["manifest-md5.txt": "= data/a\nhello\n"], wrongs: ["malformed-line manifest-md5.txt"]),
            Sample(
                "an Oxum that is none", files: ["data/a": "A", "bag-info.txt": "Payload-Oxum: 1\n"], lists: Self.lists,
                wrongs: ["malformed-oxum bag-info.txt"]),
            Sample(
                "two Oxums", files: ["data/a": "A", "bag-info.txt": "Payload-Oxum: 1.1\nPayload-Oxum: 1.1\n"], lists: Self.lists,
                wrongs: ["repeated-oxum bag-info.txt"]),
        ])
    func invalid(sample: Sample) async throws {
        let fixture = try BagFixture()
        let report = try await report(try sample.bag(in: fixture))
        #expect(report.wrongs == sample.wrongs)
        #expect(!report.isValid)
        #expect(report.isDamaged == report.wrongs.contains { $0.hasPrefix("checksum-mismatch") || $0.hasPrefix("missing-file") })
    }

    /// A bag, and what is said of it.
    struct Sample: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let version: String
        let files: [String: String]
        let lists: [String: String]
        let omitted: Set<String>
        let notes: [String]
        let wrongs: [String]

        init(
            _ name: String, version: String = "1.0", files: [String: String] = ["data/a": "A"], lists: [String: String],
            omitted: Set<String> = [], notes: [String] = [], wrongs: [String] = []
        ) {
            testDescription = name
            self.version = version
            self.files = files
            self.lists = lists
            self.omitted = omitted
            self.notes = notes
            self.wrongs = wrongs
        }

        func bag(in fixture: BagFixture) throws -> FilePath {
            try fixture.bag(version: version, files: files, lists: lists, omitting: omitted)
        }
    }

    @Test("tag files in the encodings of drafts", arguments: [BagEncoding.latin1, .utf16BigEndian, .utf16LittleEndian, .utf16])
    func encodings(encoding: BagEncoding) async throws {
        let fixture = try BagFixture()
        let declaration = "BagIt-Version: 0.97\nTag-File-Character-Encoding: \(encoding.rawValue)\n"
        let bag = try fixture.bag(files: ["data/Nú": "A", "bagit.txt": declaration], lists: [:])
        let manifest = "\(try Digest.hash(.sha256, Array("A".utf8).bytes).hexadecimal)  data/Nú\n"
        let bytes: [UInt8] =
            switch encoding {
            case .latin1: manifest.unicodeScalars.map { UInt8($0.value) }
            case .utf16LittleEndian: manifest.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
            default: manifest.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
            }
        try fixture.write(bytes, to: Array("bag/manifest-sha256.txt".utf8))
        let whole = try await report(bag)
        #expect(whole.wrongs == [] && whole.checkedFileCount == 1)
        // What is no text in that encoding is said, and nothing is guessed.
        guard encoding != .latin1 else { return }
        try fixture.write(bytes.dropLast(), to: Array("bag/manifest-sha256.txt".utf8))
        #expect(try await report(bag).wrongs.contains("malformed-line manifest-sha256.txt"))
    }

    @Test("symbolic links are never followed, wherever they lead", arguments: ["../../secret", "a", "nowhere", "/etc/hostname"])
    func links(target: String) async throws {
        let fixture = try BagFixture()
        try fixture.write("A", to: "secret")
        let bag = try fixture.bag(lists: ["manifest-md5.txt": "= data/a\n7fc56270e7a70fa81a5935b72eacbe29  data/link\n"])
        try fixture.link("bag/data/link", to: target)
        let report = try await report(bag)
        #expect(report.wrongs == ["missing-file data/link", "symbolic-link data/link"])
        let evidence = report.problems.first { $0.kind == .symbolicLink }?.evidence
        #expect(evidence == [Evidence("leads to", target)])
    }

    @Test("a payload folder that is a link is not gone into, and neither is a tag file")
    func linkedFolder() async throws {
        let fixture = try BagFixture()
        try fixture.write("A", to: "elsewhere/a")
        let bag = try fixture.bag(files: [:], lists: ["manifest-md5.txt": "7fc56270e7a70fa81a5935b72eacbe29  data/a\n"])
        #expect(rmdir(fixture.path("bag/data").string) == 0)
        try fixture.link("bag/data", to: "../elsewhere")
        try fixture.write("Payload-Oxum: 1.1\n", to: "info")
        try fixture.link("bag/bag-info.txt", to: "../info")
        let report = try await report(bag)
        #expect(report.wrongs == ["missing-file data/a", "no-payload-folder data", "symbolic-link bag-info.txt", "symbolic-link data"])
        #expect(report.info.fields.isEmpty)
    }

    @Test("a pipe is no file, and is not waited for")
    func pipe() async throws {
        let fixture = try BagFixture()
        let bag = try fixture.bag(lists: ["manifest-md5.txt": "= data/a\n7fc56270e7a70fa81a5935b72eacbe29  data/pipe\n"])
        #expect(mkfifo(fixture.path("bag/data/pipe").string, 0o600) == 0)
        #expect(try await report(bag).wrongs == ["missing-file data/pipe", "not-a-file data/pipe"])
    }

    @Test("what cannot be read is damage", .enabled(if: getuid() != 0, "root may read everything"))
    func unreadable() async throws {
        let fixture = try BagFixture()
        let bag = try fixture.bag(files: ["data/a": "A", "data/b/c": "C"], lists: ["manifest-md5.txt": "= data/a\n= data/b/c\n"])
        chmod(fixture.path("bag/data/a").string, 0)
        chmod(fixture.path("bag/data/b").string, 0)
        let report = try await report(bag)
        #expect(report.wrongs == ["missing-file data/b/c", "unreadable data/a", "unreadable data/b"])
        #expect(report.isDamaged)
    }

    @Test(
        "a file that goes, or becomes a link or a pipe, after the look at the folder was not read",
        arguments: ["gone", "link", "pipe", "folder"])
    func changedMeanwhile(what: String) async throws {
        let fixture = try BagFixture()
        try fixture.write("A", to: "outside/a")
        let bag = try fixture.bag(files: ["data/b/a": "A"], lists: ["manifest-md5.txt": "= data/b/a\n"])
        let folder = try BagFolder(bag)
        var examination = BagExamination(try BagTree(of: folder), in: folder)
        examination.examineForm(needsOxum: false)
        let jobs = examination.examineCompleteness()
        try fixture.remove(Array("bag/data/b/a".utf8))
        switch what {
        case "gone": break
        case "link": try fixture.link("bag/data/b/a", to: "../../../outside/a")
        case "pipe": #expect(mkfifo(fixture.path("bag/data/b/a").string, 0o600) == 0)
        default:
            // The folder on the way to it.
            #expect(rmdir(fixture.path("bag/data/b").string) == 0)
            try fixture.link("bag/data/b", to: "../../outside")
        }
        let content = BagContent(calls: folder.calls) { _ in }
        for job in jobs { examination.compare(job, try job.read(in: folder, content)) }
        #expect(examination.report.wrongs == ["unreadable data/b/a"])
        #expect(examination.report.isDamaged && examination.report.checkedFileCount == 0)
    }

    @Test("without reading, a change of content is not seen, and a change of its length is")
    func depths() async throws {
        let fixture = try BagFixture()
        let bag = try fixture.bag(files: ["data/a": "A", "bag-info.txt": "Payload-Oxum: 1.1\n"], lists: Self.lists)
        try fixture.write("B", to: "bag/data/a")
        for depth in [BagValidator.Depth.completeness, .fast] {
            let report = try await report(bag, depth)
            #expect(report.isValid && report.checkedFileCount == 0)
        }
        #expect(try await report(bag).wrongs == ["checksum-mismatch data/a"])
        try fixture.write("BB", to: "bag/data/a")
        for depth in [BagValidator.Depth.completeness, .fast] {
            #expect(try await report(bag, depth).wrongs == ["oxum-mismatch bag-info.txt"])
        }
        try fixture.remove(Array("bag/bag-info.txt".utf8))
        #expect(try await report(bag, .fast).wrongs == ["no-oxum bag-info.txt"])
        #expect(try await report(bag, .completeness).isValid)
        try fixture.remove(Array("bag/data/a".utf8))
        #expect(try await report(bag, .completeness).wrongs == ["missing-file data/a"])
    }

    @Test("no folder, no report")
    func noFolder() async throws {
        let fixture = try BagFixture()
        try fixture.write("x", to: "file")
        await #expect(throws: IntegrityError(.notFound, "")) { try await report(fixture.path("nothing")) }
        await #expect(throws: IntegrityError(.notAFolder, "")) { try await report(fixture.path("file")) }
        let bag = try fixture.bag(lists: Self.lists)
        let monitor = BagMonitor(isCancelled: { true })
        await #expect(throws: IntegrityError(.cancelled, "")) { try await BagValidator(monitor: monitor).validate(bag) }
    }

    @Test("a problem becomes a finding that says where, how bad and what to do")
    func findings() async throws {
        let fixture = try BagFixture()
        let bag = try fixture.bag(lists: ["manifest-md5.txt": "00000000000000000000000000000000  data/a\nx\n"])
        let findings = try await report(bag).problems.map { $0.finding(in: "/srv/my bag") }.inReportOrder()
        #expect(findings.map(\.id) == ["bag-checksum-mismatch", "bag-malformed-line", "bag-no-tag-manifest"])
        #expect(findings.map(\.severity) == [.critical, .medium, .info])
        #expect(findings.map(\.resource) == ["data/a", "manifest-md5.txt, line 2", "/srv/my bag"])
        #expect(findings[0].location?.uri == "file:///srv/my%20bag/data/a")
        #expect(
            findings[0].evidence == [
                Evidence("algorithm", "md5"), Evidence("expected", String(repeating: "0", count: 32)),
                Evidence("actual", "7fc56270e7a70fa81a5935b72eacbe29"),
            ])
        #expect(findings[0].remediation?.contains("another copy") == true)
    }
}
