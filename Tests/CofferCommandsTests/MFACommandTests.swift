import Foundation
import KeyTestSupport
import Testing

@testable import CofferCommands

@Suite("coffer mfa")
struct MFACommandTests {
    let fixture: CommandFixture

    init() async throws { fixture = try await CommandFixture.withStore() }

    private func enroll(_ name: String = "phone", _ options: String = "", sourceLocation: SourceLocation = #_sourceLocation) async throws
        -> TestDevice
    {
        try await fixture.enroll(name, options, sourceLocation: sourceLocation)
    }

    private func run(_ line: String, mfa: String) async throws -> Outcome {
        try await fixture.run(line.split(separator: " ").map(String.init) + ["--mfa", mfa])
    }

    @Test("a device is enrolled, its codes work once each, and recovery codes are shown on the terminal alone")
    func wholeLife() async throws {
        let phone = try await enroll()
        let code = try phone.code(fixture.clock)
        let verified = try await run("mfa verify", mfa: "phone \(code)")
        #expect(verified.text == "accepted: arn:aws:iam::000000000000:mfa/phone\n")
        let again = try await run("mfa verify", mfa: code)
        #expect(again.status == .denied && again.errors.contains("was not accepted") && again.errors.contains("hint:"))
        let unknown = try await run("mfa verify", mfa: "tablet \(code)")
        #expect(unknown.errors == again.errors, "no oracle")

        let shown = try #require(fixture.typist.shown.first)
        let codes = shown.split(separator: "\n").filter { $0.utf8.count == 19 }
        #expect(codes.count == 10)
        #expect(try await run("mfa verify", mfa: String(codes[4])).text == "accepted: recovery code\n")
        let list = try await fixture.expect("mfa list").text
        #expect(list.contains("phone") && list.contains("9 recovery codes left; keys are protected"))
        let device = try #require((try await fixture.expect("mfa list --json").json["Devices"] as? [[String: Any]])?.first)
        #expect(device["SerialNumber"] as? String == "arn:aws:iam::000000000000:mfa/phone")
        #expect(device["Algorithm"] as? String == "SHA1" && device["FailureCount"] as? Int == 1)
        let events = try await fixture.expect("audit list --event-name VerifyMFACode --json").text
        #expect(events.contains("usedCode") && events.contains("unknownDevice"))
        for secret in codes.map(String.init) + [code, phone.base32] { #expect(!events.contains(secret)) }
    }

    @Test("a QR code is shown on the terminal and nowhere else")
    func qrCode() async throws {
        fixture.typist.willType("000000", "111111", "222222", "333333", "444444")
        let outcome = try await fixture.expect("mfa enroll --name phone", .denied)
        let shown = try #require(fixture.typist.shown.first)
        #expect(shown.contains("█") && shown.contains("▀") && shown.hasPrefix("\u{1B}[38;5;16;48;5;231m"))
        let widths = Set(shown.split(separator: "\n").map { $0.filter { " █▀▄".contains($0) }.count })
        #expect(widths.count == 1, "\(widths)")
        #expect(!outcome.errors.contains("█") && !outcome.errors.contains("otpauth"))
        #expect(try await fixture.expect("mfa list").text.isEmpty)
    }

    @Test("the URI and the recovery codes go to new files of their owner")
    func files() async throws {
        _ = try await enroll("phone", "--recovery-codes \(fixture.path("codes"))")
        #expect(fixture.typist.shown.isEmpty)
        #expect(try fixture.read("codes").split(separator: UInt8(ascii: "\n")).count == 10)
        for name in ["codes", "phone.uri", "home/objects.sqlite"] {
            let mode = try FileManager.default.attributesOfItem(atPath: fixture.path(name))[.posixPermissions] as? Int
            #expect(mode == 0o600, "\(name)")
        }
        try await fixture.expect("mfa enroll --name tablet --uri \(fixture.path("codes"))", .denied)
    }

    @Test("a further device and the removal of one need a code")
    func furtherDevices() async throws {
        let phone = try await enroll()
        let tablet = try await enroll("tablet", "--digits 8 --mfa \(phone.code(fixture.clock, stepsAhead: 1))")
        // The codes of enrolment were asked for first, and take no step of the phone.
        #expect(try await fixture.expect("mfa list --json").json.count == 3)
        try await fixture.expect("mfa remove phone", .denied)
        let code = try tablet.code(fixture.clock)
        #expect(try await run("mfa remove nobody", mfa: "tablet \(code)").status == .notFound)
        #expect(try await run("mfa remove phone", mfa: "tablet \(code)").status == .success)
        #expect(try await fixture.expect("mfa list").text.contains("tablet"))
        try await fixture.expect("mfa enroll --name tablet --uri \(fixture.path("x"))", .denied)
    }

    @Test("the deletion of a key is scheduled only with a code, once there is a device")
    func keyDeletion() async throws {
        let free = try await fixture.expect("key create").line
        try await fixture.expect("key schedule-deletion \(free)")
        let phone = try await enroll()
        let key = try await fixture.expect("key create --alias old").line
        func isPending() async throws -> Bool {
            try await fixture.expect("key describe \(key) --json").text.contains("PendingDeletion")
        }
        let none = try await fixture.expect("key schedule-deletion old", .denied)
        #expect(none.errors.contains("--mfa"))
        let wrong = try await run("key schedule-deletion old", mfa: "phone 000000")
        #expect(wrong.status == .denied && wrong.errors.contains("was not accepted"))
        #expect(try await !isPending())

        let code = try phone.code(fixture.clock)
        // What KeyStore refuses by itself spends no code.
        #expect(try await run("key schedule-deletion old --days 3", mfa: code).status == .usage)
        #expect(try await run("key schedule-deletion old", mfa: code).status == .success)
        #expect(try await isPending())
        try await fixture.expect("key cancel-deletion \(key)")
        #expect(try await run("key schedule-deletion old", mfa: code).status == .denied)

        fixture.clock.pass(.seconds(30))
        try await fixture.expect("mfa protect-keys off", .denied)
        #expect(try await run("mfa protect-keys off", mfa: phone.code(fixture.clock)).status == .success)
        try await fixture.expect("key schedule-deletion old")
    }

    @Test("second factors whose database is gone close the way, until their key's alias is removed")
    func databaseGone() async throws {
        _ = try await enroll()
        for suffix in ["", "-wal", "-shm"] {
            let path = fixture.path("home/objects.sqlite" + suffix)
            if FileManager.default.fileExists(atPath: path) { try FileManager.default.removeItem(atPath: path) }
        }
        let key = try await fixture.expect("key create").line
        for line in ["key schedule-deletion \(key)", "mfa list", "mfa enroll --name other"] {
            #expect(try await fixture.expect(line, .damaged).errors.contains("database is gone"))
        }
        #expect(!fixture.exists("home/objects.sqlite"))
        try await fixture.expect("alias delete coffer-mfa")
        try await fixture.expect("key schedule-deletion \(key)")
    }

    @Test("a session is begun with a code, listed and ended")
    func sessions() async throws {
        let phone = try await enroll()
        try await fixture.expect("mfa session --prefix backups/ --versions 0", .usage)
        try await fixture.expect("mfa session --prefix backups/ --versions 5 --minutes 16", .usage)
        let begun = try await run("mfa session --prefix backups/2026/ --versions 5 --minutes 10", mfa: phone.code(fixture.clock))
        #expect(begun.status == .success && begun.line.utf8.count == 32)
        #expect(try await fixture.expect("mfa session list").text.contains("backups/2026/"))
        try await fixture.expect("mfa session end \(begun.line.prefix(8))")
        try await fixture.expect("mfa session end \(begun.line.prefix(8))", .notFound)
    }

    @Test("without a device there is nothing to ask, and asking makes nothing")
    func none() async throws {
        for line in ["mfa verify", "mfa remove phone", "mfa recovery-codes regenerate", "mfa protect-keys off"] {
            #expect(try await fixture.expect(line, .notFound).errors.contains("no device is enrolled"))
        }
        #expect(try await fixture.expect("mfa list").text.isEmpty)
        #expect(!fixture.exists("home/objects.sqlite"))
    }

    @Test(
        "what no device can be is refused before anything is shown",
        arguments: ["--name a/b", "--name x --digits 5", "--name x --period 5", "--name x --algorithm MD5"])
    func refused(_ options: String) async throws {
        try await fixture.expect("mfa enroll \(options)", .usage)
        #expect(fixture.typist.shown.isEmpty && fixture.typist.prompts.isEmpty)
    }
}
