import Foundation
import KeyStore
import OpenSSL
import Testing

@testable import CofferCommands

@Suite("A store that is opened when it is needed")
struct LazyStoreTests {
    /// A file that no KMS key opens: a backup, which is sealed for an X25519 recipient.
    private func fileForSomebodyElse(in fixture: CommandFixture) async throws -> String {
        let other = try await CommandFixture.withStore()
        try await other.expect("key create")
        let recipient = try AgeIdentity.generate().recipient().text
        try await other.expect("key backup --to \(other.path("keys.age")) --recipient \(recipient)")
        return try fixture.write(other.read("keys.age"), to: "elsewhere.age")
    }

    private func passphraseStore() async throws -> CommandFixture {
        let fixture = try CommandFixture()
        try fixture.write(CommandFixture.passphrase, to: "pass")
        try await fixture.expect("init --quiet --new-passphrase-file \(fixture.path("pass"))")
        fixture.environment["COFFER_PASSPHRASE_FILE"] = fixture.path("pass")
        try await fixture.expect("key create --alias k")
        try await fixture.write(fixture.expect("encrypt -k k", input: [1, 2]).bytes, to: "file.age")
        fixture.environment["COFFER_PASSPHRASE_FILE"] = nil
        return fixture
    }

    @Test("a file without a KMS key needs no store, and makes none", arguments: ["verify", "decrypt -o -"])
    func noStore(command: String) async throws {
        let fixture = try CommandFixture()
        let file = try await fileForSomebodyElse(in: fixture)
        #expect(try await fixture.expect("\(command) \(file)", .denied).errors.contains("X25519"))
        #expect(!fixture.exists("home"))
    }

    @Test("nobody is asked for a passphrase that no file needs")
    func noPrompt() async throws {
        let fixture = try await passphraseStore()
        let file = try await fileForSomebodyElse(in: fixture)
        try await fixture.expect("decrypt -o - \(file)", .denied)
        try await fixture.expect("decrypt \(fixture.path("nothing.age"))", .notFound)
        try await fixture.expect("decrypt -o - --context a=b \(fixture.path("file.age"))", .denied)
        #expect(fixture.typist.prompts.isEmpty)
    }

    @Test("a file with a KMS key is opened after one question")
    func prompt() async throws {
        let fixture = try await passphraseStore()
        fixture.typist.willType(CommandFixture.passphrase)
        #expect(try await fixture.expect("decrypt -o - \(fixture.path("file.age"))").bytes == [1, 2])
        #expect(fixture.typist.prompts == ["Passphrase: "])
    }

    @Test("when the store does not open, its own error is told, and no output appears")
    func failure() async throws {
        let fixture = try await passphraseStore()
        let command = "decrypt --json -o \(fixture.path("out")) \(fixture.path("file.age"))"
        #expect(try await fixture.expect(command, .denied).error["code"] as? String == "NoCredential")
        fixture.typist.willType("not the passphrase")
        #expect(try await fixture.expect(command, .denied).error["code"] as? String == "StoreSealed")
        #expect(!fixture.exists("out"))
        fixture.environment["COFFER_HOME"] = fixture.path("nowhere")
        #expect(
            try await fixture.expect(command, .notFound).error["hint"] as? String
                == "make one with `coffer init`, or name another with --home")
    }
}
