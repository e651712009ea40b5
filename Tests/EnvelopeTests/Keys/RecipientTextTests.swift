import KeyStore
import OpenSSL
import Synchronization
import TestSupport
import Testing

@testable import Envelope
@testable import KeyStore

@Suite("RecipientText")
struct RecipientTextTests {
    private let malformed = EnvelopeError(.malformedKey, "")

    private func bech32(_ hrp: String, _ count: Int = 32) -> String {
        Bech32.encodePublic([UInt8](repeating: 3, count: count), hrp: Array(hrp.utf8))
    }

    @Test("each kind is told from the others")
    func kinds() throws {
        #expect(try RecipientText.parse(KnownKeys.recipient, plugins: nil) is X25519Recipient)
        #expect(try RecipientText.parse(KnownKeys.sshPublic + " me@home", plugins: nil) is SSHEd25519Recipient)
        let rsa = try SSHPublicKey(PrivateKey.generate(.rsa(bits: 2048)).publicKey())
        #expect(try RecipientText.parse(rsa.text, plugins: nil) is SSHRSARecipient)
    }

    @Test("a plugin's recipient goes to the plugin, with its name", arguments: ["yubikey", "a.b_c+d-e", "1", "age1x", "z9"])
    func plugins(name: String) throws {
        let plugins = RecordingPlugins()
        let text = bech32("age1" + name, 5)
        _ = try RecipientText.parse(text, plugins: plugins)
        #expect(plugins.calls == ["recipient \(name) \(text)"])
        #expect(throws: EnvelopeError(.pluginFailed, "")) { _ = try RecipientText.parse(text, plugins: nil) }
    }

    @Test(
        "a plugin's name with a path in it is refused",
        arguments: ["../evil", "a/b", "", "a b", "a\\b", "ü", String(repeating: "x", count: 65)])
    func pluginPaths(name: String) {
        let plugins = RecordingPlugins()
        #expect(throws: malformed) { _ = try RecipientText.parse(bech32("age1" + name), plugins: plugins) }
        #expect(plugins.calls.isEmpty)
    }

    @Test("post-quantum and tagged recipients are refused by name, and never given to a plugin", arguments: ["pq", "tag", "tagpq"])
    func postQuantum(name: String) {
        let plugins = RecordingPlugins()
        for text in [bech32("age1" + name, 1216), bech32("age1" + name) + "q"] {
            let error = #expect(throws: EnvelopeError.self) { _ = try RecipientText.parse(text, plugins: plugins) }
            #expect(error?.message.contains("age1pq1") == true)
        }
        #expect(plugins.calls.isEmpty)
    }

    @Test("what is no recipient is refused")
    func notRecipients() {
        let texts = [
            "", " ", "age1", "age1qqqq", KnownKeys.recipient + "q", String(KnownKeys.recipient.dropLast()), " " + KnownKeys.recipient,
            KnownKeys.recipient.replacing("age", with: "AGE"), bech32("age", 31), bech32("age", 33), bech32("agf"), "github:somebody",
            "ssh-ed25519", "ssh-dss AAAA", "ecdsa-sha2-nistp256 AAAA", "sk-ssh-ed25519@openssh.com AAAA", "me@home",
        ]
        for text in texts { #expect(throws: malformed, "\(text)") { _ = try RecipientText.parse(text, plugins: RecordingPlugins()) } }
    }

    @Test("an identity that was given by mistake is told apart, and never quoted")
    func identity() {
        for text in [KnownKeys.identity, KnownKeys.identity.lowercased(), String(KnownKeys.identity.dropLast()), "AGE-PLUGIN-X-1QQQQ"] {
            let error = #expect(throws: EnvelopeError.self) { _ = try RecipientText.parse(text, plugins: nil) }
            #expect(error?.message.contains("identity") == true)
            #expect(error?.message.lowercased().contains("grvzud9") == false)
        }
    }

    @Test("nothing that a terminal would obey is quoted")
    func escapes() {
        let error = #expect(throws: EnvelopeError.self) { _ = try RecipientText.parse("age1\u{1B}[2J", plugins: nil) }
        #expect(error?.message.utf8.contains(0x1B) == false)
    }

    // MARK: Files

    @Test("a recipients file has one recipient per line, comments and blank lines")
    func file() throws {
        let text = "# ours\n\n\(KnownKeys.recipient)\r\n  \(KnownKeys.sshPublic) me \n#\(KnownKeys.identity)\n\t\n\(KnownKeys.recipient)"
        #expect(try RecipientText.parseFile(Array(text.utf8), name: "r", plugins: nil).count == 3)
    }

    @Test("an error names file and line, and quotes nothing of it")
    func fileErrors() {
        let lines = ["a-password", KnownKeys.identity, "age1qqqqqq", "ssh-dss AAAAB3", "ecdsa-sha2-nistp256 AAAA", "ssh-ed25519 AAAAC3x"]
        for line in lines {
            let text = "#\n\(KnownKeys.recipient)\n\(line)\n"
            let error = #expect(throws: EnvelopeError.self) {
                _ = try RecipientText.parseFile(Array(text.utf8), name: "r.txt", plugins: nil)
            }
            #expect(error?.code == .malformedKey)
            #expect(error?.message.hasPrefix("r.txt, line 3: ") == true)
            #expect(error?.message.contains(line) == false)
        }
        for invalid in [[0xFF, 0x0A], [UInt8](repeating: 65, count: 70_000)] {
            #expect(throws: malformed) { _ = try RecipientText.parseFile(invalid, name: "r", plugins: nil) }
        }
    }

    @Test("a file without recipients, too large, or with too many of them is refused")
    func fileBounds() {
        for text in ["", "# none\n", "\n\n"] {
            #expect(throws: EnvelopeError(.invalidRecipients, "")) {
                _ = try RecipientText.parseFile(Array(text.utf8), name: "r", plugins: nil)
            }
        }
        let large = [UInt8](repeating: 0x0A, count: RecipientText.maximumFileByteCount + 1)
        #expect(throws: malformed) { _ = try RecipientText.parseFile(large, name: "r", plugins: nil) }
        let line = bech32("age1x", 1) + "\n"
        let many = Array(String(repeating: line, count: RecipientText.maximumCount + 1).utf8)
        #expect(throws: EnvelopeError(.invalidRecipients, "")) {
            _ = try RecipientText.parseFile(many, name: "r", plugins: RecordingPlugins())
        }
    }
}

/// Plugins that only remember what they were asked.
final class RecordingPlugins: PluginProvider {
    private let recorded = Mutex<[String]>([])

    var calls: [String] { recorded.withLock { $0 } }

    func recipient(_ text: String, plugin name: String) throws(EnvelopeError) -> any Recipient {
        recorded.withLock { $0.append("recipient \(name) \(text)") }
        do { return X25519Recipient(try AgeRecipient(KnownKeys.recipient)) } catch { preconditionFailure("\(error)") }
    }

    func identity(_ text: borrowing SecretBytes, plugin name: String) throws(EnvelopeError) -> any Identity {
        let line = String(decoding: revealed(text), as: UTF8.self)
        recorded.withLock { $0.append("identity \(name) \(line)") }
        return PassphraseIdentity(Asked(nil).source)
    }
}
