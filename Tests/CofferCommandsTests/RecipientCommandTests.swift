import Foundation
import KeyStore
import OpenSSL
import Testing

@testable import CofferCommands

@Suite("Recipients and identities on the command line")
struct RecipientCommandTests {
    private static let content = Array("attack at dawn".utf8)

    /// A fixture without a store, with the file `file` and the identity `key.txt`.
    private func fixture() async throws -> (CommandFixture, recipient: String) {
        let fixture = try CommandFixture()
        try fixture.write(Self.content, to: "file")
        return (fixture, try identity("key.txt", in: fixture))
    }

    private func identity(_ name: String, in fixture: CommandFixture, mode: Int = 0o600) throws -> String {
        let identity = try AgeIdentity.generate()
        let text = try identity.fileContents(created: "today").withUnsafeBytes { Array($0) }
        try fixture.write(text, to: name, mode: mode)
        return try identity.recipient().text
    }

    private func types(_ name: String, in fixture: CommandFixture) async throws -> [String?] {
        let recipients = try await fixture.expect("inspect --json \(fixture.path(name))").json["Recipients"] as? [[String: Any]]
        return try #require(recipients).map { $0["Type"] as? String }
    }

    @Test("a file for an age recipient needs no store, and is opened by its identity alone")
    func x25519() async throws {
        let (fixture, recipient) = try await fixture()
        try await fixture.expect("encrypt -r \(recipient) \(fixture.path("file"))")
        let opened = try await fixture.expect("decrypt -i \(fixture.path("key.txt")) -o - \(fixture.path("file.age"))")
        #expect(opened.bytes == Self.content)
        #expect(!fixture.exists("home") && fixture.typist.prompts.isEmpty)
        let errors = try await fixture.expect("decrypt -o - \(fixture.path("file.age"))", .denied).errors
        #expect(errors.contains("X25519") && errors.contains("hint: name what opens it with --identity FILE"), "\(errors)")
        _ = try identity("other.txt", in: fixture)
        try await fixture.expect("verify -i \(fixture.path("other.txt")) \(fixture.path("file.age"))", .denied)
        try await fixture.expect("verify -i \(fixture.path("other.txt")) -i \(fixture.path("key.txt")) \(fixture.path("file.age"))")
    }

    @Test("any mix of recipients, each of which opens the file")
    func mix() async throws {
        let fixture = try await CommandFixture.withStore()
        try await fixture.expect("key create --alias k")
        try fixture.write(Self.content, to: "file")
        let recipients = try ["a", "b", "c"].map { try identity($0, in: fixture) }
        try fixture.write("# team\n\n\(recipients[1])\r\n", to: "team.txt", mode: 0o644)
        try await fixture.expect(
            "encrypt -k k --context a=b -r \(recipients[0]) -R \(fixture.path("team.txt")) -i \(fixture.path("c")) \(fixture.path("file"))")
        #expect(try await types("file.age", in: fixture) == ["coffer-kms", "X25519", "X25519", "X25519"])
        for name in ["a", "b", "c"] {
            let line = try await fixture.expect("verify -i \(fixture.path(name)) \(fixture.path("file.age"))").line
            #expect(line.hasSuffix("opened by \(fixture.path(name))"), "\(line)")
        }
        #expect(try await fixture.expect("verify --context a=b \(fixture.path("file.age"))").text.contains("opened by arn:"))
    }

    @Test("recipients come through stdin where the data does not")
    func recipientsFromStandardInput() async throws {
        let (fixture, recipient) = try await fixture()
        try await fixture.expect("encrypt -R - \(fixture.path("file"))", input: Array(recipient.utf8))
        try await fixture.expect("verify -i \(fixture.path("key.txt")) \(fixture.path("file.age"))")
        try await fixture.expect("encrypt -R -", .usage, input: Array(recipient.utf8))
        let identity = try fixture.read("key.txt")
        #expect(try await fixture.expect("decrypt -i - -o - \(fixture.path("file.age"))", input: identity).bytes == Self.content)
    }

    @Test("the text form is one, and is opened as any other")
    func armor() async throws {
        let (fixture, recipient) = try await fixture()
        try await fixture.expect("encrypt -a -r \(recipient) \(fixture.path("file"))")
        let text = String(decoding: try fixture.read("file.age"), as: UTF8.self)
        #expect(text.hasPrefix("-----BEGIN AGE ENCRYPTED FILE-----\n"))
        #expect(try await fixture.expect("decrypt -i \(fixture.path("key.txt")) -o - \(fixture.path("file.age"))").bytes == Self.content)
    }

