import Findings
import Foundation
import KeyTestSupport
import Testing

@testable import CofferCommands

@Suite("coffer manifest")
struct ManifestCommandTests {
    /// A store with two keys for signing, a tree, and its manifest if it is wanted.
    private static func fixture(creating: Bool = true) async throws -> CommandFixture {
        let fixture = try await CommandFixture.withStore()
        for alias in ["audit", "other"] {
            try await fixture.expect("key create --alias \(alias) --spec ECC_NIST_EDWARDS25519 --usage SIGN_VERIFY --quiet")
        }
        try FileManager.default.createDirectory(atPath: fixture.path("in/b"), withIntermediateDirectories: true)
        try fixture.write("abc", to: "in/a")
        try fixture.write([UInt8](repeating: 7, count: 200_000), to: "in/b/c")
        if creating { try await fixture.manifest("create \(fixture.path("in")) -o \(fixture.path("m")) --sign-with audit") }
        return fixture
    }

    // MARK: Without a store

    @Test("unsigned: created, intact, tampered with")
    func unsigned() async throws {
        let fixture = try CommandFixture()
        try FileManager.default.createDirectory(atPath: fixture.path("in"), withIntermediateDirectories: true)
        try fixture.write("abc", to: "in/a")
        let (folder, manifest) = (fixture.path("in"), fixture.path("m"))
        let made = try await fixture.manifest("create \(folder) -o \(manifest)")
        #expect(made.errors.contains("the manifest is not signed") && made.text.hasSuffix(" nobody\n"))
        #expect(try await fixture.manifest("verify \(manifest) \(folder)", .denied).errors.contains("--allow-unsigned"))
        let intact = try await fixture.manifest("verify \(manifest) \(folder) --allow-unsigned")
        #expect(intact.text.contains("1 entry: 1 intact\n") && intact.text.hasSuffix("signed by nobody\n"))
        try fixture.write("abd", to: "in/a")
        let changed = try await fixture.run("manifest verify \(manifest) \(folder) --allow-unsigned")
        #expect(changed.status == .negative && changed.text.contains("manifest-modified"))
        for verb in ["show", "list"] {
            try await fixture.manifest("\(verb) \(manifest)", .denied)
            try await fixture.manifest("\(verb) \(manifest) --allow-unsigned")
        }
        try await fixture.manifest("prove \(manifest) a", .denied)
        try await fixture.manifest("update \(manifest) \(folder)", .denied)
        try await fixture.manifest("update \(manifest) \(folder) --allow-unsigned")
        try await fixture.manifest("verify \(manifest) \(folder) --allow-unsigned")
    }

    // MARK: Creating

    @Test("what is made is told, to people and to programs")
    func created() async throws {
        let fixture = try await Self.fixture(creating: false)
        let arguments = "create \(fixture.path("in")) -o \(fixture.path("m")) --sign-with audit --digest sha256 --exclude *.tmp --json"
        let result = try await fixture.manifest(arguments).json
        #expect(result["File"] as? String == fixture.path("m") && result["Sequence"] as? Int == 0 && result["EntryCount"] as? Int == 3)
        #expect(result["FileCount"] as? Int == 2 && result["ByteCount"] as? Int == 200_003)
        #expect((result["ManifestId"] as? String)?.count == 32 && result["PreviousRoot"] == nil && result["Root"] is String)
        #expect(result["Time"] as? String == fixture.clock.time && result["Tool"] as? String == "coffer/\(CommandContext.version)")
        #expect((result["SignedBy"] as? String)?.hasPrefix("arn:aws:kms:") == true)
        #expect((result["Subject"] as? String)?.hasSuffix("/in") == true && (result["Verdicts"] as? [String: Int])?["Unreadable"] == 0)
        #expect(try await fixture.manifest(arguments, .denied).error["code"] as? String == "FileExists")
        try await fixture.manifest(arguments + " --force")
    }

