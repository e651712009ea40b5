import Foundation
import Testing

@testable import CofferCommands

@Suite("coffer manifest export and import")
struct ManifestListCommandTests {
    private static let abc = ChecksumCommandTests.abc
    private let fixture: CommandFixture

    init() throws {
        fixture = try CommandFixture()
        try FileManager.default.createDirectory(atPath: fixture.path("in/b"), withIntermediateDirectories: true)
        try fixture.write("abc", to: "in/a")
        try fixture.write("BB", to: "in/b/c")
    }

    private var folder: String { fixture.path("in") }
    private var manifest: String { fixture.path("m") }
    private func create(_ options: String = "") async throws {
        try await fixture.expect(["manifest", "create", folder, "-o", manifest] + options.split(separator: " ").map(String.init))
    }

    @Test("a list of recorded digests, to stdout and to a file")
    func recorded() async throws {
        try await create("--digest sha256")
        let outcome = try await fixture.expect("manifest export \(manifest) --format sha256sum --allow-unsigned")
        #expect(outcome.text.hasPrefix("\(Self.abc)  a\n") && outcome.text.hasSuffix("  b/c\n"))
        #expect(outcome.errors == "entries that are no files were left out: 1\n")
        let list = fixture.path("list")
        let json = try await fixture.expect("manifest export \(manifest) --format bagit --allow-unsigned --json -o \(list)").json
        #expect(json["File"] as? String == list && json["Format"] as? String == "bagit" && json["Algorithms"] as? [String] == ["sha256"])
        #expect(json["FileCount"] as? Int == 2 && json["OmittedCount"] as? Int == 1 && json["ReadFileCount"] as? Int == 0)
        #expect(String(decoding: try fixture.read("list"), as: UTF8.self).hasPrefix("\(Self.abc)  data/a\n"))
        let unread = try await fixture.expect("manifest export \(manifest) \(folder) --format sha256sum --allow-unsigned")
        #expect(unread.errors.contains("the folder was not read"))
        #expect(
            try await fixture.expect("manifest export \(manifest) --format sha256sum --allow-unsigned -o \(list) --json", .denied)
                .error["code"] as? String == "OutputExists")
        try await fixture.expect("manifest export \(manifest) --format sha256sum --allow-unsigned -o \(list) --force --quiet")
        #expect(try fixture.read("list") == outcome.bytes)
    }

    @Test("what is not recorded is read from the folder, or asked for")
    func read() async throws {
        try await create()
        let error = try await fixture.expect("manifest export \(manifest) --format b2sum --allow-unsigned --json", .usage).error
        #expect(error["message"] as? String != nil)
        let refusal = try await fixture.expect("manifest export \(manifest) --format b2sum --allow-unsigned", .usage)
        #expect(refusal.errors.contains("does not have blake2b512 of 2 files, a among them"))
        #expect(refusal.errors.contains("hint: name the folder") && refusal.errors.contains("--digest"))
        let outcome = try await fixture.expect("manifest export \(manifest) \(folder) --format hashdeep --allow-unsigned")
        #expect(outcome.text.hasPrefix("%%%% HASHDEEP-1.0\n%%%% size,md5,sha256,filename\n3,"))
        let several = try await fixture.expect(
            "manifest export \(manifest) \(folder) --format bsd --algorithm md5 --algorithm sha512 --allow-unsigned")
        #expect(several.text.split(separator: "\n").map { $0.prefix(8) } == ["MD5 (a) ", "SHA512 (", "MD5 (b/c", "SHA512 ("])
        try fixture.write("abd", to: "in/a")
        let differing = try await fixture.expect(
            "manifest export \(manifest) \(folder) --format sha256sum --allow-unsigned -o \(fixture.path("list"))", .negative)
        #expect(differing.errors.hasPrefix("error: a: is not what was recorded") && !fixture.exists("list"))
        try await fixture.expect("manifest export \(manifest) \(folder) --format sha256sum --allow-unsigned", .negative)
    }

    @Test(
        "what cannot be asked for",
        arguments: [
            "--format sha3sum", "--format sha256sum --algorithm md5", "--format bagit --algorithm md5 --algorithm sha1",
            "--format bagit --algorithm blake2b", "--format hashdeep --algorithm sha512", "--format bsd --algorithm md5 --algorithm md5",
            "--format sha256sum --json", "",
        ])
    func usage(options: String) async throws {
        try await create()
        try await fixture.expect("manifest export \(manifest) \(folder) --allow-unsigned \(options)", .usage)
    }

    @Test("trust, and what is not there")
    func trust() async throws {
        try await create("--digest sha256")
        try await fixture.expect("manifest export \(manifest) --format sha256sum", .denied)
        try await fixture.expect("manifest export \(fixture.path("nothing")) --format sha256sum --allow-unsigned", .notFound)
        try await fixture.expect("manifest export \(manifest) \(fixture.path("nothing")) --format b2sum --allow-unsigned", .notFound)
        try fixture.write("x", to: "in/new\nline")
        try await fixture.expect("manifest create \(folder) -o \(manifest) --force --quiet")
        let refusal = try await fixture.expect("manifest export \(manifest) \(folder) --format hashdeep --allow-unsigned", .usage)
        #expect(refusal.errors.contains("line feed"))
    }

    @Test("a list becomes a manifest, signed or not, and is verified")
    func imported() async throws {
        try await create("--digest sha256")
        try await fixture.expect("manifest export \(manifest) --format sha256sum --allow-unsigned -o \(fixture.path("list"))")
        let made = fixture.path("imported")
        let json = try await fixture.expect("manifest import \(fixture.path("list")) -o \(made) --json").json
        #expect(json["File"] as? String == made && json["EntryCount"] as? Int == 2 && json["SignedBy"] == nil)
        #expect(json["Subject"] as? String == fixture.path("list") && json["Sequence"] as? Int == 0)
        try await fixture.expect("manifest verify \(made) \(folder) --allow-unsigned")
        let shown = try await fixture.expect("manifest show \(made) --allow-unsigned --json").json
        #expect(shown["FilesOnly"] as? Bool == true && shown["Digests"] as? [String] == ["sha256"])
        try fixture.write("abd", to: "in/a")
        try fixture.write("x", to: "in/x")
        let report = try await fixture.run("manifest verify \(made) \(folder) --allow-unsigned --json")
        #expect(report.status == .negative)
        let verdicts = try #require(try report.json["Verdicts"] as? [String: Int])
        #expect(verdicts["Modified"] == 1 && verdicts["Added"] == 1 && verdicts["Intact"] == 1)
        try await fixture.expect("manifest import \(fixture.path("list")) -o \(made)", .denied)
        let again = try await fixture.expect("manifest import \(fixture.path("list")) -o \(made) --force")
        #expect(again.errors.contains("the manifest is not signed") && again.text.contains("Entries"))
    }

    @Test("one wrong line refuses the list, and nothing is written")
    func refused() async throws {
        let made = fixture.path("imported")
        for (list, text) in [
            ("\(Self.abc)  a\nnonsense\n", "line 2"), ("\(Self.abc)  ../a\n", "line 1"), ("\(Self.abc)  /a\n", "line 1"), ("", "no line"),
        ] {
            let path = try fixture.write(list, to: "list")
            let outcome = try await fixture.expect("manifest import \(path) -o \(made)", .damaged)
            #expect(outcome.errors.contains(text) && !fixture.exists("imported"))
        }
        try await fixture.expect("manifest import \(fixture.path("nothing")) -o \(made)", .notFound)
        try await fixture.expect("manifest import \(fixture.path("list"))", .usage)
        try await fixture.expect("manifest import \(fixture.path("list")) -o \(made) --algorithm crc32", .usage)
    }

    @Test("a list is signed by a key of the store, and lines that say the same are counted")
    func signed() async throws {
        let fixture = try await CommandFixture.withStore()
        try await fixture.expect("key create --alias audit --spec ECC_NIST_EDWARDS25519 --usage SIGN_VERIFY --quiet")
        let list = try fixture.write("\(Self.abc)  a\n\(Self.abc)  ./a\n", to: "list")
        let outcome = try await fixture.expect("manifest import \(list) -o \(fixture.path("m")) --sign-with audit")
        #expect(outcome.errors == "lines that said of a file again what others had said: 1\n" && outcome.text.contains("arn:aws:kms:"))
        let exported = try await fixture.expect("manifest export \(fixture.path("m")) --format sha256sum")
        #expect(exported.text == "\(Self.abc)  a\n" && exported.errors.isEmpty)
    }
}