    @Test("a passphrase: typed twice to seal, once to open")
    func passphrase() async throws {
        let (fixture, _) = try await fixture()
        fixture.typist.willType("open sesame open", "open sesame open")
        try await fixture.expect("encrypt -p \(fixture.path("file"))")
        #expect(try await types("file.age", in: fixture) == ["scrypt"])
        fixture.typist.willType("open sesame open")
        #expect(try await fixture.expect("decrypt -o - \(fixture.path("file.age"))").bytes == Self.content)
        fixture.typist.willType("open sesame shut")
        let wrong = try await fixture.expect("decrypt -o - \(fixture.path("file.age"))", .denied)
        #expect(wrong.errors.contains("the passphrase is not the right one"))
        try fixture.write("open sesame open\n", to: "pass")
        try await fixture.expect("verify --passphrase-file \(fixture.path("pass")) \(fixture.path("file.age"))")
        #expect(fixture.typist.prompts.count == 4)
        let noTerminal = try await fixture.expect("verify \(fixture.path("file.age"))", .denied)
        #expect(noTerminal.errors.contains("hint: give --passphrase-file"))
    }

    @Test("several files under one passphrase ask for it once")
    func passphraseOnce() async throws {
        let (fixture, _) = try await fixture()
        try fixture.write("open sesame open", to: "pass")
        let other = try fixture.write([1], to: "other")
        try await fixture.expect("encrypt -p --passphrase-file \(fixture.path("pass")) \(fixture.path("file")) \(other)")
        fixture.typist.willType("open sesame open")
        try await fixture.expect("verify \(fixture.path("file.age")) \(other).age")
        #expect(fixture.typist.prompts == ["Passphrase of the file: "])
    }

    @Test("two passphrases that differ, or a short one, seal nothing", arguments: [["eight bytes", "eight bites"], ["short"]])
    func badPassphrases(lines: [String]) async throws {
        let (fixture, _) = try await fixture()
        for line in lines + lines { fixture.typist.willType(line) }
        try await fixture.expect("encrypt -p \(fixture.path("file"))", .usage)
        #expect(!fixture.exists("file.age"))
    }

    @Test("an identity file under a passphrase is opened when a file may need it")
    func sealedIdentity() async throws {
        let (fixture, recipient) = try await fixture()
        try fixture.write("open sesame open", to: "pass")
        try await fixture.expect("encrypt -p -a --passphrase-file \(fixture.path("pass")) \(fixture.path("key.txt"))")
        try await fixture.expect("encrypt -r \(recipient) \(fixture.path("file"))")
        let command = "decrypt -i \(fixture.path("key.txt.age")) -o - \(fixture.path("file.age"))"
        fixture.typist.willType("open sesame open")
        #expect(try await fixture.expect(command).bytes == Self.content)
        #expect(fixture.typist.prompts == ["Passphrase of the identity file \(fixture.path("key.txt.age")): "])
        fixture.typist.willType("open sesame shut")
        #expect(try await fixture.expect(command, .denied).errors.contains("the passphrase is not the right one"))
        try await fixture.expect("decrypt -i \(fixture.path("key.txt.age")) -o - \(fixture.path("nothing"))", .notFound)
        #expect(fixture.typist.prompts.count == 2)
        fixture.typist.willType("open sesame open")
        try await fixture.expect("encrypt -i \(fixture.path("key.txt.age")) --force \(fixture.path("file"))")
        try await fixture.expect("verify -i \(fixture.path("key.txt")) \(fixture.path("file.age"))")
    }

    @Test("an identity file that others can read is refused, unless there is nothing secret in it")
    func openIdentities() async throws {
        let (fixture, _) = try await fixture()
        let recipient = try identity("open.txt", in: fixture, mode: 0o644)
        try await fixture.expect("encrypt -r \(recipient) \(fixture.path("file"))")
        let errors = try await fixture.expect("verify -i \(fixture.path("open.txt")) \(fixture.path("file.age"))", .denied).errors
        #expect(errors.contains("chmod 600"))
        let store = try await CommandFixture.withStore()
        try await store.expect("key create --alias k")
        try await store.expect("encrypt -k k -o \(store.path("sealed")) \(fixture.path("file"))")
        let key = try await store.expect("key recipient k --identity").text
        try store.write(key, to: "coffer.txt", mode: 0o644)
        try await store.expect("verify -i \(store.path("coffer.txt")) \(store.path("sealed"))")
    }

    @Test(
        "what cannot be meant is refused before anything is asked or made",
        arguments: [
            "encrypt FILE", "encrypt -p -r RECIPIENT FILE", "encrypt -p -k k FILE", "encrypt --context a=b -r RECIPIENT FILE",
            "encrypt -r age1nonsense FILE", "encrypt -r RECIPIENT -o - FILE FILE", "encrypt -r RECIPIENT -o new FILE KEY",
            "encrypt -r RECIPIENT --json", "encrypt -r RECIPIENT --recursive . FILE", "encrypt -r RECIPIENT FILE -",
            "encrypt --ssh KEY FILE", "decrypt --range 5-4 FILE", "decrypt --range 0-1 FILE FILE", "decrypt --range 0-1",
            "verify --sample 0% FILE",
            "verify --sample 101% FILE", "verify --sample 1 FILE", "decrypt -i - -", "encrypt -r RECIPIENT FILE FILE",
            "encrypt -r age1pq1qqqqqqqq FILE",
        ])
    func wrongUse(line: String) async throws {
        let (fixture, recipient) = try await fixture()
        let words = line.split(separator: " ").map { word in
            switch word {
            case "FILE": fixture.path("file")
            case "KEY": fixture.path("key.txt")
            case "RECIPIENT": recipient
            default: String(word)
            }
        }
        let outcome = try await fixture.run(words, input: [1, 2, 3])
        #expect(outcome.status == .usage, "\(outcome.errors)")
        #expect(fixture.typist.prompts.isEmpty && !fixture.exists("file.age") && !fixture.exists("home"))
    }