    @Test(
        "what cannot be done is refused",
        arguments: [
            ("create IN", ExitStatus.usage), ("create IN -o NEW --digest crc32", .usage), ("create IN -o NEW --open --identity", .usage),
            ("create NOTHING -o NEW", .notFound), ("create IN/a -o NEW", .usage), ("create IN -o NEW --sign-with nobody", .notFound),
            ("create IN -o NEW --identity x", .usage), ("verify M", .usage), ("verify M IN --quick --sample 5%", .usage),
            ("verify M IN --sample 5", .usage), ("verify M IN --sample 0%", .usage), ("verify M IN --ignore size", .usage),
            ("verify M IN --quick --open", .usage), ("verify M IN --fail-on worst", .usage), ("verify NOTHING IN", .notFound),
            ("verify M NOTHING", .notFound), ("verify M IN/a", .usage), ("verify IN/a IN", .damaged), ("diff M", .usage),
            ("diff M NOTHING", .notFound), ("update M NOTHING", .notFound), ("update NOTHING IN", .notFound), ("update M", .usage),
            ("show NOTHING", .notFound), ("show M --note --json", .usage), ("list NOTHING", .notFound), ("prove M nothing", .notFound),
            ("prove M ../a", .usage), ("prove NOTHING a", .notFound), ("check-proof NOTHING IN/a", .notFound),
            ("check-proof IN/a IN/a", .damaged), ("verify M IN --public-key IN/a", .usage), ("verify M IN --signer nobody", .notFound),
            ("verify M IN --public-key NOTHING", .notFound), ("verify IN M", .usage), ("verify M IN --junit M", .usage),
            ("diff M M --html M", .usage), ("import NOTHING -o -", .usage),
        ])
    func refused(line: String, status: ExitStatus) async throws {
        let fixture = try await Self.fixture()
        let names = ["IN": "in", "M": "m", "NOTHING": "nothing", "NEW": "new"]
        let words = line.split(separator: " ").map { word -> String in
            let parts = word.split(separator: "/", maxSplits: 1)
            guard let name = names[String(parts[0])] else { return String(word) }
            return fixture.path(([name] + parts.dropFirst().map(String.init)).joined(separator: "/"))
        }
        try await fixture.expect(["manifest"] + words, status)
        #expect(!fixture.exists("new"))
        #expect(try fixture.read("m").starts(with: Array("coffer-manifest/1\n".utf8)))
    }

    @Test("what is no regular file is not replaced by a manifest, and an unmounted folder is not accepted")
    func notReplaced() async throws {
        let fixture = try await Self.fixture()
        let before = try fixture.read("m")
        try #require(mkfifo(fixture.path("pipe"), 0o600) == 0)
        try await fixture.manifest("create \(fixture.path("in")) -o \(fixture.path("pipe")) --force", .usage)
        var status = stat()
        #expect(stat(fixture.path("pipe"), &status) == 0 && status.st_mode & S_IFMT == S_IFIFO)
        try FileManager.default.createDirectory(atPath: fixture.path("unmounted"), withIntermediateDirectories: true)
        let refusal = try await fixture.manifest("update \(fixture.path("m")) \(fixture.path("unmounted"))", .usage)
        #expect(refusal.errors.contains("is it mounted?"))
        #expect(try fixture.read("m") == before)
        #expect(try await fixture.run("manifest verify \(fixture.path("m")) \(fixture.path("unmounted"))").text.contains("is it mounted?"))
    }

    // MARK: Trust

    @Test("any key of the store is trusted, a named one alone where one is named")
    func signers() async throws {
        let fixture = try await Self.fixture()
        let verify = "verify \(fixture.path("m")) \(fixture.path("in"))"
        for alias in ["audit", "other"] { try await fixture.expect("key public \(alias) --out \(fixture.path("\(alias).pem"))") }
        try await fixture.manifest(verify)
        try await fixture.manifest("\(verify) --signer audit")
        try await fixture.manifest("\(verify) --public-key \(fixture.path("audit.pem"))")
        try await fixture.manifest("\(verify) --signer audit --signer other")
        #expect(try await fixture.manifest("\(verify) --signer other --json", .denied).error["code"] as? String == "UnknownSigner")
        let refusal = try await fixture.manifest("\(verify) --public-key \(fixture.path("other.pem"))", .denied)
        #expect(refusal.errors.contains("hint: name whom you trust"))
        // Somebody who has no store.
        fixture.environment["COFFER_HOME"] = fixture.path("elsewhere")
        try await fixture.manifest("\(verify) --public-key \(fixture.path("audit.pem"))")
        try await fixture.manifest(verify, .denied)
        #expect(!fixture.exists("elsewhere"))
    }

    @Test("a manifest that nobody signed is not taken where signatures are expected")
    func notSigned() async throws {
        let fixture = try await Self.fixture(creating: false)
        try await fixture.manifest("create \(fixture.path("in")) -o \(fixture.path("m"))")
        for line in ["verify \(fixture.path("m")) \(fixture.path("in"))", "show \(fixture.path("m"))", "prove \(fixture.path("m")) a"] {
            #expect(try await fixture.manifest("\(line) --json", .denied).error["code"] as? String == "NotSigned")
        }
        try await fixture.manifest("diff \(fixture.path("m")) \(fixture.path("m"))", .denied)
    }

