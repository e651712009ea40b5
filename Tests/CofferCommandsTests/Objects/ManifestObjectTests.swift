import Foundation
import Testing

@testable import CofferCommands

@Suite("coffer manifest of objects")
struct ManifestObjectTests {
    let fixture: CommandFixture

    init() async throws { fixture = try await CommandFixture.withBucket() }

    /// Objects of all kinds below `t/`, and one beside it.
    private func fill() async throws {
        try fixture.makeFolder("in/sub/deeper")
        try fixture.write("alpha", to: "in/a")
        try fixture.write([], to: "in/empty")
        try fixture.write(CommandFixture.noise(200_000), to: "in/sub/large")
        try fixture.write("c", to: "in/sub/deeper/c")
        try await fixture.expect("cp -r --quiet \(fixture.path("in")) coffer://photos/t")
        try await fixture.put("beside", as: "tea")
    }

    @discardableResult
    private func create(
        _ url: String = "coffer://photos/t", as name: String = "m", _ options: String = "", status: ExitStatus = .success,
        _ location: SourceLocation = #_sourceLocation
    ) async throws -> Outcome {
        let line = ["manifest", "create", url, "-o", fixture.path(name), "--force"] + options.split(separator: " ").map(String.init)
        let outcome = try await fixture.run(line)
        #expect(outcome.status == status, "\(outcome.errors)", sourceLocation: location)
        return outcome
    }

