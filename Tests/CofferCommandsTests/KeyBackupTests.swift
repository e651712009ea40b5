import Foundation
import KeyStore
import OpenSSL
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
        try await fixture.expect("decrypt", .notFound, input: sealed)
        #expect(try await fixture.expect("key restore \(fixture.path("keys.age"))", .denied).errors.contains("--backup-identity"))
        let restored = try await fixture.expect("key restore \(fixture.path("keys.age")) --backup-identity \(fixture.path("recovery"))")
        #expect(restored.text.hasPrefix("restored "))
        #expect(try await fixture.expect("decrypt", input: sealed).bytes == [8])
        try await fixture.expect("key describe k")
        let again = try await fixture.expect("key restore \(fixture.path("keys.age")) --backup-identity \(fixture.path("recovery"))")
        #expect(again.text.hasPrefix("already here: "))
    }

    @Test("a newer backup opens what an older one could not, and a key that went two ways is told")
    func newerBackup() async throws {
        let fixture = try await CommandFixture.withStore()
        try await fixture.expect("key create --alias k")
        let recipient = try recoveryIdentity(in: fixture, "recovery")
        try await fixture.expect("key backup --to \(fixture.path("old.age")) --recipient \(recipient)")
        try await fixture.expect("key rotate k")
        let sealed = try await fixture.expect("encrypt -k k", input: [8]).bytes
        try await fixture.expect("key backup --to \(fixture.path("new.age")) --recipient \(recipient)")

        fixture.environment["COFFER_HOME"] = fixture.path("other")
        try await fixture.expect("init --quiet --seal keyfile:\(fixture.path("other.key"))")
        let restore = { (name: String) in "key restore \(fixture.path(name)) --backup-identity \(fixture.path("recovery"))" }
        try await fixture.expect(restore("old.age"))
        #expect(try await fixture.expect("decrypt", .damaged, input: sealed).errors.contains("a newer backup of the key may have it"))
        #expect(try await fixture.expect(restore("new.age")).text.contains("added newer versions of arn:"))
        #expect(try await fixture.expect("decrypt", input: sealed).bytes == [8])

        fixture.environment["COFFER_HOME"] = fixture.path("third")
        try await fixture.expect("init --quiet --seal keyfile:\(fixture.path("third.key"))")
        try await fixture.expect(restore("old.age"))
        try await fixture.expect("key rotate k")
        let refused = try await fixture.run(restore("new.age"))
        #expect(refused.status == .negative && refused.text.contains("rotated here and elsewhere?"))
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
