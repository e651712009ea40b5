import Foundation
import Testing

@testable import CofferCommands

@Suite("Sealed files on the command line")
struct FileCommandTests {
    private func sealed() async throws -> (CommandFixture, String) {
        let fixture = try await CommandFixture.withStore()
        try await fixture.expect("key create --alias backups")
        let file = try fixture.write([UInt8](repeating: 65, count: 100_000), to: "file")
        try await fixture.expect("encrypt -k backups --context a=1 --context b=x,y \(file)")
        return (fixture, file)
    }

    @Test("an existing output stays unless it is forced")
    func overwriting() async throws {
        let (fixture, file) = try await sealed()
        let before = try fixture.read("file.age")
        #expect(try await fixture.expect("encrypt -k backups \(file)", .denied).errors.contains("hint: use --force"))
        #expect(try fixture.read("file.age") == before)
        try await fixture.expect("decrypt \(file).age", .denied)
        try await fixture.expect("decrypt --force \(file).age")
    }

    @Test(
        "the context must be the one that was sealed, whole",
        arguments: [("a=1 b=x,y", true), ("a=1", false), ("a=1 b=x", false), ("a=2 b=x,y", false)])
    func context(pairs: String, opens: Bool) async throws {
        let (fixture, file) = try await sealed()
        let options = pairs.split(separator: " ").map { "--context \($0)" }.joined(separator: " ")
        let outcome = try await fixture.expect("decrypt \(options) -o \(fixture.path("out")) \(file).age", opens ? .success : .denied)
        #expect(fixture.exists("out") == opens)
        if !opens { #expect(outcome.errors.contains("coffer inspect")) }
    }

    @Test(
        "a cut, changed or longer file is damaged, and no output appears",
        arguments: ["cut", "header", "flipped", "trailing", "empty", "text"])
    func damage(kind: String) async throws {
        let (fixture, file) = try await sealed()
        var bytes = try fixture.read("file.age")
        switch kind {
        case "cut": bytes.removeLast(20_000)
        case "header": bytes.removeLast(bytes.count - 100)
        case "flipped": bytes[bytes.count - 5] ^= 1
        case "trailing": bytes.append(0)
        case "empty": bytes = []
        default: bytes = Array("just text\n".utf8)
        }
        try fixture.write(bytes, to: "file.age")
        try await fixture.expect("verify \(file).age", .damaged)
        try await fixture.expect("decrypt -o \(fixture.path("out")) \(file).age", .damaged)
        #expect(!fixture.exists("out"))
    }

    @Test("a missing file is not found, a folder is a usage error")
    func inputs() async throws {
        let (fixture, _) = try await sealed()
        try await fixture.expect("encrypt -k backups \(fixture.path("nothing"))", .notFound)
        try await fixture.expect("encrypt -k backups \(fixture.folder)", .usage)
        try await fixture.expect("inspect \(fixture.path("nothing"))", .notFound)
    }

    @Test("without a name that ends in .age the output must be named")
    func names() async throws {
        let (fixture, file) = try await sealed()
        #expect(try await fixture.expect("decrypt \(file)", .usage).errors.contains("--output"))
    }

    @Test("a full disk is the environment's fault", .enabled(if: FileManager.default.fileExists(atPath: "/dev/full")))
    func fullDisk() async throws {
        let (fixture, file) = try await sealed()
        try await fixture.expect("decrypt -o /dev/full \(file).age", .environment)
    }

    @Test("an unknown key, and no key at all")
    func keys() async throws {
        let (fixture, file) = try await sealed()
        try await fixture.expect("encrypt -k nobody -o \(fixture.path("out")) \(file)", .notFound)
        try await fixture.expect("encrypt \(file)", .usage)
        #expect(!fixture.exists("out"))
    }

    @Test(
        "a key that is named twice is used once, and that is said",
        arguments: ["-k backups -k backups", "-k backups -k alias/backups -k other"])
    func sameKeyTwice(keys: String) async throws {
        let (fixture, file) = try await sealed()
        try await fixture.expect("key create --alias other")
        let outcome = try await fixture.expect("encrypt \(keys) --force \(file)")
        #expect(outcome.errors.contains("is named more than once"))
        let recipients = try await fixture.expect("inspect --json \(file).age").json["Recipients"] as? [[String: Any]]
        #expect(recipients?.count == (keys.contains("other") ? 2 : 1))
    }

    @Test("a file whose key is disabled names the key once, and how to enable it", arguments: ["verify", "decrypt -o -"])
    func disabledKey(command: String) async throws {
        let (fixture, file) = try await sealed()
        let disabled = try await fixture.expect("key disable backups --json").json["KeyId"] as? String
        let errors = try await fixture.expect("\(command) \(file).age", .denied).errors
        #expect(errors.ranges(of: try #require(disabled)).count == 1 && errors.contains("is disabled"), "\(errors)")
        #expect(errors.contains("hint: enable the key with `coffer key enable KEY`"))
    }

    @Test("JSON tells sizes, and refuses to share stdout with the bytes")
    func json() async throws {
        let (fixture, file) = try await sealed()
        let result = try await fixture.expect("decrypt --json -o \(fixture.path("out")) \(file).age").json
        #expect(result["PlaintextByteCount"] as? Int == 100_000)
        try await fixture.expect("decrypt --json -o - \(file).age", .usage)
        let inspection = try await fixture.expect("inspect --json \(file).age").json
        let recipients = try #require(inspection["Recipients"] as? [[String: Any]])
        #expect(recipients.first?["EncryptionContext"] as? [String: String] == ["a": "1", "b": "x,y"])
    }

    @Test("inspecting tells kinds of recipients, form, overhead and padding")
    func inspection() async throws {
        let (fixture, file) = try await sealed()
        let inspection = try await fixture.expect("inspect --json \(file).age").json
        let (whole, plain) = (try #require(inspection["FileByteCount"] as? Int), try #require(inspection["PlaintextByteCount"] as? Int))
        #expect(inspection["OverheadByteCount"] as? Int == whole - plain && inspection["Armored"] as? Bool == false)
        #expect(try #require(inspection["PaddingByteCount"] as? Int) > 0)
        let stanzas = [
            "X25519 AAAA": "an age1… recipient", "scrypt AAAA 18": "a passphrase, work factor 18",
            "ssh-ed25519 R5dM8A AAAA": "an ssh key, R5dM8A",
            "mlkem768x25519 AAAA": "post-quantum", "piv-p256 AAAA BBBB": "age-plugin-yubikey", "Ab-grease x": "nobody: filler",
            "strange x": "not known here",
        ]
        for (stanza, text) in stanzas {
            let mac = String(repeating: "A", count: 43)
            try fixture.write("age-encryption.org/v1\n-> \(stanza)\n\n--- \(mac)\n" + String(repeating: "x", count: 32), to: "other.age")
            let shown = try await fixture.expect("inspect \(fixture.path("other.age"))").text
            #expect(shown.contains(text), "\(shown)")
        }
    }

    @Test("a file that anybody wrote cannot send commands to the terminal")
    func controlCharacters() {
        #expect(visible("a\u{1B}[2Jb\u{7}\u{9B}") == "a\u{FFFD}[2Jb\u{FFFD}\u{FFFD}")
    }
}
