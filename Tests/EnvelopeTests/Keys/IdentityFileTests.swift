import OpenSSL
import TestSupport
import Testing

@testable import Envelope
@testable import KeyStore

@Suite("IdentityFile")
struct IdentityFileTests {
    private let malformed = EnvelopeError(.malformedKey, "")
    private static let plugin = Bech32.encodePublic([1, 2, 3], hrp: Array("age-plugin-yubikey-".utf8)).uppercased()

    private func parse(_ text: String, plugins: (any PluginProvider)? = nil) throws -> [any Identity] {
        try IdentityFile.parse(secret(text), name: "keys.txt", passphrase: Asked(nil).source, plugins: plugins)
    }

    @Test("identities of all kinds are read in order, between comments and blank lines")
    func kinds() throws {
        let plugins = RecordingPlugins()
        let identities = try parse("# created\n\n\(KnownKeys.identity)\r\n\(Self.plugin) \n#x\n\(KnownKeys.identity)", plugins: plugins)
        #expect(identities.map { "\(type(of: $0))" } == ["X25519Identity", "PassphraseIdentity", "X25519Identity"])
        #expect(plugins.calls == ["identity yubikey \(Self.plugin)"])
        let ssh = try parse(KnownKeys.ssh)
        #expect(ssh.count == 1 && ssh[0] is SSHIdentity)
    }

    @Test("without plugins, a plugin's identity says which plugin it needs")
    func noPlugins() {
        let error = #expect(throws: EnvelopeError.self) { _ = try parse("#\n\(Self.plugin)\n") }
        #expect(error?.code == .pluginFailed)
        #expect(error?.message.hasPrefix("keys.txt, line 2: ") == true)
        #expect(error?.message.contains("age-plugin-yubikey") == true)
    }

    @Test("what is no identity is refused with its line, and never quoted")
    func malformedLines() {
        let path = Bech32.encodePublic([1], hrp: Array("age-plugin-../evil-".utf8)).uppercased()
        let unnamed = Bech32.encodePublic([1], hrp: Array("age-plugin-".utf8)).uppercased()
        let postQuantum = Bech32.encodePublic([1], hrp: Array("age-secret-key-pq-".utf8)).uppercased()
        let lines = [
            "a-secret-word", KnownKeys.recipient, String(KnownKeys.identity.dropLast()), KnownKeys.identity + "Q", Self.plugin + "Q", path,
            unnamed,
            postQuantum, KnownKeys.sshPublic, " " + KnownKeys.identity,
        ]
        for line in lines {
            let error = #expect(throws: EnvelopeError.self, "\(line)") { _ = try parse("#\n\n\(line)\n", plugins: RecordingPlugins()) }
            #expect(error?.code == .malformedKey)
            #expect(error?.message.hasPrefix("keys.txt, line 3: ") == true, "\(error?.message ?? "")")
            #expect(error?.message.contains(line) == false)
        }
    }

    @Test("an empty, a too large and a sealed file are refused")
    func wholeFiles() throws {
        for text in ["", "# none\n", String(repeating: "#", count: IdentityFile.maximumByteCount + 1)] {
            #expect(throws: malformed) { _ = try parse(text) }
        }
        for sealed in ["age-encryption.org/v1\n-> ", "-----BEGIN AGE ENCRYPTED FILE-----\n"] {
            #expect(IdentityFile.isSealed(try secret(sealed)))
            let error = #expect(throws: EnvelopeError.self) { _ = try parse(sealed) }
            #expect(error?.message.contains("has to be opened first") == true)
        }
        for open in [KnownKeys.identity, KnownKeys.ssh, KnownKeys.encryptedSSH, "", "age"] {
            #expect(!IdentityFile.isSealed(try secret(open)))
        }
    }

    @Test("a file holds secrets unless all it holds is a plugin's or sealed")
    func secrets() throws {
        for text in [KnownKeys.identity, KnownKeys.ssh, KnownKeys.encryptedSSH, "\(Self.plugin)\n\(KnownKeys.identity)\n", "something"] {
            #expect(IdentityFile.holdsSecrets(try secret(text)))
        }
        for text in ["", "# \(KnownKeys.identity)\n", "# c\n\(Self.plugin)\n\(Self.plugin)", "age-encryption.org/v1\n"] {
            #expect(!IdentityFile.holdsSecrets(try secret(text)))
        }
    }

    @Test("the recipients of a file are told in order")
    func recipients() throws {
        let other = try AgeIdentity.generate()
        let text =
            "\(KnownKeys.identity)\n\(Self.plugin)\n" + String(decoding: revealed(try other.fileContents(created: "now")), as: UTF8.self)
        let expected = [KnownKeys.recipient, try other.recipient().text]
        #expect(try IdentityFile.recipients(secret(text), name: "k") == expected)
        for ssh in [KnownKeys.ssh, KnownKeys.encryptedSSH] {
            #expect(try IdentityFile.recipients(secret(ssh), name: "k") == [KnownKeys.sshPublic])
        }
        #expect(throws: malformed) { _ = try IdentityFile.recipients(secret("x"), name: "k") }
    }
}
