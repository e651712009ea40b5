import Foundation
import KeyTestSupport
import Testing

@testable import CofferCommands

@Suite("coffer key")
struct KeyCommandTests {
    private func metadata(_ key: String, in fixture: CommandFixture) async throws -> [String: Any] {
        try #require(try await fixture.expect("key describe \(key) --json").json["KeyMetadata"] as? [String: Any])
    }

    @Test("a key is found by id, ARN, alias, alias ARN and bare name")
    func references() async throws {
        let fixture = try await CommandFixture.withStore()
        let arn = try await fixture.expect("key create --alias backups").line
        let id = try #require(arn.split(separator: "/").last)
        let aliasARN = "arn:aws:kms:us-east-1:000000000000:alias/backups"
        for reference in [String(id), arn, "alias/backups", "backups", aliasARN] {
            #expect(try await metadata(reference, in: fixture)["Arn"] as? String == arn)
            // Operations that manage keys take no alias by themselves; the command looks it up.
            try await fixture.expect("key update-description \(reference) nightly")
        }
        try await fixture.expect("key describe other", .notFound)
    }

    @Test("a disabled key is used by nobody until it is enabled")
    func disabling() async throws {
        let fixture = try await CommandFixture.withStore()
        try await fixture.expect("key create --alias k")
        try await fixture.expect("key disable k")
        #expect(try await metadata("k", in: fixture)["KeyState"] as? String == "Disabled")
        #expect(try await fixture.expect("encrypt -k k", .denied, input: [1]).errors.contains("coffer key enable"))
        try await fixture.expect("key enable k")
        try await fixture.expect("encrypt -k k", input: [1])
    }

    @Test("deletion waits, can be cancelled, and comes when the time has passed")
    func deletion() async throws {
        let fixture = try await CommandFixture.withStore()
        let arn = try await fixture.expect("key create --alias k").line
        #expect(try await fixture.expect("key schedule-deletion k --days 7").text.hasPrefix(arn))
        try await fixture.expect("key schedule-deletion \(arn) --days 7", .denied)
        try await fixture.expect("encrypt -k \(arn)", .denied, input: [1])
        try await fixture.expect("key cancel-deletion \(arn)")
        try await fixture.expect("key enable \(arn)")
        try await fixture.expect("key schedule-deletion \(arn) --days 3", .usage)
        try await fixture.expect("key schedule-deletion \(arn) --days 8")
        fixture.clock.pass(.days(9))
        try await fixture.expect("key maintain")
        try await fixture.expect("key describe \(arn)", .notFound)
    }

    @Test("rotation on demand and on a schedule")
    func rotation() async throws {
        let fixture = try await CommandFixture.withStore()
        try await fixture.expect("key create --alias k")
        let sealed = try await fixture.expect("encrypt -k k", input: [9]).bytes
        #expect(try await fixture.expect("key rotation status k").text.contains("Last:     never\n"))
        #expect(try await !fixture.expect("key describe k").text.contains("Rotated"))
        fixture.clock.pass(.days(1))
        try await fixture.expect("key rotate k")
        let day = fixture.clock.time.prefix(10)
        #expect(try await fixture.expect("key rotation status k").text.contains("Last:     \(day)"))
        let described = try await fixture.expect("key describe k").text
        #expect(described.contains("Version:    2\n") && described.contains("Rotated:    \(day)"), "\(described)")
        #expect(try await fixture.expect("decrypt", input: sealed).bytes == [9])
        let rotations = try await fixture.expect("key rotation list k --json").json["Rotations"] as? [[String: Any]]
        #expect(rotations?.count == 1 && rotations?.first?["RotationType"] as? String == "ON_DEMAND")
        #expect(rotations?.first?["KeyVersion"] as? Int == 2, "the number in the headers of sealed files")
        try await fixture.expect("key rotation enable k --days 89", .usage)
        let status = try await fixture.expect("key rotation enable k --days 180 --json").json
        #expect(status["KeyRotationEnabled"] as? Bool == true && status["RotationPeriodInDays"] as? Int == 180)
        try await fixture.expect("key rotation disable k")
        #expect(try await fixture.expect("key rotation status k").text.contains("disabled"))
    }

    @Test("tags are added, changed, listed and removed")
    func tags() async throws {
        let fixture = try await CommandFixture.withStore()
        try await fixture.expect("key create --alias k --tag team=ops")
        try await fixture.expect("key tag add k team=dev tier=a=b")
        let listed = try await fixture.expect("key tag list k --json").json["Tags"] as? [[String: String]]
        #expect(Set(listed ?? []) == [["TagKey": "team", "TagValue": "dev"], ["TagKey": "tier", "TagValue": "a=b"]])
        try await fixture.expect("key tag remove k tier")
        #expect(try await !fixture.expect("key tag list k").text.contains("tier"))
        try await fixture.expect("key tag add k team", .usage)
        try await fixture.expect("key tag add k aws:x=1", .usage)
    }

