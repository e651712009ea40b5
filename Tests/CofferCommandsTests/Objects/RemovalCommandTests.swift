import Foundation
import KeyTestSupport
import Testing

@testable import CofferCommands

@Suite("coffer rm")
struct RemovalCommandTests {
    let fixture: CommandFixture

    init() async throws { fixture = try await CommandFixture.withBucket() }

    private func run(_ line: String, mfa: String) async throws -> Outcome {
        try await fixture.run(line.split(separator: " ").map(String.init) + ["--mfa", mfa])
    }

    /// A device, and MFA delete on the bucket.
    private func protect() async throws -> TestDevice {
        let phone = try await fixture.enroll()
        #expect(try await run("bucket mfa-delete enable photos", mfa: "phone \(phone.code(fixture.clock))").status == .success)
        fixture.clock.pass(.seconds(30))
        return phone
    }

    @Test("a delete marker hides an object, and says so; the version itself goes for good")
    func markers() async throws {
        let version = try await fixture.put("a", as: "a")
        let removed = try await fixture.expect("rm coffer://photos/a --json").json
        #expect(removed["DeleteMarker"] as? Bool == true && removed["Bucket"] as? String == "photos" && removed["Key"] as? String == "a")
        let marker = try #require(removed["VersionId"] as? String)
        #expect(try await fixture.expect("rm coffer://photos/a").errors.contains("no version was deleted"))
        try await fixture.expect("object get --bucket photos --key a", .notFound)
        #expect(try await fixture.content(of: "a", "--version-id \(version)") == "a")
        let head = try await fixture.expect("object head --bucket photos --key a --version-id \(marker) --json", .denied).error
        #expect(head["code"] as? String == "MethodNotAllowed")
        try await fixture.expect("rm --version-id \(version) coffer://photos/a")
        try await fixture.expect("rm --version-id \(marker) coffer://photos/a")
        // S3 is content with what is done already, a person who mistyped the version is not.
        try await fixture.expect("object delete --bucket photos --key a --version-id \(version)")
        try await fixture.expect("rm --version-id \(version) coffer://photos/a", .notFound)
        try await fixture.expect("object get --bucket photos --key a --version-id \(version)", .notFound)
        try await fixture.expect("rm --version-id nonsense coffer://photos/a", .notFound)
        try await fixture.expect("rm coffer://photos/never-there")
        try await fixture.expect("rm coffer://nobody/a", .notFound)
    }

    @Test("everything below a prefix, or all versions of it, or of one key")
    func trees() async throws {
        for key in ["t/a", "t/b", "t/a", "tt", "u"] { try await fixture.put("x", as: key) }
        let removed = try await fixture.expect("rm --recursive coffer://photos/t/")
        #expect(removed.text == "deleted t/a\ndeleted t/b\n" && removed.errors == "2 deleted\n")
        #expect(try await fixture.keys() == ["tt", "u"])
        #expect(try await fixture.expect("rm -r coffer://photos/t/").errors.contains("there was nothing to delete"))
        let lines = try await fixture.expect("rm -r --all-versions coffer://photos/t/ --json").jsonLines
        #expect(lines.count == 6 && lines.last?["DoneCount"] as? Int == 5)
        #expect(lines.filter { $0["DeleteMarker"] as? Bool == true }.count == 2)
        for _ in 0..<3 { try await fixture.put("x", as: "u") }
        try await fixture.put("x", as: "uu")
        #expect(try await fixture.expect("rm --all-versions coffer://photos/u").errors == "4 deleted for good\n")
        #expect(try await fixture.keys() == ["tt", "uu"])
        try await fixture.expect("store check")
    }

    @Test("while MFA delete is on, a version goes with a code only: asked for, or given, and once")
    func codes() async throws {
        let phone = try await protect()
        let version = try await fixture.put("a", as: "a")
        let line = "rm --version-id \(version) coffer://photos/a"
        let missing = try await fixture.expect(line, .denied)
        #expect(missing.errors.contains("hint: give --mfa 'SERIAL CODE'"), "\(missing.errors)")
        #expect(fixture.typist.prompts.last == "Code of phone: ")
        for wrong in ["phone 000000", "tablet 123456", "nonsense"] {
            let outcome = try await run(line, mfa: wrong)
            #expect(outcome.status == .denied && outcome.text.isEmpty, "\(wrong): \(outcome.errors)")
        }
        let error = try await run(line + " --json", mfa: "phone 000000").error
        #expect(error["code"] as? String == "AccessDenied")
        fixture.clock.pass(.days(1))
        fixture.typist.willType(try phone.code(fixture.clock))
        try await fixture.expect(line)
        try await fixture.expect("object get --bucket photos --key a --version-id \(version)", .notFound)

        // A marker needs no code, removing it does, and no code works twice.
        let marker = try #require(try await fixture.expect("rm coffer://photos/b --json").json["VersionId"] as? String)
        let used = try phone.code(fixture.clock)
        #expect(try await run("rm --version-id \(marker) coffer://photos/b", mfa: "phone \(used)").status == .denied)
        fixture.clock.pass(.seconds(30))
        let fresh = try phone.code(fixture.clock)
        #expect(try await run("rm --version-id \(marker) coffer://photos/b", mfa: "phone \(fresh)").status == .success)
        let events = try await fixture.expect("audit list --json").text
        #expect(!events.contains(fresh) && events.contains("DeleteObject"))
    }

