import OpenSSL
import TestSupport
import Testing

@testable import KeyStore

@Suite struct AgeIdentityTests {
    private func identity(_ text: String) throws -> AgeIdentity { try AgeIdentity(fileContents: secret(Array(text.utf8))) }

    @Test(.enabled(if: Command.isInstalled("age-keygen"), "age-keygen is not installed"), arguments: 1...5)
    func `age-keygen's identity has the recipient that age-keygen says`(run: Int) throws {
        let text = try Command.succeed("age-keygen").text
        let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("# public key: ") })
        let expected = String(line.dropFirst("# public key: ".count))
        let recipient = try identity(text).recipient()
        #expect(recipient.text == expected)
        #expect(try AgeRecipient(expected) == recipient)
    }

    @Test func `What an identity file holds reads back as the same identity`() throws {
        for _ in 0..<20 {
            let made = try AgeIdentity.generate()
            let contents = try made.fileContents(created: "2027-01-15T08:00:00Z")
            let (recipient, again) = (try made.recipient(), try AgeIdentity(fileContents: contents).recipient())
            #expect(recipient == again)
            let text = String(decoding: revealed(contents), as: UTF8.self)
            let lines = text.split(separator: "\n")
            #expect(lines.count == 3)
            #expect(lines[0] == "# created: 2027-01-15T08:00:00Z")
            #expect(lines[1] == "# public key: \(recipient.text)")
            #expect(lines[2].hasPrefix("AGE-SECRET-KEY-1"))
            #expect(lines[2].count == 74)
        }
    }

    /// RFC 7748 §6.1's key of Alice.
    private static let alice = "77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a"

    private func aliceText() throws -> String {
        let raw = try #require(Hex.decode(Self.alice))
        let text = try AgeIdentity(privateKey: secret(raw)).fileContents(created: "")
        return String(decoding: revealed(text), as: UTF8.self).split(separator: "\n").last.map(String.init) ?? ""
    }

    @Test func `The recipient is X25519 of the identity`() throws {
        let recipient = try identity(aliceText()).recipient()
        #expect(Hex.encode(recipient.publicKey) == "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a")
    }

    @Test func `Any one character changed, case mixed or a character more or less is refused, and never quoted`() throws {
        let line = try aliceText()
        let characters = Array(line)
        var malformed = [
            String(line.dropLast()), line + "Q", line + "\n" + line, "", "# only a comment\n",
            line.prefix(1).lowercased() + line.dropFirst(),
        ]
        for index in characters.indices {
            var changed = characters
            changed[index] = changed[index] == "Q" ? "P" : "Q"
            malformed.append(String(changed))
        }
        for text in malformed {
            do {
                _ = try identity(text)
                Issue.record("accepted: \(text.count) characters")
            } catch let error as KeyStoreError {
                #expect(error.code == .validation)
                #expect(!error.message.contains(line.dropFirst(20).prefix(12)))
            }
        }
    }

    @Test func `Comments, blank lines and Windows line ends around an identity do no harm`() throws {
        let line = try aliceText()
        for text in ["# c\r\n\r\n\(line)\r\n", "\n\n\(line)", "\(line)  \n# after", line.lowercased()] {
            let recipient = try identity(text).recipient()
            #expect(Hex.encode(recipient.publicKey).hasPrefix("8520f009"))
        }
    }

    @Test func `A recipient with a changed character, another prefix or mixed case is refused`() throws {
        let text = try identity(aliceText()).recipient().text
        #expect(text.count == 62)
        for index in text.indices {
            let changed = text[..<index] + (text[index] == "q" ? "p" : "q") + text[text.index(after: index)...]
            #expect(throws: KeyStoreError(.validation)) { _ = try AgeRecipient(String(changed)) }
        }
        for wrong in ["", "age1", text + "q", String(text.dropLast()), "age1" + text, text.uppercased().replacing("AGE", with: "age")] {
            #expect(throws: KeyStoreError(.validation)) { _ = try AgeRecipient(wrong) }
        }
    }
}
