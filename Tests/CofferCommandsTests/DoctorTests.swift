import Findings
import Foundation
import KeyStore
import KeyTestSupport
import Posture
import SystemPackage
import TestSupport
import Testing

@testable import CofferCommands

@Suite("coffer doctor")
struct DoctorTests {
    private func doctor(_ fixture: CommandFixture, _ options: String = "") async throws -> Outcome {
        try await fixture.run("doctor \(options)".trimmingCharacters(in: .whitespaces))
    }

    /// The findings about the store alone: those about the machine are what they are where the test runs.
    private func ids(_ outcome: Outcome) throws -> Set<String> {
        let findings = try #require(try outcome.json["Findings"] as? [[String: Any]])
        let all = Set(findings.compactMap { $0["Id"] as? String })
        return all.subtracting([
            "doctor-cryptography", "doctor-disk-unencrypted", "doctor-store-in-memory", "doctor-swap-unencrypted", "doctor-core-dumps",
            "doctor-core-dumps-piped", "doctor-core-dumps-privileged", "doctor-clock-unsynchronized", "doctor-parent-writable",
            "doctor-key-file-same-disk",
        ])
    }

    @Test("without a store the machine is checked, and nothing is made")
    func noStore() async throws {
        let fixture = try CommandFixture()
        let outcome = try await doctor(fixture, "--json --fail-on critical")
        #expect(outcome.status == .success, "\(outcome.errors)")
        #expect(try ids(outcome).subtracting(["doctor-not-checked"]) == ["doctor-no-store"])
        #expect(try outcome.json["Store"] as? String == "none" && !fixture.exists("home"))
        #expect(try await doctor(fixture, "--fail-on critical").text.contains("checked this machine\n"))
    }

    @Test("a new store has one seal and nothing else to say; --fail-on decides the exit status")
    func newStore() async throws {
        let fixture = try await CommandFixture.withStore()
        let outcome = try await doctor(fixture, "--json")
        #expect(try outcome.status == .negative && outcome.json["Store"] as? String == "open")
        #expect(try ids(outcome).subtracting(["doctor-not-checked"]) == ["doctor-single-seal"])
        #expect(try outcome.json["SealCount"] as? Int == 1 && outcome.json["KeyCount"] as? Int == 0)
        #expect(try await doctor(fixture, "--fail-on critical").status == .success)
        #expect(try await doctor(fixture, "--fail-on high").errors.contains("findings"))
        #expect(fixture.typist.prompts.isEmpty)
    }

    @Test("what is weak in a store is found, each with the command that mends it, and is gone when that was done")
    func weaknesses() async throws {
        let fixture = try await CommandFixture.withStore()
        try await fixture.expect("key create --alias old")
        try await fixture.expect("key create --alias doomed")
        try await fixture.expect("key schedule-deletion doomed --days 30")
        try await fixture.expect("bucket create photos")
        try await fixture.put("x", as: "x")
        let first = try await doctor(fixture, "--json")
        let weak: Set = [
            "doctor-single-seal", "doctor-key-pending-deletion", "doctor-bucket-unversioned", "doctor-bucket-no-key",
            "doctor-no-recovery-recipient", "doctor-never-scrubbed",
        ]
        #expect(try ids(first).subtracting(["doctor-not-checked"]) == weak)
        #expect(try first.json["BucketCount"] as? Int == 1)

        try await fixture.expect("identity new --output \(fixture.path("recovery"))")
        let recipient = try await fixture.expect("identity public \(fixture.path("recovery"))").line
        for line in [
            "seal add recovery:\(recipient)", "key cancel-deletion doomed", "bucket versioning enable photos",
            "bucket default-key set photos old", "store recovery set \(recipient)", "store scrub",
        ] {
            try await fixture.expect(line)
        }
        #expect(try await ids(doctor(fixture, "--json")).subtracting(["doctor-not-checked"]) == ["doctor-bucket-no-mfa-delete"])
    }

    @Test("a year later seals and keys are old, and the scrub is")
    func age() async throws {
        let fixture = try await CommandFixture.withBucket()
        try await fixture.expect("key create --alias rotated")
        try await fixture.expect("key rotation enable rotated --days 90")
        try await fixture.expect("key create --alias old")
        try await fixture.expect("store scrub")
        fixture.clock.pass(.days(366))
        let outcome = try await doctor(fixture, "--json")
        #expect(try ids(outcome).isSuperset(of: ["doctor-seal-old", "doctor-key-unrotated", "doctor-scrub-old"]))
        let findings = try #require(try outcome.json["Findings"] as? [[String: Any]])
        let keys = findings.filter { $0["Id"] as? String == "doctor-key-unrotated" }.compactMap { $0["Resource"] as? String }
        #expect(keys.contains("key old") && !keys.contains("key rotated"))
        try await fixture.expect("key rotate old")
        let later = try await ids(doctor(fixture, "--json"))
        #expect(later.contains("doctor-key-rotation-off"))
    }