    @Test("a session covers a batch, is used up, and covers nothing else")
    func sessions() async throws {
        let phone = try await protect()
        for number in 0..<3 { try await fixture.put("x", as: "2026/\(number)") }
        let other = try await fixture.put("x", as: "2025/a")
        let code = try phone.code(fixture.clock)
        #expect(try await run("mfa session --prefix photos/2026/ --versions 4 --minutes 5", mfa: "phone \(code)").status == .success)
        let prompts = fixture.typist.prompts.count
        try await fixture.expect("rm --version-id \(other) coffer://photos/2025/a", .denied)
        let removed = try await fixture.expect("rm -r --all-versions coffer://photos/2026/")
        #expect(removed.errors.contains("MFA delete is on") && removed.errors.hasSuffix("3 deleted for good\n"))
        #expect(fixture.typist.prompts.count == prompts + 1)
        let list = try #require(try await fixture.expect("mfa session list --json").json["Sessions"] as? [[String: Any]])
        #expect(list.first?["RemainingVersions"] as? Int == 1)
        for number in 0..<2 { try await fixture.put("x", as: "2026/\(number)") }
        try await fixture.expect("rm -r --all-versions coffer://photos/2026/", .denied)
        #expect(try await fixture.keys("coffer://photos/2026/").count == 2, "no part of a batch goes")
    }

    @Test("a batch with versions is refused as a whole without a code, and takes one for all")
    func batches() async throws {
        let phone = try await protect()
        let versions = [try await fixture.put("1", as: "a"), try await fixture.put("2", as: "b")]
        let batch =
            #"{"Objects":[{"Key":"a","VersionId":"\#(versions[0])"},{"Key":"b","VersionId":"\#(versions[1])"},{"Key":"c"}]}"#
        let arguments = ["object", "delete-batch", "--bucket", "photos", "--delete", batch, "--json"]
        try await fixture.expect(arguments, .denied)
        try await fixture.expect(arguments + ["--mfa", "phone 000000"], .denied)
        #expect(try await fixture.keys() == ["a", "b"])
        fixture.clock.pass(.days(1))
        let answer = try await fixture.expect(arguments + ["--mfa", "phone \(phone.code(fixture.clock))"]).json
        #expect((answer["Deleted"] as? [[String: Any]])?.count == 3 && answer["Errors"] == nil)
        #expect(try await fixture.keys().isEmpty)
    }

    @Test("what weakens a protected bucket asks for a code; what makes it stronger does not")
    func weakening() async throws {
        let phone = try await protect()
        func next() throws -> String {
            fixture.clock.pass(.seconds(30))
            return try "phone \(phone.code(fixture.clock))"
        }
        for line in [
            "bucket versioning suspend photos", "bucket mfa-delete disable photos", "bucket delete photos",
            "bucket lifecycle put photos --expire-days 1",
        ] {
            #expect(try await fixture.expect(line, .denied).errors.contains("--mfa"), "\(line)")
        }
        #expect(try await run("bucket lifecycle put photos --expire-days 1", mfa: next()).status == .success)
        try await fixture.expect("bucket retention put photos --mode governance --days 3")
        try await fixture.expect("bucket retention put photos --mode governance --days 4")
        try await fixture.expect("bucket retention put photos --none", .denied)
        #expect(try await run("bucket retention put photos --none", mfa: next()).status == .success)
        #expect(try await fixture.expect("bucket versioning get photos --json").json["MFADelete"] as? String == "Enabled")
        #expect(try await run("bucket mfa-delete disable photos", mfa: next()).status == .success)
        #expect(try await fixture.expect("bucket versioning get photos --json").json["MFADelete"] as? String == "Disabled")
    }

    @Test("a key that protects such a bucket is scheduled for deletion with a code only, whatever is said of other keys")
    func keyDeletion() async throws {
        let free = try await fixture.expect("key create --alias free").line
        let key = try await fixture.expect("key create --alias guarded").line
        try await fixture.expect("bucket default-key set photos guarded")
        let phone = try await protect()
        try await fixture.put("x", as: "a")
        #expect(try await run("mfa protect-keys off", mfa: "phone \(phone.code(fixture.clock))").status == .success)
        fixture.clock.pass(.seconds(30))
        try await fixture.expect("key schedule-deletion \(free)")
        #expect(try await fixture.expect("key schedule-deletion guarded", .denied).errors.contains("--mfa"))
        #expect(try await run("key schedule-deletion \(key)", mfa: "phone \(phone.code(fixture.clock))").status == .success)
        try await fixture.expect("object get --bucket photos --key a", .denied)
        let check = try await fixture.run("store check")
        #expect(check.status == .negative && check.text.contains("key-unusable"))
    }

    @Test("MFA delete needs versioning and a device")
    func nothingToProtect() async throws {
        #expect(try await fixture.expect("bucket mfa-delete enable photos", .notFound).errors.contains("coffer mfa enroll"))
        let phone = try await fixture.enroll()
        try await fixture.expect("bucket create plain")
        let refused = try await run("bucket mfa-delete enable plain", mfa: "phone \(phone.code(fixture.clock))")
        #expect(refused.status == .denied && refused.errors.contains("keeps no versions"))
    }
}