    @Test("a machine that only verifies notices a rollback over a change of keys, too")
    func rolledBackOverKeys() async throws {
        let fixture = try await Self.fixture()
        let (manifest, folder) = (fixture.path("m"), fixture.path("in"))
        try await fixture.expect("key create --alias later --spec ECC_NIST_EDWARDS25519 --usage SIGN_VERIFY --quiet")
        for alias in ["audit", "later"] { try await fixture.expect("key public \(alias) --out \(fixture.path(alias + ".pem"))") }
        let keys = "--public-key \(fixture.path("audit.pem")) --public-key \(fixture.path("later.pem"))"
        try fixture.write(try fixture.read("m"), to: "first")
        for (name, options) in [("second", "--sign-with later"), ("third", "")] {
            fixture.clock.pass(.seconds(60))
            try await fixture.manifest("verify \(manifest) \(folder) \(keys)")
            try await fixture.manifest("update \(manifest) \(folder) \(options)")
            try fixture.write(try fixture.read("m"), to: name)
        }
        try await fixture.manifest("verify \(manifest) \(folder) \(keys)")
        for old in ["first", "second"] {
            for trust in ["", keys] {
                let refusal = try await fixture.manifest("verify \(fixture.path(old)) \(folder) \(trust) --json", .denied)
                #expect(try refusal.error["code"] as? String == "RolledBack", "\(old) \(trust)")
            }
        }
        try await fixture.manifest("verify \(manifest) \(folder) --allow-unsigned \(keys)", .usage)
    }

    @Test("damage is listed and not accepted, unless that is asked for")
    func damageNotAccepted() async throws {
        let fixture = try await Self.fixture()
        let (manifest, folder) = (fixture.path("m"), fixture.path("in"))
        let before = try fixture.read("m")
        fixture.clock.pass(.seconds(60))
        try fixture.write("", to: "in/a")
        let refusal = try await fixture.manifest("update \(manifest) \(folder)", .damaged)
        #expect(refusal.errors.contains("truncated: a") && refusal.errors.contains("--accept-damage"))
        #expect(try fixture.read("m") == before)
        try await fixture.manifest("update \(manifest) \(folder) --accept-damage")
        try await fixture.manifest("verify \(manifest) \(folder)")
    }

    @Test("an old manifest in the place of the new one is refused, but shown and compared")
    func rolledBack() async throws {
        let fixture = try await Self.fixture()
        let (manifest, folder) = (fixture.path("m"), fixture.path("in"))
        try fixture.write(try fixture.read("m"), to: "old")
        fixture.clock.pass(.seconds(60))
        try await fixture.manifest("update \(manifest) \(folder)")
        try await fixture.manifest("verify \(manifest) \(folder)")
        let refusal = try await fixture.manifest("verify \(fixture.path("old")) \(folder) --json", .denied)
        #expect(try refusal.error["code"] as? String == "RolledBack")
        try await fixture.manifest("update \(fixture.path("old")) \(folder) -o \(fixture.path("fork"))", .denied)
        #expect(!fixture.exists("fork"))
        try await fixture.manifest("show \(fixture.path("old"))")
        try await fixture.manifest("diff \(fixture.path("old")) \(manifest)")
    }

    @Test("what was changed after it was signed has status 4, what was cut off has 5, what is newer 6")
    func tampered() async throws {
        let fixture = try await Self.fixture()
        let bytes = try fixture.read("m")
        let verify = "verify \(fixture.path("bad")) \(fixture.path("in"))"
        try fixture.write(Array(bytes.dropLast(20)), to: "bad")
        #expect(try await fixture.manifest("\(verify) --json", .damaged).error["code"] as? String == "Truncated")
        var newer = bytes
        newer[16] = UInt8(ascii: "2")
        try fixture.write(newer, to: "bad")
        #expect(try await fixture.manifest("\(verify) --json", .environment).error["code"] as? String == "NewerFormat")
        // A byte of the last signature.
        var forged = bytes
        let end = try #require(bytes.lastIndex(of: UInt8(ascii: "=")))
        forged[end - 20] = forged[end - 20] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
        try fixture.write(forged, to: "bad")
        #expect(try await fixture.manifest("\(verify) --json", .denied).error["code"] as? String == "InvalidSignature")
        // A byte of the first entry, behind the magic line and the block's header.
        var altered = bytes
        altered[60] ^= 1
        try fixture.write(altered, to: "bad")
        #expect(try await fixture.manifest("\(verify) --json", .denied).error["code"] as? String == "InvalidSignature")
    }

