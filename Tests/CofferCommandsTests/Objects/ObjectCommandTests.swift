import Foundation
import Testing

@testable import CofferCommands

@Suite("coffer object")
struct ObjectCommandTests {
    let fixture: CommandFixture

    init() async throws { fixture = try await CommandFixture.withBucket() }

    @discardableResult
    private func object(
        _ line: String, _ more: [String] = [], status: ExitStatus = .success, input: String = "",
        _ location: SourceLocation = #_sourceLocation
    ) async throws -> Outcome {
        let words = line.split(separator: " ").map(String.init)
        return try await fixture.expect(
            ["object", words[0], "--bucket", "photos"] + words.dropFirst() + more, status, input: Array(input.utf8),
            sourceLocation: location)
    }

    @Test("what is said about an object is given back with S3's names")
    func metadata() async throws {
        let put = try await object(
            "put --key a --body - --content-type text/plain --content-language de --cache-control no-store --json",
            ["--metadata", "host=db1,purpose=nightly", "--tagging", "a=1&b=2", "--content-disposition", "attachment; filename=x"],
            input: "hello"
        ).json
        #expect(put["Size"] as? Int == 5 && put["VersionId"] is String && put["ServerSideEncryption"] as? String == "aws:kms")
        #expect((put["ChecksumCRC64NVME"] as? String)?.count == 12 && put["ChecksumType"] as? String == "FULL_OBJECT")
        let head = try await object("head --key a --checksum-mode ENABLED --json").json
        #expect(head["ContentLength"] as? Int == 5 && head["ContentType"] as? String == "text/plain")
        #expect(head["ContentLanguage"] as? String == "de" && head["CacheControl"] as? String == "no-store")
        #expect(head["ContentDisposition"] as? String == "attachment; filename=x" && head["TagCount"] as? Int == 2)
        #expect((head["Metadata"] as? [String: String]) == ["host": "db1", "purpose": "nightly"])
        #expect(head["ETag"] as? String == put["ETag"] as? String && head["AcceptRanges"] as? String == "bytes")
        #expect(head["ChecksumCRC64NVME"] as? String == put["ChecksumCRC64NVME"] as? String)
        let file = fixture.path("a")
        let got = try await object("get --key a --json", [file, "--response-content-type", "x/y"]).json
        #expect(got["ContentType"] as? String == "x/y" && got["ContentLength"] as? Int == 5)
        #expect(try fixture.read("a") == Array("hello".utf8))
        try await fixture.expect("object metadata --bucket photos --key a --content-type application/json")
        let replaced = try await object("head --key a --json").json
        #expect(replaced["ContentType"] as? String == "application/json" && (replaced["Metadata"] as? [String: String])?.isEmpty == true)
        #expect(try await fixture.content(of: "a") == "hello")
    }

    @Test("checksums of the caller are verified, and kept")
    func checksums() async throws {
        let sum = "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ="
        let put = try await object("put --key a --body - --checksum-sha256 \(sum) --json", input: "hello").json
        #expect(put["ChecksumSHA256"] as? String == sum)
        let bad = try await object("put --key a --body - --checksum-sha256 \(sum) --json", status: .damaged, input: "hellx").error
        #expect(bad["code"] as? String == "BadDigest")
        #expect(try await fixture.content(of: "a") == "hello")
        for algorithm in ["CRC32", "CRC32C", "SHA1", "CRC64NVME"] {
            let put = try await object("put --key \(algorithm) --body - --checksum-algorithm \(algorithm) --json", input: "hello").json
            #expect(put["Checksum\(algorithm)"] is String, "\(put)")
        }
        let attributes = try await object("attributes --key a --json").json
        #expect((attributes["Checksum"] as? [String: String])?["ChecksumSHA256"] == sum)
        #expect(attributes["ObjectSize"] as? Int == 5)
        let asked = try await object("attributes --key a --object-attributes ObjectSize --json").json
        #expect(asked["Checksum"] == nil && asked["ETag"] == nil)
    }

    @Test(
        "ranges",
        arguments: [
            ("bytes=0-0", "0", "bytes 0-0/10"), ("bytes=2-4", "234", "bytes 2-4/10"), ("bytes=7-", "789", "bytes 7-9/10"),
            ("bytes=-2", "89", "bytes 8-9/10"), ("bytes=8-99", "89", "bytes 8-9/10"),
        ])
    func ranges(range: String, content: String, answer: String) async throws {
        try await fixture.put("0123456789", as: "a")
        #expect(try await fixture.content(of: "a", "--range \(range)") == content)
        let head = try await object("head --key a --range \(range) --json").json
        #expect(head["ContentRange"] as? String == answer && head["ContentLength"] as? Int == content.count)
        let behind = try await object("get --key a --range bytes=10- --json", [fixture.path("x")], status: .usage).error
        #expect(behind["code"] as? String == "InvalidRange")
        #expect(!fixture.exists("x"))
    }

    @Test("a large object is read in the middle without its begin")
    func largeRange() async throws {
        let bytes = CommandFixture.noise(3_000_000)
        try fixture.write(bytes, to: "large")
        try await object("put --key large", ["--body", fixture.path("large")])
        #expect(try await object("get --key large --range bytes=1999990-2000009").bytes == Array(bytes[1_999_990..<2_000_010]))
        #expect(try await object("get --key large --range bytes=-5").bytes == bytes.suffix(5))
    }

