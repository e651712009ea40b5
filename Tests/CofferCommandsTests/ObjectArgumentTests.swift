import ArgumentParser
import KeyStore
import ObjectStore
import SystemPackage
import Testing

@testable import CofferCommands

/// What the commands of the object store refuse by looking at the command line alone.
@Suite("Arguments of the object store's commands")
struct ObjectArgumentTests {
    @Test(
        "what S3 has and this store has not is refused by its name",
        arguments: [
            ("object put --bucket b --key k --acl private", "ACL"),
            ("object put --bucket bbb --key k --storage-class STANDARD_IA", "StorageClass"),
            ("object put --bucket bbb --key k --content-md5 x", "ContentMD5"),
            ("object put --bucket bbb --key k --sse-customer-key-md5 x", "SSECustomerKeyMD5"),
            ("object put --bucket bbb --key k --bucket-key-enabled", "BucketKeyEnabled"),
            ("object put --bucket bbb --key k --no-bucket-key-enabled", "BucketKeyEnabled"),
            ("object put --bucket bbb --key k --checksum-algorithm MD5", "MD5"),
            ("object put --bucket bbb --key k --checksum-algorithm=SHA512", "SHA512"),
            ("object put --bucket bbb --key k --server-side-encryption AES256", "AES256"),
            ("object attributes --bucket bbb --key k --object-attributes ETag,StorageClass", "StorageClass"),
            ("object restore --bucket bbb --key k", "RestoreObject"), ("object get-object-acl", "GetObjectAcl"),
            ("object acl", "GetObjectAcl"), ("bucket policy get bbb", "GetBucketPolicy"), ("bucket cors put bbb", "PutBucketCors"),
            ("bucket website", "GetBucketWebsite"), ("object list-objects --bucket bbb", "ListObjects"),
        ])
    func notImplemented(line: String, name: String) async throws {
        let fixture = try CommandFixture()
        let error = try await fixture.expect("\(line) --json", .usage).error
        #expect(error["code"] as? String == "NotImplemented")
        #expect((error["message"] as? String)?.hasPrefix("\(name) is not implemented") == true, "\(error)")
        #expect(!fixture.exists("home"))
    }

    @Test(
        "a name that is offered is not mistaken for one that is not",
        arguments: ["bucket lifecycle put bbb", "bucket tag put", "object versions", "object retention put --bucket bbb --key k"])
    func offered(line: String) async throws {
        let error = try await CommandFixture().expect("\(line) --json", .usage).error
        #expect(error["code"] as? String == "UsageError", "\(error)")
    }

    @Test(
        "what contradicts itself or is incomplete is a usage error, before anybody is asked for a passphrase",
        arguments: [
            "cp a b", "cp -r - coffer://bbb/", "cp --at 2026-11-01 a coffer://bbb/", "cp --key k coffer://bbb/a a",
            "cp --force a coffer://bbb/a", "cp --version-id v --at 2026-11-01 coffer://bbb/a a", "cp --json coffer://bbb/a -",
            "ls --versions", "ls coffer://B", "ls --at yesterday coffer://bbb", "ls file://bbb", "rm coffer://bbb", "rm a",
            "rm --version-id v --recursive coffer://bbb", "restore coffer://bbb", "restore --at 2026-13-01 coffer://bbb",
            "bucket create Bad_Name", "bucket create bbb --object-lock --versioning suspended", "bucket create bbb --tag novalue",
            "bucket create bbb --tag aws:x=1", "bucket retention put bbb --mode governance", "bucket retention put bbb --none --days 3",
            "bucket retention put bbb --mode governance --days 0", "bucket retention put bbb --mode governance --days 3 --years 1",
            "bucket lifecycle put bbb", "bucket lifecycle put bbb --keep-noncurrent 3", "bucket lifecycle put bbb --expire-days 0",
            "bucket lifecycle put bbb --file x --expire-days 1", "bucket versioning set bbb", "object put --key k",
            "object put --bucket bbb --key k --object-lock-mode governance", "object put --bucket bbb --key k --if-match *",
            "object put --bucket bbb --key k --checksum-crc32 AAAA",
            "object put --bucket bbb --key k --checksum-crc32 AAAAAA== --checksum-crc32c AAAAAA==",
            "object put --bucket bbb --key k --metadata a=1,a=2", "object put --bucket bbb --key k --tagging a=1&a=2",
            "object get --bucket bbb --key k --range 0-10", "object get --bucket bbb --key k --range bytes=0-1 --part-number 1",
            "object get --bucket bbb --key k --json", "object get --bucket bbb --key k a --output b",
            "object head --bucket bbb --key k --version-id a/b", "object delete --bucket bbb --key k --if-match W/\"a\"",
            "object copy --copy-source bbb --bucket bbb --key k", "object copy --copy-source bbb/k --bucket bbb --key k --metadata a=1",
            "object copy --copy-source bbb/k --bucket bbb --key k --tagging a=1",
            "object list --bucket bbb --continuation-token x", "object versions --bucket bbb --version-id-marker v",
            "object retention put --bucket bbb --key k --mode governance", "object tag put --bucket bbb --key k",
            "object upload part --bucket bbb --key k --upload-id 0123456789abcdef0123456789abcdef --part-number 0",
            "object upload create --bucket bbb --key k --checksum-type COMPOSITE", "store scrub --budget 10", "store rewrap",
            "store rewrap bbb --all", "store check --fail-on worst",
        ])
    func usage(line: String) async throws {
        let fixture = try CommandFixture()
        let outcome = try await fixture.expect(line, .usage)
        #expect(outcome.errors.hasPrefix(line.contains("--json") ? "{" : "error: "), "\(outcome.errors)")
        #expect(!fixture.exists("home") && fixture.typist.prompts.isEmpty)
    }