    /// Verifies, and gives the verdicts that are not intact.
    private func verify(
        _ place: String, against name: String = "m", _ options: String = "", status: ExitStatus = .success,
        _ location: SourceLocation = #_sourceLocation
    ) async throws -> (verdicts: [String: String], report: [String: Any]) {
        let line = ["manifest", "verify", fixture.path(name), place, "--allow-unsigned", "--json"]
        let outcome = try await fixture.run(line + options.split(separator: " ").map(String.init))
        #expect(outcome.status == status, "\(outcome.errors)", sourceLocation: location)
        let report = try outcome.json
        var verdicts: [String: String] = [:]
        for finding in report["Findings"] as? [[String: Any]] ?? [] {
            let id = try #require(finding["Id"] as? String ?? finding["id"] as? String)
            verdicts[try #require(finding["Resource"] as? String ?? finding["resource"] as? String)] = id
        }
        return (verdicts, report)
    }

    private func blobs() throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: fixture.path("home/objects")).filter { $0.hasSuffix(".age") }
            .map { "home/objects/" + $0 }
    }

    /// Changes a byte at the end of the only blob.
    private func damageBlob() throws {
        let name = try #require(try blobs().first)
        var bytes = try fixture.read(name)
        bytes[bytes.count - 20] ^= 1
        try FileManager.default.removeItem(atPath: fixture.path(name))
        try fixture.write(bytes, to: name)
    }

    @Test("what was stored is what there is: the folder, a copy out of the store, and the objects", arguments: ["t", "t/"])
    func intact(prefix: String) async throws {
        try await fill()
        let made = try await create("coffer://photos/\(prefix)", "--json").json
        #expect(made["EntryCount"] as? Int == 4 && made["FileCount"] as? Int == 4 && made["ByteCount"] as? Int == 200_006)
        #expect(made["Subject"] as? String == "coffer://photos/t/" && made["StoredChecksumFileCount"] as? Int == 0)
        try await fixture.expect("cp -r --quiet coffer://photos/t \(fixture.path("out"))")
        for place in [fixture.path("in"), fixture.path("out"), "coffer://photos/t", "coffer://photos/t/"] {
            #expect(try await verify(place).verdicts.isEmpty, "\(place)")
        }
        let shown = try await fixture.expect("manifest show \(fixture.path("m")) --allow-unsigned --json").json
        #expect(shown["FilesOnly"] as? Bool == true && shown["Digests"] as? [String] == ["sha256"])
        let text = try await fixture.expect("manifest verify \(fixture.path("m")) coffer://photos/t --allow-unsigned").text
        #expect(text.contains("4 entries: 4 intact\nread 4 files, 200.0 kB\n"))
    }

    @Test("a copy that was tampered with, and objects that were deleted, added, renamed and overwritten, are told apart")
    func differences() async throws {
        try await fill()
        try await create()
        try await fixture.expect("cp -r --quiet coffer://photos/t \(fixture.path("out"))")
        var bytes = try fixture.read("out/sub/large")
        bytes[70_000] ^= 1
        try fixture.write(bytes, to: "out/sub/large")
        let copy = try await verify(fixture.path("out"), status: .negative)
        #expect(copy.verdicts == ["sub/large": "manifest-modified"])

        try await fixture.expect("cp --quiet \(fixture.path("out/sub/large")) coffer://photos/t/sub/large")
        try await fixture.expect("cp --quiet coffer://photos/t/a coffer://photos/t/z")
        for key in ["a", "empty"] { try await fixture.expect("rm --quiet coffer://photos/t/\(key)") }
        try await fixture.put("new", as: "t/new")
        let objects = try await verify("coffer://photos/t", status: .negative)
        #expect(
            objects.verdicts == [
                "sub/large": "manifest-modified", "a": "manifest-moved", "empty": "manifest-removed", "new": "manifest-added",
            ])

        try await fixture.expect(
            ["cp", "--quiet", "-", "coffer://photos/t/sub/large"], input: Array(CommandFixture.noise(200_000)[..<140_000]))
        let truncated = try await verify("coffer://photos/t", status: .damaged)
        #expect(truncated.verdicts["sub/large"] == "manifest-truncated")
        // What a report says to do is what can be done.
        let text = try await fixture.run("manifest verify \(fixture.path("m")) coffer://photos/t --allow-unsigned").text
        let fix = try #require(text.split(separator: "`").first { $0.hasPrefix("coffer manifest create ") })
        try await fixture.expect(fix.split(separator: " ").dropFirst().map(String.init))
        #expect(try await verify("coffer://photos/t").verdicts.isEmpty)
    }

    @Test("a manifest of the folder is compared with the objects, folders and links left out; --quick reads nothing")
    func ofFolder() async throws {
        try await fill()
        try FileManager.default.createSymbolicLink(atPath: fixture.path("in/link"), withDestinationPath: "a")
        try await create(fixture.path("in"))
        let whole = try await verify("coffer://photos/t")
        #expect(whole.verdicts.isEmpty && whole.report["LeftOutCount"] as? Int == 3 && whole.report["ReadFileCount"] as? Int == 4)
        let quick = try await verify("coffer://photos/t", "--quick")
        #expect(quick.report["ReadFileCount"] as? Int == 0 && quick.report["UnreadFileCount"] as? Int == 4)
        let sample = try await verify("coffer://photos/t", "--sample 100%")
        #expect(sample.report["ReadFileCount"] as? Int == 4)
        let text = try await fixture.expect("manifest verify \(fixture.path("m")) coffer://photos/t --allow-unsigned").text
        #expect(text.contains("folders, links and special files of the manifest, not compared: 3"))

        try await create(as: "objects")
        let line = "manifest diff \(fixture.path("m")) \(fixture.path("objects")) --allow-unsigned --json"
        let diff = try await fixture.run(line)
        #expect(diff.status == .negative, "the link is not in the store")
        #expect((try diff.json["Verdicts"] as? [String: Int])?["Intact"] == 4)
    }

    @Test("an object with a stored SHA-256 is not read: its damage is the business of scrub, and the manifest says what was stored")
    func stored() async throws {
        let bytes = CommandFixture.noise(100_000)
        try fixture.write(bytes, to: "in")
        let line = "object put --bucket photos --key t/a --body \(fixture.path("in")) --checksum-algorithm SHA256 --quiet"
        try await fixture.expect(line)
        let whole = try await create("coffer://photos/t", as: "whole")
        #expect(whole.text.contains("Not read:  1 file, recorded by the SHA-256 that was stored with them"))
        try damageBlob()

        #expect(try await create("coffer://photos/t", "--json").json["StoredChecksumFileCount"] as? Int == 1)
        let unread = try await verify("coffer://photos/t")
        #expect(unread.verdicts.isEmpty && unread.report["StoredChecksumFileCount"] as? Int == 1)
        #expect(unread.report["ReadFileCount"] as? Int == 0)
        let text = try await fixture.expect("manifest verify \(fixture.path("m")) coffer://photos/t --allow-unsigned").text
        #expect(text.contains("1 object not read: what the store recorded when they were stored was enough"))
        #expect(try await fixture.run("store scrub").status == .damaged)
        try fixture.makeFolder("copy")
        try fixture.write(bytes, to: "copy/a")
        #expect(try await verify(fixture.path("copy")).verdicts.isEmpty)

        // Whoever wants another digest makes it be read.
        let read = try await create("coffer://photos/t", as: "read", "--digest sha512", status: .damaged)
        #expect(read.errors.contains("a: ") && read.errors.contains("1 entry could not be read or opened"))
        // A manifest of the folder has no SHA-256 to compare.
        try await create(fixture.path("copy"), as: "folder")
        let damaged = try await verify("coffer://photos/t", against: "folder", status: .damaged)
        #expect(damaged.verdicts == ["a": "manifest-unreadable"])
    }

    @Test("a damaged object is unreadable, with the reason, and all others are verified")
    func damaged() async throws {
        try await fill()
        try await create()
        try damageBlob()
        let report = try await verify("coffer://photos/t", status: .damaged)
        #expect(report.verdicts == ["sub/large": "manifest-unreadable"])
        let outcome = try await fixture.run("manifest verify \(fixture.path("m")) coffer://photos/t --allow-unsigned")
        #expect(outcome.text.contains("sub/large") && outcome.text.contains("note:") && outcome.text.contains("3 intact"))
        try FileManager.default.removeItem(atPath: fixture.path(try #require(try blobs().first)))
        let made = try await create(as: "again", status: .damaged)
        #expect(made.errors.contains("sub/large: ") && made.errors.contains("its payload is missing"))
        #expect(try await verify("coffer://photos/t", against: "again", status: .damaged).verdicts == ["sub/large": "manifest-unreadable"])
    }

    @Test("an object of parts has a checksum of checksums, and is read")
    func parts() async throws {
        func upload(_ line: String, input: [UInt8] = []) async throws -> [String: Any] {
            let words = line.split(separator: " ").map(String.init)
            return try await fixture.expect(
                ["object", "upload", words[0], "--bucket", "photos", "--json"] + words.dropFirst(), input: input
            ).json
        }
        let bytes = CommandFixture.noise(5 << 20)
        let id = try #require(try await upload("create --key t/a --checksum-algorithm SHA256")["UploadId"] as? String)
        let first = try await upload(
            "part --key t/a --upload-id \(id) --part-number 1 --body - --checksum-algorithm SHA256", input: bytes)
        let second = try await upload(
            "part --key t/a --upload-id \(id) --part-number 2 --body - --checksum-algorithm SHA256", input: [1, 2])
        let list = [first, second].enumerated().map {
            ["PartNumber": $0 + 1, "ETag": $1["ETag"] ?? "", "ChecksumSHA256": $1["ChecksumSHA256"] ?? ""]
        }
        let document = String(decoding: try JSONSerialization.data(withJSONObject: ["Parts": list]), as: UTF8.self)
        try await fixture.expect([
            "object", "upload", "complete", "--bucket", "photos", "--key", "t/a", "--upload-id", id, "--multipart-upload", document,
        ])
        #expect(try await create("coffer://photos/t", "--json").json["StoredChecksumFileCount"] as? Int == 0)
        try fixture.makeFolder("copy")
        try fixture.write(bytes + [1, 2], to: "copy/a")
        #expect(try await verify(fixture.path("copy")).verdicts.isEmpty)
        #expect(try await verify("coffer://photos/t").report["ReadFileCount"] as? Int == 1)
    }

    @Test("keys that are no paths fail and are named, what shows a folder is passed over, and the rest is recorded")
    func keys() async throws {
        for key in ["t/ok", "t/../x", "t//etc", "t/a/./b", "t/folder/", "t/nested", "t/nested/c"] { try await fixture.put("x", as: key) }
        try await fixture.put("", as: "t/shown/")
        let made = try await create("coffer://photos/t", status: .usage)
        for name in ["t/../x: its key is no path", "t//etc: ", "t/a/./b: ", "t/folder/: ", "4 objects not in the manifest"] {
            #expect(made.errors.contains(name), "\(made.errors)")
        }
        #expect(!made.errors.contains("shown"))
        let json = try await create("coffer://photos/t", "--json", status: .usage).json
        #expect(json["EntryCount"] as? Int == 3 && (json["RefusedKeys"] as? [String])?.contains("coffer://photos/t/../x") == true)
        let report = try await verify("coffer://photos/t", status: .negative)
        #expect(report.verdicts.count == 4 && Set(report.verdicts.values) == ["manifest-unsafe-key"])
        #expect(report.report["RefusedKeyCount"] as? Int == 4)
        #expect(try await fixture.run("manifest list \(fixture.path("m")) --allow-unsigned").text.contains("nested/c"))
    }

    @Test("versions are those that are current, in buckets with and without them, and deleted objects are none")
    func versions() async throws {
        try await fixture.put("old", as: "t/a")
        try await fixture.put("new", as: "t/a")
        try await fixture.put("x", as: "t/deleted")
        try await fixture.expect("rm --quiet coffer://photos/t/deleted")
        #expect(try await create("coffer://photos/t", "--json").json["EntryCount"] as? Int == 1)
        try fixture.makeFolder("copy")
        try fixture.write("new", to: "copy/a")
        #expect(try await verify(fixture.path("copy")).verdicts.isEmpty)

        try await fixture.expect("bucket create plain")
        try await fixture.expect("cp --quiet \(fixture.path("copy/a")) coffer://plain")
        #expect(try await verify("coffer://plain").verdicts.isEmpty)
        try await create("coffer://plain", as: "plain")
        #expect(try await verify("coffer://photos/t", against: "plain").verdicts.isEmpty)
    }

    @Test("two thousand objects are listed page by page, and found again")
    func many() async throws {
        try fixture.makeFolder("in")
        for index in 0..<2000 { try fixture.write("object \(index)", to: "in/\(index)") }
        try await fixture.expect("cp -r --quiet \(fixture.path("in")) coffer://photos/t")
        #expect(try await create("coffer://photos/t", "--json").json["EntryCount"] as? Int == 2000)
        let whole = try await verify("coffer://photos/t")
        #expect(whole.verdicts.isEmpty && whole.report["EntryCount"] as? Int == 2000)
        #expect(try await verify(fixture.path("in")).verdicts.isEmpty)
        try await fixture.expect("rm --quiet coffer://photos/t/1500")
        #expect(try await verify("coffer://photos/t", status: .negative).verdicts == ["1500": "manifest-removed"])
    }

    @Test("a signed manifest of objects is verified by its key, and reports are written as for folders")
    func signed() async throws {
        try await fixture.expect("key create --alias audit --spec ECC_NIST_EDWARDS25519 --usage SIGN_VERIFY --quiet")
        try await fill()
        try await create("coffer://photos/t", "--sign-with audit")
        try await fixture.expect("rm --quiet coffer://photos/t/a")
        let line = "manifest verify \(fixture.path("m")) coffer://photos/t --sarif \(fixture.path("r.sarif"))"
        let outcome = try await fixture.run(line)
        #expect(outcome.status == .negative && outcome.text.contains("signed by"))
        #expect(String(decoding: try fixture.read("r.sarif"), as: UTF8.self).contains("manifest-removed"))
        #expect(try await fixture.run(line + " --fail-on critical").status == .success)
    }

    @Test(
        "what is not there and what does not go together has its exit status",
        arguments: [
            ("create coffer://nowhere/t -o m", ExitStatus.notFound, "bucket does not exist"),
            ("create coffer://photos -o m --one-file-system", .usage, "--one-file-system is for folders"),
            ("create coffer://photos -o m --open", .usage, "--open is for folders"),
            ("create coffer://X -o m", .usage, "bucket"),
            ("verify made coffer://nowhere/t --allow-unsigned", .notFound, "bucket does not exist"),
            ("verify made coffer://photos --allow-unsigned --ignore owner", .usage, "--ignore is for folders"),
            ("verify made coffer://photos --allow-unsigned --open", .usage, "--open is for folders"),
            ("verify made coffer://photos", .denied, "nobody signed it"),
            ("update made coffer://photos", .usage, "make a new manifest"),
        ])
    func statuses(line: String, status: ExitStatus, message: String) async throws {
        try await create("coffer://photos", as: "made")
        let words = line.split(separator: " ").map { ["m", "made"].contains($0) ? fixture.path(String($0)) : String($0) }
        let outcome = try await fixture.run(["manifest"] + words)
        #expect(outcome.status == status && outcome.errors.contains(message), "\(outcome.errors)")
        #expect(!fixture.exists("m"))
    }

    @Test("a run that is interrupted ends with 130, and leaves no manifest and nothing half written", arguments: ["create", "verify"])
    func interruption(verb: String) async throws {
        try await fill()
        try await create("coffer://photos/t", as: "made")
        let arguments =
            verb == "create"
            ? ["manifest", "create", "coffer://photos/t", "-o", fixture.path("m")]
            : ["manifest", "verify", fixture.path("made"), "coffer://photos/t", "--allow-unsigned"]
        let context = try fixture.silentContext("output")
        let run = Task {
            // Interrupted before anything is read, so that no run is too fast for it.
            withUnsafeCurrentTask { $0?.cancel() }
            return await CofferApplication.run(arguments, in: context)
        }
        #expect(await run.value == .interrupted)
        #expect(!fixture.exists("m"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: fixture.folder).filter { $0.hasPrefix(".") }.isEmpty)
    }

    @Test("an empty prefix is told")
    func nothing() async throws {
        #expect(
            try await create("coffer://photos/nothing").errors.contains("warning: there is no object to record in coffer://photos/nothing/")
        )
        #expect(try await verify("coffer://photos/nothing").verdicts.isEmpty)
    }
}