    @Test("a private ssh key is no recipient, and its public half is hinted at")
    func privateSSHKey() async throws {
        let (fixture, _) = try await fixture()
        try fixture.write("-----BEGIN OPENSSH PRIVATE KEY-----\n", to: "id")
        let errors = try await fixture.expect("encrypt --ssh \(fixture.path("id")) \(fixture.path("file"))", .usage).errors
        #expect(errors.contains("hint: name \(fixture.path("id")).pub"))
    }

    @Test("an identity that is given as a recipient is not shown")
    func identityAsRecipient() async throws {
        let (fixture, _) = try await fixture()
        let secret = String(decoding: try fixture.read("key.txt"), as: UTF8.self).split(separator: "\n").last.map(String.init) ?? ""
        let errors = try await fixture.expect("encrypt -r \(secret) \(fixture.path("file"))", .usage).errors
        #expect(!errors.contains(secret.dropFirst(16)) && errors.contains("identity"))
    }

    @Test("the same recipient twice is used once")
    func sameRecipientTwice() async throws {
        let (fixture, recipient) = try await fixture()
        let outcome = try await fixture.expect("encrypt -r \(recipient) -r \(recipient) \(fixture.path("file"))")
        #expect(outcome.errors.contains("used once"))
        #expect(try await types("file.age", in: fixture) == ["X25519"])
    }

    // MARK: Parts

    @Test(
        "a range gives the bytes that are meant",
        arguments: [
            ("0-10", 0..<10), ("65530+20", 65530..<65550), ("199990-", 199_990..<200_000), ("-5", 199_995..<200_000),
            ("bytes=100-199", 100..<200), ("64K-64K+1", 65536..<65537), ("199990-1M", 199_990..<200_000),
        ])
    func ranges(range: String, expected: Range<Int>) async throws {
        let (fixture, recipient) = try await fixture()
        let content = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
        try fixture.write(content, to: "big")
        try await fixture.expect("encrypt -r \(recipient) \(fixture.path("big"))")
        let options = "decrypt -i \(fixture.path("key.txt")) --range=\(range)"
        #expect(try await fixture.expect("\(options) \(fixture.path("big.age"))").bytes == Array(content[expected]))
        let result = try await fixture.expect("\(options) --json -o \(fixture.path("part")) \(fixture.path("big.age"))").json
        #expect(result["Start"] as? Int == expected.lowerBound && result["End"] as? Int == expected.upperBound)
        #expect(try fixture.read("part") == Array(content[expected]))
    }

    @Test("a range behind the end is a usage error, and so is a part of a pipe or of text")
    func badRanges() async throws {
        let (fixture, recipient) = try await fixture()
        try await fixture.expect("encrypt -r \(recipient) \(fixture.path("file"))")
        try await fixture.expect("decrypt -i \(fixture.path("key.txt")) --range 100- \(fixture.path("file.age"))", .usage)
        try await fixture.expect("encrypt -a --force -r \(recipient) \(fixture.path("file"))")
        try await fixture.expect("decrypt -i \(fixture.path("key.txt")) --range 0-1 \(fixture.path("file.age"))", .usage)
    }

    @Test("a sample says how much was looked at, and finds a cut file")
    func sample() async throws {
        let (fixture, recipient) = try await fixture()
        try fixture.write([UInt8](repeating: 7, count: 1_000_000), to: "big")
        try await fixture.expect("encrypt -r \(recipient) \(fixture.path("big"))")
        let options = "verify -i \(fixture.path("key.txt")) --sample 10%"
        #expect(try await fixture.expect("\(options) \(fixture.path("big.age"))").text.contains("2 of 16 chunks are intact"))
        let result = try await fixture.expect("\(options) --json \(fixture.path("big.age"))").json
        #expect(result["CheckedChunkCount"] as? Int == 2 && result["ChunkCount"] as? Int == 16 && result["Intact"] == nil)
        let whole = try await fixture.expect("\(options) --json", input: try fixture.read("big.age")).json
        #expect(whole["Intact"] as? Bool == true)
        try fixture.write(Array(try fixture.read("big.age").dropLast(70_000)), to: "cut.age")
        try await fixture.expect("\(options) \(fixture.path("cut.age"))", .damaged)
    }
}