    @Test("a store in which nothing was ever stored says what to do")
    func nothingStored() async throws {
        let fixture = try await CommandFixture.withStore()
        for line in ["bucket info bbb", "store stats", "object head --bucket bbb --key k", "rm coffer://bbb/k"] {
            let outcome = try await fixture.expect(line, .notFound)
            #expect(outcome.errors.contains("coffer bucket create"), "\(line): \(outcome.errors)")
        }
        #expect(!fixture.exists("home/objects.sqlite"))
    }

    @Test("an object is named by its URL, and nothing in a key is an escape")
    func urls() throws {
        let session = try CommandFixture().session()
        let url = try ObjectURL("coffer://backups/2026/a%20b/../c", in: session)
        #expect(url.bucket.text == "backups" && url.path == Array("2026/a%20b/../c".utf8))
        #expect(!url.isFolder && url.asFolder.isFolder && url.description == "coffer://backups/2026/a%20b/../c")
        for (text, path) in [
            ("coffer://backups", ""), ("coffer://backups/", ""), ("coffer://backups//a", "/a"), ("coffer://backups/a/", "a/"),
        ] {
            #expect(try ObjectURL(text, in: session).path == Array(path.utf8), "\(text)")
        }
        #expect(throws: CommandError.self) { try ObjectURL("backups/a", in: session) }
        #expect(throws: CommandError.self) { try ObjectURL("coffer://backups", in: session).object() }
        #expect(throws: ObjectStoreError(.keyTooLong)) {
            try ObjectURL("coffer://backups/" + String(repeating: "k", count: 1025), in: session).object()
        }
    }

    @Test("a copy source is percent-encoded, and may name a version")
    func copySources() throws {
        let session = try CommandFixture().session()
        func parse(_ text: String) throws -> ObjectReference { try CopySourceOption.parse(["--copy-source", text]).parse(in: session) }
        let plain = try parse("backups/2026/a%20b%3F")
        #expect(plain.bucket.text == "backups" && plain.key.text == "2026/a b?" && plain.versionID == nil)
        #expect(try parse("/backups/a?versionId=null").versionID == .null)
        #expect(throws: ObjectStoreError(.invalidArgument)) { try parse("backups/a%2") }
        #expect(throws: ObjectStoreError(.invalidArgument)) { try parse("backups/a?versionId=") }
    }

    @Test(
        "times may leave out seconds, or have a fraction of one",
        arguments: [
            ("2026-11-01T00:00Z", 1_793_491_200_000_000_000), ("2026-11-01", 1_793_491_200_000_000_000),
            ("2026-11-01T02:00+02:00", 1_793_491_200_000_000_000), ("2026-11-01T00:00:00.5Z", 1_793_491_200_500_000_000),
            ("2026-11-01T00:00:00.000000001Z", 1_793_491_200_000_000_001), ("2026-11-01T01:00:00.25+01:00", 1_793_491_200_250_000_000),
        ] as [(String, Int64)])
    func times(text: String, nanoseconds: Int64) throws {
        #expect(try Timestamp(rfc3339: text, option: "--at").nanoseconds == nanoseconds)
    }

    @Test(
        "what is no time is none",
        arguments: [
            "", "now", "2026-11-01T00Z", "2026-11-01T00:00", "2026-11-01T24:00Z", "2026-11-01T00:60Z", "2026-11-01T00:00:00.Z",
            "2026-11-01T00:00:00.1234567890Z", "2026-11-01T00:00.5Z", "2026-02-30T00:00Z", "2026-11-01T00:00:00.5",
        ])
    func noTimes(text: String) throws {
        #expect(throws: CommandError.self) { try Timestamp(rfc3339: text, option: "--at") }
    }

    @Test("lengths of time are a number and a unit")
    func durations() {
        for (text, seconds) in [("90s", 90), ("10m", 600), ("2h", 7200), ("1d", 86_400)] {
            #expect(DurationArgument(argument: text)?.duration == .seconds(seconds), "\(text)")
        }
        for text in ["", "s", "10", "0s", "-1s", "1.5h", "10 m", "1w", "367d", "99999999999999999999s", "9223372036854775807d"] {
            #expect(DurationArgument(argument: text) == nil, "\(text)")
        }
    }

    @Test("no error of the object store is without an exit status of its own kind", arguments: ObjectStoreErrorCode.allCases)
    func errors(code: ObjectStoreErrorCode) {
        let failure = Failure(ObjectStoreError(code))
        #expect(failure.code == code.rawValue && !failure.message.isEmpty)
        #expect(failure.status != .success && failure.status != .brokenPipe)
        #expect((failure.status == .bug) == (code == .internalError))
        #expect((failure.status == .interrupted) == (code == .cancelled))
        #expect((failure.status == .negative) == (code == .notModified))
        if code.rawValue.hasPrefix("NoSuch") { #expect(failure.status == .notFound) }
        if code.rawValue.hasPrefix("Invalid"), failure.status != .usage { #expect(failure.status == .denied && code.httpStatus >= 403) }
        if let hint = failure.hint { #expect(!hint.hasSuffix(".") && hint.first?.isUppercase == false, "\(hint)") }
    }
}