    @Test("a passphrase store without a terminal is checked from outside, and what was left out is told with the reason")
    func locked() async throws {
        let fixture = try await passphraseStore()
        let outcome = try await doctor(fixture)
        #expect(outcome.status == .negative && outcome.text.contains("doctor-not-checked  what is in the store"))
        #expect(outcome.text.contains("--passphrase-file") && outcome.text.contains("doctor-single-seal"))
        #expect(try await doctor(fixture, "--fail-on critical").status == .success)
        let prompts = fixture.typist.prompts.count
        #expect(try await doctor(fixture, "--sealed").text.contains("--sealed leaves the store closed"))
        #expect(fixture.typist.prompts.count == prompts, "nobody was asked")
    }

    @Test("a passphrase that is typed opens it, and a wrong one is an error, typed or from a file")
    func passphrase() async throws {
        let fixture = try await passphraseStore()
        fixture.typist.willType(CommandFixture.passphrase)
        #expect(try await doctor(fixture, "--json").json["Store"] as? String == "open")
        fixture.typist.willType("wrong wrong wrong")
        try await fixture.expect("doctor", .denied)
        try fixture.write("wrong wrong wrong", to: "wrong")
        try await fixture.expect("doctor --passphrase-file \(fixture.path("wrong"))", .denied)
        try await fixture.expect("doctor --passphrase-file \(fixture.path("nowhere"))", .notFound)
    }

    @Test("a key file that no longer opens the store is a finding, since nobody gave it")
    func wrongKeyFile() async throws {
        let fixture = try await CommandFixture.withStore()
        try FileManager.default.removeItem(atPath: fixture.path("unlock.key"))
        try await fixture.expect("identity new --output \(fixture.path("unlock.key"))")
        let outcome = try await doctor(fixture, "--json")
        #expect(try outcome.json["Store"] as? String == "sealed" && outcome.status == .negative)
    }

    private func passphraseStore() async throws -> CommandFixture {
        let fixture = try CommandFixture()
        try fixture.write(CommandFixture.passphrase, to: "pass")
        try await fixture.expect("init --quiet --new-passphrase-file \(fixture.path("pass"))")
        return fixture
    }

