import Foundation
import Testing

@testable import CofferCommands

/// A working day with `coffer`, from nothing to a file that was sealed and opened.
@Suite("The transcript of the guide")
struct TranscriptTests {
    @Test("a store, a key, a sealed file, and back")
    func wholeDay() async throws {
        let fixture = try CommandFixture()
        fixture.typist.willType(CommandFixture.passphrase, CommandFixture.passphrase)
        let made = try await fixture.expect("init")
        #expect(made.text == "made a store at \(fixture.path("home"))\n")
        #expect(fixture.typist.prompts == ["New passphrase for the store: ", "The same again: "])

        try fixture.write(CommandFixture.passphrase + "\n", to: "pass")
        fixture.environment["COFFER_PASSPHRASE_FILE"] = fixture.path("pass")
        let arn = try await fixture.expect("key create --alias backups --tag team=ops").line
        #expect(arn.hasPrefix("arn:aws:kms:us-east-1:000000000000:key/"))
        let table = try await fixture.expect("key list").text
        #expect(table.contains("ALIASES") && table.contains("backups") && table.contains("Enabled"))

        let content = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let file = try fixture.write(content, to: "db.dump")
        try await fixture.expect("encrypt -k backups --context purpose=nightly \(file)")
        try await fixture.expect("verify \(file).age")
        let inspection = try await fixture.expect("inspect \(file).age").text
        #expect(inspection.contains(arn) && inspection.contains("purpose=nightly"))
        try FileManager.default.removeItem(atPath: file)
        try await fixture.expect("decrypt \(file).age")
        #expect(try fixture.read("db.dump") == content)

        let events = try await fixture.expect("audit list --last 3").text
        #expect(events.contains("Decrypt") && events.contains("ok"))
        #expect(try await fixture.expect("audit verify").text.contains("all as they were recorded"))
        #expect(fixture.typist.prompts.count == 2, "nobody was asked again")
    }

    @Test("pipes: stdin to stdout and back")
    func pipes() async throws {
        let fixture = try await CommandFixture.withStore()
        try await fixture.expect("key create --alias backups")
        let sealed = try await fixture.expect("encrypt -k backups", input: Array("streamed".utf8)).bytes
        #expect(sealed.starts(with: "age-encryption.org/v1\n".utf8))
        #expect(try await fixture.expect("decrypt -", input: sealed).text == "streamed")
        #expect(try await fixture.expect("verify", input: sealed).text.contains("stdin: intact, 8 bytes"))
    }

    @Test("several keys: each alone opens the file")
    func severalKeys() async throws {
        let fixture = try await CommandFixture.withStore()
        for alias in ["one", "two"] { try await fixture.expect("key create --alias \(alias)") }
        let sealed = try await fixture.expect("encrypt -k one -k two", input: [1, 2, 3]).bytes
        try await fixture.expect("key disable one")
        #expect(try await fixture.expect("decrypt", input: sealed).bytes == [1, 2, 3])
        try await fixture.expect("key disable two")
        try await fixture.expect("decrypt", .denied, input: sealed)
    }
}