    // MARK: Verifying

    @Test("verdicts are told as findings, JSON and reports in files")
    func reports() async throws {
        let fixture = try await Self.fixture()
        var content = [UInt8](repeating: 7, count: 200_000)
        content[70_000] = 8
        try fixture.write(content, to: "in/b/c")
        try fixture.write("x", to: "in/new")
        let line = "verify \(fixture.path("m")) \(fixture.path("in"))"
        let outcome = try await fixture.run(
            "manifest \(line) --json --sarif \(fixture.path("s")) --junit \(fixture.path("j")) --html \(fixture.path("h"))")
        let result = try outcome.json
        #expect(outcome.status == .negative)
        #expect(result["EntryCount"] as? Int == 4 && result["DifferenceCount"] as? Int == 2 && result["ListedCount"] as? Int == 2)
        #expect(
            result["ReadFileCount"] as? Int == 3 && result["ReadByteCount"] as? Int == 200_004 && result["UnreadFileCount"] as? Int == 0)
        let verdicts = try #require(result["Verdicts"] as? [String: Int])
        #expect(verdicts["Modified"] == 1 && verdicts["Added"] == 1 && verdicts["Intact"] == 2 && verdicts.count == 11)
        #expect(try outcome.json["Findings"] as? [[String: Any]] != nil && outcome.text.contains("manifest-modified"))
        for name in ["s", "j", "h"] { #expect(String(decoding: try fixture.read(name), as: UTF8.self).contains("manifest-modified")) }
        let text = try await fixture.run("manifest \(line)")
        #expect(text.text.contains("65536-131071") && text.text.contains("4 entries: 1 modified, 1 added, 2 intact\n"))
        #expect(
            text.text.contains(
                "to accept what was intended: `coffer manifest update \(fixture.path("m").shellWord) \(fixture.path("in").shellWord)`"))
        // Modified is medium, added is low.
        #expect(try await fixture.run("manifest \(line) --fail-on high").status == .success)
        #expect(try await fixture.run("manifest \(line) --fail-on medium").status == .negative)
        // What the report says to do can be done; it says nothing of the kind of a copy.
        let copy = try await fixture.run("manifest verify \(fixture.path("m")) \(fixture.path("in/b"))")
        #expect(copy.text.contains("restore it, or accept that it is gone") && !copy.text.contains("manifest update"), "\(copy.text)")
        let fix = try #require(text.text.split(separator: "`").first { $0.hasPrefix("coffer manifest update ") })
        try await fixture.expect(fix.split(separator: " ").dropFirst().map(String.init))
        try await fixture.manifest(line)
    }

    @Test("damage of the manifest itself is a finding, also when the file is what it was, and nothing offers to continue it")
    func damagedManifest() async throws {
        let fixture = try await Self.fixture()
        var bytes = try fixture.read("m")
        let note = try #require(bytes.ranges(of: Array("coffer-manifest/".utf8)).last).lowerBound
        // The leaves of the one large file are the last thing before the notes.
        bytes[note - 60] ^= 1
        try fixture.write(bytes, to: "m")
        let line = "manifest verify \(fixture.path("m")) \(fixture.path("in"))"
        let intact = try await fixture.run("\(line) --fail-on critical --json")
        let result = try intact.json
        #expect(intact.status == .damaged && result["DamagedLeavesCount"] as? Int == 1 && result["DifferenceCount"] as? Int == 0)
        #expect((result["Findings"] as? [[String: Any]])?.map { $0["Id"] as? String } == ["manifest-damaged"])
        try fixture.write("x", to: "in/new")
        let differs = try await fixture.run(line)
        #expect(differs.status == .damaged && differs.text.contains("manifest-added") && !differs.text.contains("manifest update"))
    }

    @Test("damage has status 5 whatever --fail-on says")
    func damage() async throws {
        let fixture = try await Self.fixture()
        var content = [UInt8](repeating: 7, count: 100_000)
        content.removeLast()
        try fixture.write(content, to: "in/b/c")
        let outcome = try await fixture.run("manifest verify \(fixture.path("m")) \(fixture.path("in")) --fail-on critical")
        #expect(outcome.status == .damaged && outcome.text.contains("manifest-truncated"))
    }

    @Test("a copy without its metadata is intact where that is ignored")
    func ignoring() async throws {
        let fixture = try await Self.fixture()
        let line = "manifest verify \(fixture.path("m")) \(fixture.path("in"))"
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o640, .modificationDate: Date(timeIntervalSince1970: 1_000_000)], ofItemAtPath: fixture.path("in/a"))
        let told = try await fixture.run(line)
        #expect(told.status == .negative && told.text.contains("metadata"))
        #expect(try await fixture.run("\(line) --ignore permissions").status == .negative)
        try await fixture.expect("\(line) --ignore permissions --ignore mtime")
    }

    @Test("--quick reads nothing, --sample a part")
    func depths() async throws {
        let fixture = try await Self.fixture()
        let line = "verify \(fixture.path("m")) \(fixture.path("in")) --json"
        let quick = try await fixture.manifest("\(line) --quick").json
        #expect(quick["ReadFileCount"] as? Int == 0 && quick["UnreadFileCount"] as? Int == 2 && quick["ReadByteCount"] as? Int == 0)
        let whole = try await fixture.manifest("\(line) --sample 100%").json
        #expect(whole["ReadFileCount"] as? Int == 2 && whole["UnreadFileCount"] as? Int == 0)
        let part = try await fixture.manifest("\(line) --sample 0.0001%").json
        #expect((part["ReadFileCount"] as? Int ?? 0) + (part["UnreadFileCount"] as? Int ?? 0) == 2)
        try fixture.write("abcd", to: "in/a")
        #expect(try await fixture.run("manifest \(line) --quick").status == .negative)
    }

    // MARK: Going on

    @Test("an update accepts what changed, and names what came before")
    func updated() async throws {
        let fixture = try await Self.fixture()
        let (manifest, folder, next) = (fixture.path("m"), fixture.path("in"), fixture.path("next"))
        let root = try await fixture.manifest("show \(manifest) --json").json["Root"] as? String
        try fixture.write("abcd", to: "in/a")
        fixture.clock.pass(.seconds(60))
        let outcome = try await fixture.manifest("update \(manifest) \(folder) -o \(next)")
        #expect(outcome.errors.contains("extended: a\n"))
        #expect(outcome.errors.contains("accepted: "))
        try await fixture.manifest("update \(manifest) \(folder) -o \(next)", .denied)
        try await fixture.manifest("verify \(next) \(folder)")
        let shown = try await fixture.manifest("show \(next) --json").json
        #expect(shown["PreviousRoot"] as? String == root && shown["Sequence"] as? Int == 1)
        let history = try #require(shown["History"] as? [[String: Any]])
        #expect(history.count == 1 && history[0]["Root"] as? String == root && history[0]["Sequence"] as? Int == 0)
        let diff = try await fixture.run("manifest diff \(manifest) \(next) --json")
        #expect(diff.status == .negative)
        #expect(try diff.json["DifferenceCount"] as? Int == 1)
        try await fixture.manifest("diff \(next) \(next)")
        #expect(try await fixture.run("manifest diff \(manifest) \(next) --fail-on critical").status == .success)
    }

    @Test("a manifest is shown with its options, and as the note that was signed")
    func shown() async throws {
        let fixture = try await Self.fixture(creating: false)
        let manifest = fixture.path("m")
        try await fixture.manifest(
            "create \(fixture.path("in")) -o \(manifest) --sign-with audit --digest sha256 --digest md5 --exclude *.tmp --one-file-system")
        let shown = try await fixture.manifest("show \(manifest) --json").json
        #expect(shown["Digests"] as? [String] == ["md5", "sha256"] && shown["SealedFiles"] as? String == "ciphertext")
        #expect(shown["OneFileSystem"] as? Bool == true && shown["FilesOnly"] as? Bool == false)
        #expect(shown["Exclusions"] as? [String] == ["*.tmp"] && (shown["History"] as? [Any])?.isEmpty == true)
        #expect((shown["VerifierKey"] as? String)?.hasPrefix("arn:aws:kms:") == true && shown["FileCount"] == nil)
        let note = try await fixture.manifest("show \(manifest) --note").text
        #expect(note.hasPrefix("coffer-manifest/") && note.contains("\n\n— arn:aws:kms:"))
        let key = try #require(shown["VerifierKey"] as? String)
        try fixture.write(key + "\n", to: "key")
        try await fixture.manifest("verify \(manifest) \(fixture.path("in")) --public-key \(fixture.path("key"))")
    }

    @Test("entries are listed like files, and as lines of JSON")
    func listed() async throws {
        let fixture = try await Self.fixture(creating: false)
        try FileManager.default.createSymbolicLink(atPath: fixture.path("in/link"), withDestinationPath: "a")
        try await fixture.manifest("create \(fixture.path("in")) -o \(fixture.path("m")) --sign-with audit --digest sha256")
        let lines = try await fixture.manifest("list \(fixture.path("m")) --json").jsonLines
        #expect(lines.map { $0["Path"] as? String } == ["a", "b", "b/c", "link"])
        #expect(lines.map { $0["Type"] as? String } == ["file", "directory", "file", "symlink"])
        #expect(lines[0]["Size"] as? Int == 3 && lines[0]["Mode"] as? String == "600" && lines[0]["Root"] is String)
        #expect((lines[0]["Digests"] as? [String: String])?["sha256"] == ChecksumCommandTests.abc && lines[1]["Size"] == nil)
        #expect(lines[3]["LinkTarget"] as? String == "a")
        let text = try await fixture.manifest("list \(fixture.path("m"))").text.split(separator: "\n")
        #expect(text.count == 4 && text[0].hasPrefix("- 600 ") && text[3].hasSuffix(" link -> a"))
    }

    // MARK: Proofs

    @Test("an entry is proven to somebody who has a key and no manifest")
    func proven() async throws {
        let fixture = try await Self.fixture()
        let (manifest, proof, file) = (fixture.path("m"), fixture.path("proof"), fixture.path("in/b/c"))
        try await fixture.expect("key public audit --out \(fixture.path("audit.pem"))")
        try await fixture.expect("key public other --out \(fixture.path("other.pem"))")
        let text = try await fixture.manifest("prove \(manifest) b/c").text
        #expect(text.hasPrefix("c2sp.org/tlog-proof@v1\n"))
        try await fixture.manifest("prove \(manifest) b/c --out \(proof)")
        #expect(try fixture.read("proof") == Array(text.utf8))
        #expect(try await fixture.manifest("prove \(manifest) b/c --json").json["Proof"] as? String == text)
        fixture.environment["COFFER_HOME"] = fixture.path("elsewhere")
        let key = "--public-key \(fixture.path("audit.pem"))"
        let checked = try await fixture.manifest("check-proof \(proof) \(file) \(key) --json").json
        #expect(checked["Path"] as? String == "b/c" && checked["Matches"] as? Bool == true && checked["Size"] as? Int == 200_000)
        #expect(checked["Sequence"] as? Int == 0 && checked["Root"] is String && checked["ManifestId"] is String)
        #expect(checked["Subject"] is String && checked["Time"] is String && checked["ModificationTime"] is String)
        try await fixture.manifest("check-proof \(proof) \(file) --manifest \(manifest) \(key)")
        let other = try await fixture.run("manifest check-proof \(proof) \(fixture.path("in/a")) \(key)")
        #expect(other.status == .negative && other.text.contains("is another one"))
        try await fixture.manifest("check-proof \(proof) \(file)", .denied)
        try await fixture.manifest("check-proof \(proof) \(file) --public-key \(fixture.path("other.pem"))", .denied)
        try await fixture.manifest("check-proof \(proof) \(fixture.path("nothing")) \(key)", .notFound)
        try fixture.write(text.replacing("index 2", with: "index 1"), to: "proof")
        try await fixture.manifest("check-proof \(proof) \(file) \(key)", .damaged)
    }

    @Test("a proof holds for later manifests of the same folder, and for no other one")
    func descent() async throws {
        let fixture = try await Self.fixture()
        let (manifest, proof, folder) = (fixture.path("m"), fixture.path("proof"), fixture.path("in"))
        try await fixture.manifest("prove \(manifest) a --out \(proof)")
        fixture.clock.pass(.seconds(60))
        try await fixture.manifest("update \(manifest) \(folder)")
        try await fixture.manifest("check-proof \(proof) \(folder)/a --manifest \(manifest)")
        try await fixture.manifest("create \(folder) -o \(fixture.path("stranger")) --sign-with audit")
        let stranger = fixture.path("stranger")
        let refusal = try await fixture.manifest("check-proof \(proof) \(folder)/a --manifest \(stranger) --json", .denied)
        #expect(try refusal.error["code"] as? String == "RolledBack")
    }
}

extension CommandFixture {
    /// Runs `coffer manifest`, which must end with this status.
    @discardableResult
    fileprivate func manifest(
        _ line: String, _ status: ExitStatus = .success, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> Outcome {
        try await expect("manifest \(line)", status, sourceLocation: sourceLocation)
    }
}
