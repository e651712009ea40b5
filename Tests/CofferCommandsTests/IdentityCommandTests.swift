import Foundation
import Testing

@testable import CofferCommands

@Suite("Identities and plugin keys on the command line")
struct IdentityCommandTests {
    @Test("a new identity is a file for its owner alone, and its recipient is told")
    func newFile() async throws {
        let fixture = try CommandFixture()
        let path = fixture.path("key.txt")
        let errors = try await fixture.expect("identity new -o \(path)").errors
        let lines = String(decoding: try fixture.read("key.txt"), as: UTF8.self).split(separator: "\n")
        #expect(lines[0].hasPrefix("# created: ") && lines[1].hasPrefix("# public key: age1") && lines[2].hasPrefix("AGE-SECRET-KEY-1"))
        #expect(errors == "Public key: \(lines[1].dropFirst(14))\n")
        #expect(try await fixture.expect("identity public \(path)").line == lines[1].dropFirst(14))
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        try await fixture.expect("identity new -o \(path)", .denied)
        #expect(!fixture.exists("home"))
    }

    @Test("through stdout, and back through stdin")
    func streams() async throws {
        let fixture = try CommandFixture()
        let identity = try await fixture.expect("identity new")
        let line = try await fixture.expect("identity public -", input: identity.bytes).line
        #expect(identity.errors == "Public key: \(line)\n")
        try await fixture.expect("identity public -", .usage, input: Array("nothing\n".utf8))
        try await fixture.expect("identity new --json", .usage)
        let result = try await fixture.expect("identity new --json -o \(fixture.path("k"))").json
        #expect((result["Recipient"] as? String)?.hasPrefix("age1") == true && result["IdentityFile"] as? String == fixture.path("k"))
    }

    @Test("a key of the store has a recipient and an identity, which coffer takes itself")
    func pluginKey() async throws {
        let fixture = try await CommandFixture.withStore()
        try await fixture.expect("key create --alias k")
        let recipient = try await fixture.expect("key recipient k --context a=b").line
        #expect(recipient.hasPrefix("age1coffer1"))
        let file = try fixture.write([1, 2, 3], to: "file")
        try await fixture.expect("encrypt -r \(recipient) \(file)")
        let other = try await fixture.expect("key recipient k --identity").text
        try fixture.write(other, to: "other.txt")
        try await fixture.write(fixture.expect("key recipient k --context a=b --identity").text, to: "key.txt")
        #expect(
            String(decoding: try fixture.read("key.txt"), as: UTF8.self).contains(
                "# context: a=b\n# recipient: \(recipient)\nAGE-PLUGIN-COFFER-1"))
        let line = try await fixture.expect("verify -i \(fixture.path("key.txt")) \(file).age").line
        #expect(line.contains("intact, 3 bytes, opened by arn:"))
        let result = try await fixture.expect("key recipient k --json").json
        #expect(result["Recipient"] as? String != recipient && (result["Identity"] as? String)?.hasPrefix("AGE-PLUGIN-COFFER-1") == true)
        let recipientOfPlugin = try await fixture.expect("encrypt --force -i \(fixture.path("key.txt")) \(file)", .usage)
        #expect(recipientOfPlugin.errors.contains("hint: name the recipient with --recipient"))
    }

    @Test("called as the plugin, the program knows its two ways, and says so", arguments: [[], ["--help"], ["--age-plugin=x-v9"]])
    func pluginUsage(arguments: [String]) async throws {
        #expect(AgePlugin.isName("/usr/bin/age-plugin-coffer") && AgePlugin.isName("age-plugin-coffer") && !AgePlugin.isName("coffer"))
        let fixture = try CommandFixture()
        let outcome = try await fixture.runPlugin(arguments)
        #expect(outcome.status == .usage && outcome.bytes.isEmpty && outcome.errors.hasPrefix("usage: age-plugin-coffer"))
    }

    @Test("the plugin seals for a key of the store, which opens by itself")
    func plugin() async throws {
        let fixture = try await CommandFixture.withStore()
        try await fixture.expect("key create --alias k")
        let recipient = try await fixture.expect("key recipient k").line
        let request = "-> add-recipient \(recipient)\n\n-> wrap-file-key\nAAAAAAAAAAAAAAAAAAAAAA\n-> done\n\n-> ok\n\n"
        let outcome = try await fixture.runPlugin(["--age-plugin=recipient-v1"], input: Array(request.utf8))
        #expect(
            outcome.status == .success && outcome.text.hasPrefix("-> recipient-stanza 0 coffer-kms arn:"),
            "\(outcome.text)\(outcome.errors)")
        #expect(outcome.text.hasSuffix("-> done\n\n"))
    }
}
