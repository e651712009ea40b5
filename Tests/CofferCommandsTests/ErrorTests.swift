import AuditTrail
import Foundation
import KeyStore
import Testing

@testable import CofferCommands

@Suite("Errors and exit statuses")
struct ErrorTests {
    @Test(
        "what is not understood is a usage error with exit status 2",
        arguments: [
            "frobnicate", "key frobnicate", "key describe", "key create --spec ROT13", "key create --no-such-flag",
            "audit list --last many",
            "seal add nonsense", "init --seal recovery:age1x", "kms encrypt", "key list --passphrase-fd x",
        ])
    func usage(line: String) async throws {
        let fixture = try CommandFixture()
        let outcome = try await fixture.expect(line, .usage)
        #expect(outcome.errors.hasPrefix("error: "))
        #expect(!fixture.exists("home"))
    }

    @Test("with --json a usage error is JSON too")
    func jsonUsage() async throws {
        let fixture = try CommandFixture()
        #expect(try await fixture.expect("key describe --json", .usage).error["code"] as? String == "UsageError")
    }

    @Test(
        "help and version go to stdout and are no errors",
        arguments: ["--help", "key --help", "help kms sign", "--version", "key create --help"])
    func help(line: String) async throws {
        let fixture = try CommandFixture()
        let outcome = try await fixture.expect(line)
        #expect(!outcome.bytes.isEmpty && outcome.errors.isEmpty)
        if line.contains("help") { #expect(outcome.text.contains("EXIT STATUS")) }
    }

    @Test("the name of a file that looks like options, one of them for help, is no question", arguments: ["-dash", "-ahz", "-qh"])
    func mistakenHelp(name: String) async throws {
        let fixture = try CommandFixture()
        let outcome = try await fixture.expect("encrypt -k backups \(name)", .usage)
        #expect(outcome.errors == "error: there is no option \(name)\nhint: a file of that name is ./\(name)\n")
        #expect(try await fixture.expect("encrypt -k backups \(name) --json", .usage).error["code"] as? String == "UsageError")
        #expect(try await fixture.expect("encrypt -k backups \(name) --help").text.contains("EXIT STATUS"))
    }

    @Test("a program gets AWS's code, the message and the hint")
    func jsonErrors() async throws {
        let fixture = try await CommandFixture.withStore()
        try await fixture.expect("key create --alias k")
        try await fixture.expect("key disable k")
        let error = try await fixture.expect("kms encrypt --key-id k --plaintext - --json", .denied, input: [1]).error
        #expect(error["code"] as? String == "DisabledException")
        #expect((error["message"] as? String)?.hasSuffix("is disabled.") == true)
        #expect((error["hint"] as? String)?.contains("coffer key enable") == true)
    }

    @Test("no error of the key store is without an exit status of its own kind", arguments: KeyStoreError.Code.allCases)
    func keyStoreErrors(code: KeyStoreError.Code) {
        let failure = Failure(KeyStoreError(code))
        #expect(failure.code == code.rawValue && !failure.message.isEmpty)
        #expect(failure.status != .interrupted && failure.status != .brokenPipe)
        #expect((failure.status == .bug) == (code == .internalFailure))
        #expect((failure.status == .success) == (code == .dryRun))
    }

    @Test("the audit trail's errors have exit statuses")
    func auditErrors() {
        #expect(Failure(AuditTrailError(code: .damaged, message: "m")).status == .damaged)
        #expect(Failure(AuditTrailError(code: .unavailable, message: "m")).status == .environment)
    }

    @Test("an unknown error is a bug, and says nothing of its content")
    func bugs() {
        struct Secret: Error { let value = "hunter2" }
        let failure = Failure(Secret())
        #expect(failure.status == .bug && !failure.message.contains("hunter2"))
    }

    @Test("with --json nothing but an error is written to stderr")
    func jsonNotes() async throws {
        let fixture = try CommandFixture()
        fixture.typist.willType("eightbyt", "eightbyt")
        #expect(try await fixture.expect("init --json").errors.isEmpty)
        try fixture.write("eightbyt", to: "pass")
        fixture.environment["COFFER_PASSPHRASE_FILE"] = fixture.path("pass")
        try await fixture.expect("key create --alias k")
        for command in ["key disable k", "key enable k", "key rotate k", "seal rotate-root"] {
            #expect(try await fixture.expect(command + " --json").errors.isEmpty, "\(command)")
        }
    }

    @Test("--quiet silences notes, not errors")
    func quiet() async throws {
        let fixture = try await CommandFixture.withStore()
        try await fixture.expect("key create --alias k")
        #expect(try await fixture.expect("key disable k").errors.hasPrefix("disabled "))
        #expect(try await fixture.expect("key enable k --quiet").errors.isEmpty)
        #expect(try await fixture.expect("key describe x --quiet", .notFound).errors.hasPrefix("error: "))
    }
}
