import AgeFormat
import KeyStore
import OpenSSL
import SystemPackage
import TestSupport
import Testing

@testable import Envelope

/// age's own recipients, without any other program.
@Suite("age's own recipients")
struct AgeRecipientTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    // MARK: Known answers

    private func identity(_ text: String, _ asked: Asked = Asked(nil)) throws -> [any Identity] {
        try IdentityFile.parse(secret(text), name: "the key", passphrase: asked.source, plugins: nil)
    }

    private func open(_ base64: String, _ identities: [any Identity]) async throws -> (plaintext: [UInt8], by: String?) {
        let path = try folder.write(KnownKeys.bytes(base64), to: "sealed")
        let summary = try await SealedFileOpener(identities: identities).open(
            .file(path), to: .file(folder.file("opened"), overwrite: true))
        return (try folder.read("opened"), summary.openedBy)
    }

    @Test("what age and Python sealed opens")
    func knownAnswers() async throws {
        let x25519 = try await open(KnownKeys.forIdentity, identity(KnownKeys.identity))
        #expect(x25519.plaintext == KnownKeys.plaintext && x25519.by == "the key")
        let ssh = try await open(KnownKeys.forSSH, identity(KnownKeys.ssh))
        #expect(ssh.plaintext == KnownKeys.plaintext && ssh.by == "the key")
        let passphrase = try await open(KnownKeys.forPassphrase, [PassphraseIdentity(Asked(KnownKeys.passphrase).source)])
        #expect(passphrase.plaintext == KnownKeys.plaintext)
    }

    // MARK: Passphrases are asked for when they are needed, and then once

    @Test("the passphrase of an ssh key is asked for only when a file names the key, and then once")
    func sshPassphrase() async throws {
        let asked = Asked(KnownKeys.sshPassphrase)
        let identities = try identity(KnownKeys.encryptedSSH, asked)
        for other in [KnownKeys.forIdentity, KnownKeys.forPassphrase] {
            await #expect(throws: EnvelopeError(.noKeyOpens, "")) { _ = try await open(other, identities) }
        }
        #expect(asked.questions.isEmpty)
        for _ in 0..<3 {
            let opened = try await open(KnownKeys.forSSH, identities)
            #expect(opened.plaintext == KnownKeys.plaintext)
        }
        #expect(asked.questions == ["Passphrase of the ssh key the key: "])
    }

    @Test("a wrong or empty passphrase of an ssh key is said to be wrong", arguments: ["wrong", "", "Correct horse"])
    func wrongSSHPassphrase(text: String) async throws {
        let asked = Asked(text)
        let identities = try identity(KnownKeys.encryptedSSH, asked)
        let error = await #expect(throws: EnvelopeError.self) { _ = try await open(KnownKeys.forSSH, identities) }
        #expect(error?.code == .noKeyOpens)
        #expect(error?.refusals == [Refusal(key: "the key", reason: .wrongPassphrase)])
        #expect(asked.questions.count == 1)
    }

    @Test("the passphrase of a file is asked for only when the file has one")
    func filePassphrase() async throws {
        let asked = Asked("wrong")
        let identities = [PassphraseIdentity(asked.source)]
        await #expect(throws: EnvelopeError(.noKeyOpens, "")) { _ = try await open(KnownKeys.forSSH, identities) }
        #expect(asked.questions.isEmpty)
        let error = await #expect(throws: EnvelopeError.self) { _ = try await open(KnownKeys.forPassphrase, identities) }
        #expect(error?.refusals.map(\.reason) == [.wrongPassphrase])
        #expect(asked.questions.count == 1)
        await #expect(throws: EnvelopeError(.passphraseUnavailable, "")) {
            _ = try await open(KnownKeys.forPassphrase, [PassphraseIdentity(Asked(nil).source)])
        }
    }

    // MARK: There and back

    @Test("a file for every kind of recipient at once opens with each of their keys")
    func mixed() async throws {
        let path = try folder.write(SealedFileTests.bytes(100_000), to: "plain")
        let identity = try AgeIdentity.generate()
        let rsa = try PrivateKey.generate(.rsa(bits: 2048))
        let rsaFile = SSHKeyTests.pem("PRIVATE KEY", revealed(try rsa.pkcs8DER()))
        let recipients: [any Recipient] = [
            X25519Recipient(try identity.recipient()), try SSHRSARecipient(SSHPublicKey(rsa.publicKey())),
            try RecipientText.parse(KnownKeys.sshPublic, plugins: nil), try RecipientText.parse(KnownKeys.recipient, plugins: nil),
        ]
        try await SealedFileWriter(recipients: recipients).seal(.file(path), to: .file(folder.file("sealed"), overwrite: false))
        let copied = try X25519Identity(copying: identity, name: "copied")
        let identities: [any Identity] = [
            copied, X25519Identity(identity, name: "mine"),
            try SSHIdentity(contents: secret(rsaFile), name: "rsa", passphrase: Asked(nil).source),
            try self.identity(KnownKeys.ssh)[0], try self.identity(KnownKeys.encryptedSSH, Asked(KnownKeys.sshPassphrase))[0],
            try self.identity(KnownKeys.identity)[0],
        ]
        for opener in identities {
            try await SealedFileOpener(identities: [opener]).open(
                .file(folder.file("sealed")), to: .file(folder.file("opened"), overwrite: true))
            #expect(try folder.read("opened") == folder.read("plain"))
        }
    }

    @Test("a file under a passphrase opens with it; nobody else can be a recipient of it")
    func passphrase() async throws {
        let path = try folder.write([1, 2, 3], to: "plain")
        let recipient = try PassphraseRecipient(passphrase: secret("word"), logN: 3)
        try await SealedFileWriter(recipients: [recipient]).seal(.file(path), to: .file(folder.file("sealed"), overwrite: false))
        try await SealedFileOpener(identities: [PassphraseIdentity(Asked("word").source)]).open(
            .file(folder.file("sealed")), to: .file(folder.file("opened"), overwrite: false))
        #expect(try folder.read("opened") == [1, 2, 3])
        for others in [[recipient, recipient] as [any Recipient], [recipient, X25519Recipient(try AgeRecipient(KnownKeys.recipient))]] {
            await #expect(throws: EnvelopeError(.invalidRecipients, "")) {
                try await SealedFileWriter(recipients: others).seal(.file(path), to: .file(folder.file("other"), overwrite: true))
            }
        }
    }

    @Test("a passphrase or work factor out of bounds makes no recipient")
    func passphraseBounds() throws {
        let cases: [(String, Int)] = [("", 18), (String(repeating: "x", count: 1025), 18), ("x", 0), ("x", 23)]
        for (text, logN) in cases {
            #expect(throws: EnvelopeError(.invalidRecipients, "")) { _ = try PassphraseRecipient(passphrase: secret(text), logN: logN) }
        }
    }

    // MARK: Malformed stanzas

    private func result(_ identity: any Identity, _ stanzas: [Stanza]) async throws -> [Refusal]? {
        switch try await identity.unwrap(stanzas) {
        case .opened: nil
        case .refused(let refusals): refusals
        }
    }

    @Test("a malformed stanza of an identity's own kind is damage of the header, before anybody is asked")
    func malformed() async throws {
        let asked = Asked(KnownKeys.sshPassphrase)
        let ssh = try identity(KnownKeys.encryptedSSH, asked)[0]
        let good = try KnownKeys.stanzas(KnownKeys.forSSH)[0]
        let (tag, ephemeral) = (good.arguments[0], good.arguments[1])
        let arguments = [
            [], [tag], [tag, ephemeral, "x"], [tag + "A", ephemeral], [tag + "==", ephemeral], [String(tag.dropLast()), ephemeral],
            [String(tag.dropLast()) + "R", ephemeral], [tag, String(ephemeral.dropLast())], [tag, ephemeral + "A"], [tag, ephemeral + "="],
            ["AAAAAA", ephemeral + "AA"],
        ]
        for arguments in arguments {
            await #expect(throws: EnvelopeError(.damagedHeader, ""), "\(arguments)") {
                _ = try await result(ssh, [good, Stanza(type: good.type, arguments: arguments, body: good.body)])
            }
        }
        for count in [0, 31, 33] {
            let body = [UInt8](repeating: 0, count: count)
            await #expect(throws: EnvelopeError(.damagedHeader, "")) {
                _ = try await result(ssh, [Stanza(type: good.type, arguments: good.arguments, body: body)])
            }
        }
        #expect(asked.questions.isEmpty)
        let x25519 = try identity(KnownKeys.identity)[0]
        await #expect(throws: EnvelopeError(.damagedHeader, "")) {
            _ = try await result(x25519, [Stanza(type: "X25519", arguments: [], body: [])])
        }
        let passphrase = PassphraseIdentity(asked.source)
        for logN in ["0", "01", "23", "x"] {
            await #expect(throws: EnvelopeError(.damagedHeader, "")) {
                _ = try await result(
                    passphrase,
                    [Stanza(type: "scrypt", arguments: ["AAAAAAAAAAAAAAAAAAAAAA", logN], body: [UInt8](repeating: 0, count: 32))])
            }
        }
        let scrypt = try KnownKeys.stanzas(KnownKeys.forPassphrase)[0]
        let authenticated = try AgeHeader.bytesToAuthenticate([scrypt, good])
        let header = AgeHeader.encoded(authenticated: authenticated, mac: [UInt8](repeating: 0, count: AgeHeader.macByteCount))
        let path = try folder.write(header + [UInt8](repeating: 0, count: 32), to: "mixed")
        await #expect(throws: EnvelopeError(.damagedHeader, "")) {
            try await SealedFileOpener(identities: [passphrase]).verify(.file(path))
        }
        #expect(asked.questions.isEmpty)
    }

    @Test("an ephemeral key of small order is damage")
    func smallOrder() async throws {
        let ssh = try identity(KnownKeys.ssh)[0]
        let good = try KnownKeys.stanzas(KnownKeys.forSSH)[0]
        for point in [[UInt8](repeating: 0, count: 32), [1] + [UInt8](repeating: 0, count: 31)] {
            let arguments = [good.arguments[0], Base64.encode(point, padding: .none)]
            await #expect(throws: EnvelopeError(.damagedHeader, "")) {
                _ = try await result(ssh, [Stanza(type: good.type, arguments: arguments, body: good.body)])
            }
        }
    }

    @Test("a stanza with the key's tag that does not open is refused by name, and the next is tried")
    func wrongStanza() async throws {
        let ssh = try identity(KnownKeys.ssh)[0]
        let good = try KnownKeys.stanzas(KnownKeys.forSSH)[0]
        let wrong = try Stanza(type: good.type, arguments: good.arguments, body: [UInt8](repeating: 7, count: 32))
        #expect(try await result(ssh, [wrong])?.map(\.key) == ["the key"])
        #expect(try await result(ssh, [wrong, good]) == nil)
        await #expect(throws: EnvelopeError(.damagedHeader, "")) {
            _ = try await result(ssh, [Stanza](repeating: wrong, count: SSHIdentity.maximumCountPerFile + 1))
        }
        let otherTag = try Stanza(type: good.type, arguments: ["AAAAAA", good.arguments[1]], body: good.body)
        #expect(try await result(ssh, [otherTag]) == [])
    }

    @Test("an RSA body of the wrong length is damage; one that does not decrypt is refused")
    func rsaBody() async throws {
        let rsa = try PrivateKey.generate(.rsa(bits: 2048))
        let file = SSHKeyTests.pem("PRIVATE KEY", revealed(try rsa.pkcs8DER()))
        let identity = try SSHIdentity(contents: secret(file), name: "rsa", passphrase: Asked(nil).source)
        let tag = identity.publicKey.tag
        for count in [0, 255, 257] {
            await #expect(throws: EnvelopeError(.damagedHeader, "")) {
                _ = try await result(identity, [Stanza(type: "ssh-rsa", arguments: [tag], body: [UInt8](repeating: 1, count: count))])
            }
        }
        for arguments in [[], [tag, tag]] {
            await #expect(throws: EnvelopeError(.damagedHeader, "")) {
                _ = try await result(identity, [Stanza(type: "ssh-rsa", arguments: arguments, body: [UInt8](repeating: 1, count: 256))])
            }
        }
        let refusals = try await result(identity, [Stanza(type: "ssh-rsa", arguments: [tag], body: [UInt8](repeating: 1, count: 256))])
        #expect(refusals?.count == 1)
    }
}
