import Foundation
import KeyStore
import Testing

@testable import CofferCommands

@Suite("coffer key backup and restore")
struct KeyBackupTests {
    private func recoveryIdentity(in fixture: CommandFixture, _ name: String) throws -> String {
        let identity = try AgeIdentity.generate()
        let text = try identity.fileContents(created: "2026-01-01T00:00:00Z").withUnsafeBytes { Array($0) }
        try fixture.write(text, to: name)
        return try identity.recipient().text
    }

    @Test("keys move to another store through a backup for a recovery identity")
    func recipients() async throws {
        let fixture = try await CommandFixture.withStore()
        try await fixture.expect("key create --alias k")
        let sealed = try await fixture.expect("encrypt -k k", input: [8]).bytes
        let recipient = try recoveryIdentity(in: fixture, "recovery")
        try await fixture.expect("key backup --to \(fixture.path("keys.age")) --recipient \(recipient)")
        try await fixture.expect("key backup --to \(fixture.path("keys.age")) --recipient \(recipient)", .denied)

        fixture.environment["COFFER_HOME"] = fixture.path("other")
        try await fixture.expect("init --quiet --seal keyfile:\(fixture.path("other.key"))")
        try await fixture.expect("decrypt", .denied, input: sealed)
        #expect(try await fixture.expect("key restore \(fixture.path("keys.age"))", .denied).errors.contains("--backup-identity"))
        let restored = try await fixture.expect("key restore \(fixture.path("keys.age")) --backup-identity \(fixture.path("recovery"))")
        #expect(restored.text.hasPrefix("restored "))
        #expect(try await fixture.expect("decrypt", input: sealed).bytes == [8])
        try await fixture.expect("key describe k")
        let again = try await fixture.expect("key restore \(fixture.path("keys.age")) --backup-identity \(fixture.path("recovery"))")
        #expect(again.text.hasPrefix("already there: "))
    }

    @Test("a backup for a passphrase, of one key")
    func passphrase() async throws {
        let fixture = try await CommandFixture.withStore()
        try await fixture.expect("key create --alias one")
        try await fixture.expect("key create --alias two")
        fixture.typist.willType("a backup passphrase", "a backup passphrase")
        try await fixture.expect("key backup --to \(fixture.path("one.age")) one")
        fixture.environment["COFFER_HOME"] = fixture.path("other")
        try await fixture.expect("init --quiet --seal keyfile:\(fixture.path("other.key"))")
        fixture.typist.willType("not the passphrase")
        let wrong = try await fixture.run("key restore \(fixture.path("one.age"))")
        #expect(wrong.status != .success && wrong.bytes.isEmpty)
        fixture.typist.willType("a backup passphrase")
        try await fixture.expect("key restore \(fixture.path("one.age"))")
        try await fixture.expect("key describe one")
        try await fixture.expect("key describe two", .notFound)
    }

    @Test("what is no backup is damaged", arguments: ["", "text", "age-encryption.org/v1\n"])
    func garbage(content: String) async throws {
        let fixture = try await CommandFixture.withStore()
        let recipient = try recoveryIdentity(in: fixture, "recovery")
        #expect(recipient.hasPrefix("age1"))
        try await fixture.expect("key restore - --backup-identity \(fixture.path("recovery"))", .damaged, input: Array(content.utf8))
    }
}