    @Test("a store that others can enter is a finding, and is not opened")
    func open() async throws {
        let fixture = try await CommandFixture.withStore()
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: fixture.path("home"))
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: fixture.path("unlock.key"))
        let outcome = try await doctor(fixture, "--json")
        #expect(try ids(outcome).isSuperset(of: ["doctor-home-open", "doctor-key-file-open", "doctor-not-checked"]))
        #expect(try outcome.json["Store"] as? String == "sealed")
    }

    @Test("an audit trail that was changed, cut or removed is damage: exit status 5")
    func trail() async throws {
        let fixture = try await CommandFixture.withStore()
        for _ in 0..<3 { try await fixture.expect("key create") }
        let lines = String(decoding: try fixture.read("home/audit.log"), as: UTF8.self).split(separator: "\n")
        try fixture.write(lines.dropLast(2).joined(separator: "\n") + "\n", to: "home/audit.log")
        let cut = try await doctor(fixture, "--json --fail-on critical")
        #expect(try cut.status == .damaged && ids(cut).contains("doctor-audit-trail-damaged"), "\(cut.text)")
        try FileManager.default.removeItem(atPath: fixture.path("home/audit.log"))
        let gone = try await doctor(fixture, "--json")
        #expect(try gone.status == .damaged && ids(gone).contains("doctor-store-damaged"), "\(gone.text)")
        #expect(!fixture.exists("home/audit.log"), "nothing was made in its place")
    }

    @Test("a key database that is damaged or gone is damage, and no reason to speak of no store")
    func damagedStore() async throws {
        let fixture = try await CommandFixture.withStore()
        try fixture.write([UInt8](repeating: 0x5A, count: 8192), to: "home/keys.sqlite")
        #expect(try await doctor(fixture).status == .damaged)
        try FileManager.default.removeItem(atPath: fixture.path("home/keys.sqlite"))
        let gone = try await doctor(fixture, "--json")
        #expect(try gone.status == .damaged && gone.json["Store"] as? String == "damaged")
    }

    @Test("the clock behind the trail")
    func clock() async throws {
        let fixture = try await CommandFixture.withStore()
        fixture.clock.pass(.days(-1))
        #expect(try await ids(doctor(fixture, "--json")).contains("doctor-clock-behind"))
    }

    @Test("second factors: recovery codes that are used up are missed, and new ones are not")
    func recoveryCodes() async throws {
        let fixture = try await CommandFixture.withStore()
        _ = try await fixture.enroll()
        let codes: Set = ["doctor-few-recovery-codes", "doctor-no-recovery-codes"]
        #expect(try await ids(doctor(fixture, "--json")).isDisjoint(with: codes))
        let shown = try #require(fixture.typist.shown.first)
        let all = shown.split(separator: "\n").filter { $0.utf8.count == 19 }.map(String.init)
        for (index, code) in all.enumerated() {
            try await fixture.expect(["mfa", "verify", "--mfa", code])
            let left = all.count - index - 1
            let expected: Set<String> = left == 0 ? ["doctor-no-recovery-codes"] : left <= 2 ? ["doctor-few-recovery-codes"] : []
            #expect(try await ids(doctor(fixture, "--json")).intersection(codes) == expected, "\(left) left")
        }
    }

    @Test("reports are files, too, and say what stdout says")
    func reports() async throws {
        let fixture = try await CommandFixture.withStore()
        let paths = ["sarif", "junit", "html"].map { ($0, fixture.path("doctor.\($0)")) }
        let options = paths.map { "--\($0.0) \($0.1)" }.joined(separator: " ")
        let outcome = try await doctor(fixture, options)
        #expect(outcome.status == .negative && outcome.text.contains("HIGH (1)"))
        for (name, _) in paths {
            #expect(String(decoding: try fixture.read("doctor.\(name)"), as: UTF8.self).contains("doctor-single-seal"), "\(name)")
        }
    }

    @Test("a saved scan is old after thirty days; what is no scan is refused, and a report does not take its place")
    func scans() async throws {
        let fixture = try CommandFixture()
        try fixture.write("{\"scans\":[]}", to: "last.json")
        let path = fixture.path("last.json")
        let date = Date(timeIntervalSince1970: 1_790_000_000)
        try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: path)
        #expect(try await !ids(doctor(fixture, "--json --tls-baseline \(path)")).contains("doctor-scan-old"))
        fixture.clock.pass(.days(31))
        #expect(try await ids(doctor(fixture, "--json --tls-baseline \(path)")).contains("doctor-scan-old"))
        try fixture.write("no scan", to: "nonsense")
        try await fixture.expect("doctor --tls-baseline \(fixture.path("nonsense"))", .usage)
        try await fixture.expect("doctor --tls-baseline \(fixture.path("nowhere"))", .notFound)
        try await fixture.expect("doctor --tls-baseline -", .usage)
        try await fixture.expect("doctor --tls-baseline \(path) --sarif \(path)", .usage)
    }

    @Test("nothing in the store is changed but the trail, which has the look on record")
    func unchanged() async throws {
        let fixture = try await CommandFixture.withBucket()
        let folder = fixture.path("home")
        let before = try FileManager.default.subpathsOfDirectory(atPath: folder).sorted()
        let seals = try await fixture.expect("seal list").text
        _ = try await doctor(fixture)
        #expect(try FileManager.default.subpathsOfDirectory(atPath: folder).sorted() == before)
        #expect(try await fixture.expect("seal list").text == seals)
        try await fixture.expect("audit verify")
        let trail = try fixture.read("home/audit.log")
        _ = try await doctor(fixture, "--sealed")
        #expect(try fixture.read("home/audit.log") == trail, "a store that stays sealed is only read")
    }
}

@Suite("coffer doctor as a process", .enabled(if: CofferProcess.path != nil, "the coffer binary is not beside the tests; build it first"))
struct DoctorProcessTests {
    @Test("a real store on this machine is checked, with JSON on stdout alone")
    func process() async throws {
        let fixture = try await CommandFixture.withStore()
        try await fixture.expect("key create --alias k")
        let home = fixture.path("home")
        let result = try CofferProcess.shell("setsid \"$COFFER\" doctor --json --fail-on critical < /dev/null", home: home)
        #expect(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
        let report = try #require(try JSONSerialization.jsonObject(with: Data(result.text.utf8)) as? [String: Any])
        #expect(report["Store"] as? String == "open" && report["KeyCount"] as? Int == 1)
        let ids = try #require(report["Findings"] as? [[String: Any]]).compactMap { $0["Id"] as? String }
        #expect(ids.contains("doctor-single-seal") && ids.contains("doctor-cryptography"))
    }

    private static let dumpsToProgram = FileManager.default.contents(atPath: "/proc/sys/kernel/core_pattern")?.first == UInt8(ascii: "|")

    @Test(
        "the limit on core dumps that is judged is the one that the command was started with",
        .disabled(if: dumpsToProgram, "core dumps go to a program on this machine"))
    func coreDumps() throws {
        let script = """
            for limit in 0 1; do
                (ulimit -S -c $limit; "$COFFER" doctor --fail-on critical) | grep -c '^  doctor-core-dumps ' || true
            done
            """
        let result = try CofferProcess.shell(script, home: "/nonexistent")
        #expect(result.text == "0\n1\n", "\(result.text)\(result.errors)")
    }
}