    @Test("conditions hold or do not: written once, replaced if unchanged, read if changed")
    func conditions() async throws {
        let put = try await object("put --key a --body - --if-none-match * --json", input: "1").json
        let tag = try #require(put["ETag"] as? String)
        let twice = try await object("put --key a --body - --if-none-match * --json", status: .denied, input: "2").error
        #expect(twice["code"] as? String == "PreconditionFailed")
        try await object("put --key a --body -", ["--if-match", tag], input: "2")
        try await object("put --key a --body -", ["--if-match", tag], status: .denied, input: "3")
        try await object("put --key none --body -", ["--if-match", tag], status: .notFound, input: "3")
        #expect(try await fixture.content(of: "a") == "2")
        try await object("get --key a", ["--if-match", tag], status: .denied)
        let current = try #require(try await object("head --key a --json").json["ETag"] as? String)
        let unchanged = try await object("get --key a --json", ["--if-none-match", current, fixture.path("x")], status: .negative).error
        #expect(unchanged["code"] as? String == "NotModified")
        try await object("delete --key a", ["--if-match", tag], status: .denied)
        try await object("delete --key a", ["--if-match", current])
    }

    @Test("copies, with their directives and conditions")
    func copies() async throws {
        let version = try await fixture.put("1", as: "ä b", "--metadata k=v --tagging t=1")
        try await fixture.put("2", as: "ä b")
        let copied = try await object("copy --key c --copy-source photos/%C3%A4%20b?versionId=\(version) --json").json
        let result = try #require(copied["CopyObjectResult"] as? [String: Any])
        #expect(result["ETag"] is String && result["LastModified"] is String && copied["CopySourceVersionId"] as? String == version)
        #expect(try await fixture.content(of: "c") == "1")
        let head = try await object("head --key c --json").json
        #expect((head["Metadata"] as? [String: String]) == ["k": "v"] && head["TagCount"] as? Int == 1)
        try await object(
            "copy --key c --copy-source photos/%C3%A4%20b --metadata-directive REPLACE --content-type a/b --tagging-directive REPLACE")
        let replaced = try await object("head --key c --json").json
        #expect(replaced["ContentType"] as? String == "a/b" && replaced["TagCount"] == nil)
        try await object("copy --key c --copy-source photos/c", status: .usage)
        try await object("copy --key c --copy-source photos/none", status: .notFound)
        try await object("copy --key c --copy-source photos/c --metadata-directive REPLACE --copy-source-if-match \"x\"", status: .denied)
    }

    @Test("tags of an object and of an old version")
    func tags() async throws {
        let version = try await fixture.put("1", as: "a")
        try await fixture.put("2", as: "a", "--tagging x=y")
        try await fixture.expect("object tag put --bucket photos --key a --version-id \(version) tier=gold team=ops")
        let old = try await fixture.expect("object tag get --bucket photos --key a --version-id \(version) --json").json
        #expect((old["TagSet"] as? [[String: String]])?.count == 2 && old["VersionId"] as? String == version)
        #expect(try await fixture.expect("object tag get --bucket photos --key a").text.contains("x    y"))
        let document = #"{"TagSet":[{"Key":"k","Value":"v"}]}"#
        try await fixture.expect(["object", "tag", "put", "--bucket", "photos", "--key", "a", "--tagging", document])
        try await fixture.expect("object tag delete --bucket photos --key a")
        #expect((try await fixture.expect("object tag get --bucket photos --key a --json").json["TagSet"] as? [Any])?.isEmpty == true)
    }

    @Test("an object is handed out as the age file that it is, and the store opens it")
    func export() async throws {
        let bytes = CommandFixture.noise(100_000)
        try fixture.write(bytes, to: "large")
        try await fixture.expect("cp \(fixture.path("large")) coffer://photos/large")
        try await fixture.put("small", as: "small")
        for (key, content) in [("large", bytes), ("small", Array("small".utf8))] {
            let exported = try await object("export --key \(key) --json", [fixture.path("\(key).age")]).json
            #expect(exported["Output"] as? String == fixture.path("\(key).age"))
            #expect(try fixture.read("\(key).age").starts(with: Array("age-encryption.org/v1\n".utf8)))
            #expect(try await fixture.expect("decrypt \(fixture.path("\(key).age")) --output -").bytes == content)
        }
    }

    @Test("versions come page by page, with markers and S3's lists")
    func versionPages() async throws {
        for _ in 0..<3 { try await fixture.put("x", as: "a") }
        try await fixture.expect("rm coffer://photos/a")
        try await fixture.put("x", as: "b/1")
        let page = try await object("versions --max-keys 2 --json").json
        #expect((page["Versions"] as? [Any])?.count == 1 && (page["DeleteMarkers"] as? [Any])?.count == 1)
        #expect(page["IsTruncated"] as? Bool == true && page["NextKeyMarker"] as? String == "a")
        let marker = try #require(page["NextVersionIdMarker"] as? String)
        let rest = try await object("versions --key-marker a --version-id-marker \(marker) --delimiter / --json").json
        #expect((rest["Versions"] as? [Any])?.count == 2 && (rest["CommonPrefixes"] as? [[String: String]]) == [["Prefix": "b/"]])
        #expect(try await object("versions --max-keys 2").errors.contains("there is more: --key-marker 'a' --version-id-marker \(marker)"))
    }
}