    @Test("public keys come as PEM, DER and JSON")
    func publicKeys() async throws {
        let fixture = try await CommandFixture.withStore()
        try await fixture.expect("key create --alias s --spec ecc-nist-p256 --usage sign-verify")
        let pem = try await fixture.expect("key public s").text
        #expect(pem.hasPrefix("-----BEGIN PUBLIC KEY-----\n") && pem.hasSuffix("-----END PUBLIC KEY-----\n"))
        let der = try await fixture.expect("key public s --der").bytes
        let body = pem.split(separator: "\n").dropFirst().dropLast().joined()
        #expect(Data(base64Encoded: body).map(Array.init) == der)
        #expect(try await fixture.expect("key public s --json").json["PublicKey"] as? String == body)
        try await fixture.expect("key public s --out \(fixture.path("s.pem"))")
        #expect(try fixture.read("s.pem") == Array(pem.utf8))
        try await fixture.expect("key public s --out \(fixture.path("s.pem"))", .denied)
        try await fixture.expect("key create --alias sym")
        try await fixture.expect("key public sym", .denied)
    }

    @Test("last use is known after a key was used")
    func lastUse() async throws {
        let fixture = try await CommandFixture.withStore()
        try await fixture.expect("key create --alias k")
        #expect(try await fixture.expect("key last-used k").text.hasPrefix("not used"))
        try await fixture.expect("encrypt -k k", input: [1])
        #expect(try await fixture.expect("key last-used k").text.contains("GenerateDataKey"))
        let usage = try await fixture.expect("key last-used k --json").json["KeyLastUsage"] as? [String: String]
        #expect(usage?["Operation"] == "GenerateDataKey")
    }

    @Test(
        "an alias that is taken or cannot be one is refused before a key is made",
        arguments: [("k", ExitStatus.denied), ("aws/k", .usage), ("a.b", .usage)])
    func badAlias(alias: String, status: ExitStatus) async throws {
        let fixture = try await CommandFixture.withStore()
        let taken = try await fixture.expect("key create --alias k").line
        let refused = try await fixture.expect("key create --alias \(alias)", status)
        #expect(refused.errors.contains(alias) && refused.errors.contains(taken) == (status == .denied))
        #expect((try await fixture.expect("key list --json").json["Keys"] as? [Any])?.count == 1)
    }

    @Test("no description can look like another line, or move the cursor")
    func description() async throws {
        let fixture = try await CommandFixture.withStore()
        _ = try await fixture.run(["key", "create", "--alias", "k", "--description", "x\nState:      Disabled\u{1B}[31m"])
        let text = try await fixture.expect("key describe k").text
        #expect(text.split(separator: "\n").count { $0.hasPrefix("State:") } == 1 && !text.contains("\u{1B}"), "\(text)")
    }

    @Test("tags are described to people")
    func describedTags() async throws {
        let fixture = try await CommandFixture.withStore()
        try await fixture.expect("key create --alias k --tag team=ops --tag tier=gold")
        #expect(try await fixture.expect("key describe k").text.contains("team=ops, tier=gold\n"))
    }

    @Test("more aliases than fit a page of the service are all listed")
    func manyKeys() async throws {
        let fixture = try await CommandFixture.withStore()
        for number in 0..<101 { try await fixture.expect("key create --alias k\(number)") }
        let keys = try await fixture.expect("key list --json").json["Keys"] as? [[String: Any]]
        #expect(Set(keys?.compactMap { ($0["Aliases"] as? [String])?.first } ?? []).count == 101)
        #expect(try await fixture.expect("key list").text.split(separator: "\n").count == 102)
    }

    @Test("aliases are created, moved, listed and deleted")
    func aliases() async throws {
        let fixture = try await CommandFixture.withStore()
        let first = try await fixture.expect("key create").line
        let second = try await fixture.expect("key create").line
        try await fixture.expect("alias create name \(first)")
        try await fixture.expect("alias create name \(second)", .denied)
        try await fixture.expect("alias update name \(second)")
        let listed = try await fixture.expect("alias list --key \(second) --json").json["Aliases"] as? [[String: String]]
        #expect(listed?.map { $0["AliasName"] } == ["alias/name"])
        #expect(try await fixture.expect("alias list").text.contains("alias/name"))
        try await fixture.expect("alias delete name")
        try await fixture.expect("alias delete name", .notFound)
        try await fixture.expect("alias create aws/x \(first)", .usage)
    }
}
