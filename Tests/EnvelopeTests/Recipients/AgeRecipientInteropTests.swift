import Foundation
import KeyStore
import SystemPackage
import TestSupport
import Testing

@testable import Envelope

/// A kind of key, as other programs make it.
enum PeerKey: String, CaseIterable, Sendable {
    case x25519, sshEd25519, sshRSA2048, sshRSA3072

    /// Makes the file `identity`, and returns the recipient's text.
    func make(in folder: TemporaryFolder) throws -> String {
        let path = folder.file("identity").string
        switch self {
        case .x25519: return try StockAge(in: folder.file("identity")).recipient
        case .sshEd25519: try Command.succeed("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", path])
        case .sshRSA2048: try Command.succeed("ssh-keygen", ["-q", "-t", "rsa", "-b", "2048", "-N", "", "-f", path])
        case .sshRSA3072: try Command.succeed("ssh-keygen", ["-q", "-t", "rsa", "-b", "3072", "-N", "", "-f", path])
        }
        return String(decoding: try folder.read("identity.pub"), as: UTF8.self).trimmingCharacters(in: .newlines)
    }
}

/// age and rage read what Coffer writes for their own kinds of recipients, and Coffer what they write.
@Suite(
    "age's own recipients, with age and rage",
    .enabled(if: Command.isInstalled("age", "age-keygen", "ssh-keygen"), "age or ssh-keygen is not installed"))
struct AgeRecipientInteropTests {
    let folder: TemporaryFolder
    let plain: FilePath
    let plaintext: [UInt8]

    init() throws {
        folder = try TemporaryFolder()
        plaintext = SealedFileTests.bytes(70_000, seed: 3)
        plain = try folder.write(plaintext, to: "plain")
    }

    private func seal(for recipient: String) async throws {
        let recipients = try RecipientText.parseFile(Array(recipient.utf8), name: "recipients", plugins: nil)
        try await SealedFileWriter(recipients: recipients).seal(.file(plain), to: .file(folder.file("ours"), overwrite: false))
    }

    private func open(_ name: String, _ asked: Asked = Asked(nil)) async throws -> [UInt8] {
        let identities = try IdentityFile.parse(
            secret(folder.read("identity")), name: "identity", passphrase: asked.source, plugins: nil)
        try await SealedFileOpener(identities: identities).open(.file(folder.file(name)), to: .file(folder.file("opened"), overwrite: true))
        return try folder.read("opened")
    }

    @Test("age opens what we sealed, and we what age sealed", arguments: PeerKey.allCases)
    func age(kind: PeerKey) async throws {
        let recipient = try kind.make(in: folder)
        try await seal(for: recipient)
        let opened = try Command.run("age", ["-d", "-i", folder.file("identity").string, folder.file("ours").string])
        #expect(opened.status == 0, "\(opened.errors)")
        #expect(opened.output == plaintext)
        #expect(try await open("ours") == plaintext)

        let sealed = try Command.run("age", ["-r", recipient, "-o", folder.file("theirs").string, plain.string])
        #expect(sealed.status == 0, "\(sealed.errors)")
        #expect(try await open("theirs") == plaintext)
    }

    @Test(
        "rage opens what we sealed, and we what rage sealed",
        .enabled(if: Pyrage.isInstalled, "COFFER_TEST_PYTHON names no Python with pyrage"),
        arguments: PeerKey.allCases)
    func rage(kind: PeerKey) async throws {
        let recipient = try kind.make(in: folder)
        try await seal(for: recipient)
        let opened = try Pyrage.run("open", folder.file("identity").string, input: folder.read("ours"))
        #expect(opened.status == 0, "\(opened.errors)")
        #expect(opened.output == plaintext)

        let sealed = try Pyrage.run("seal", recipient, input: plaintext)
        #expect(sealed.status == 0, "\(sealed.errors)")
        _ = try folder.write(sealed.output, to: "theirs")
        #expect(try await open("theirs") == plaintext)
    }

    @Test(
        "rage opens what we sealed under a passphrase, and we what rage sealed",
        .enabled(if: Pyrage.isInstalled, "COFFER_TEST_PYTHON names no Python with pyrage"))
    func passphrase() async throws {
        try await SealedFileWriter(recipients: [PassphraseRecipient(passphrase: secret("pass word"), logN: 8)])
            .seal(.file(plain), to: .file(folder.file("ours"), overwrite: false))
        let opened = try Pyrage.run("open-passphrase", "pass word", input: folder.read("ours"))
        #expect(opened.status == 0, "\(opened.errors)")
        #expect(opened.output == plaintext)

        let sealed = try Pyrage.run("seal-passphrase", "pass word", input: plaintext)
        #expect(sealed.status == 0, "\(sealed.errors)")
        _ = try folder.write(sealed.output, to: "theirs")
        try await SealedFileOpener(identities: [PassphraseIdentity(Asked("pass word").source)])
            .open(.file(folder.file("theirs")), to: .file(folder.file("opened"), overwrite: false))
        #expect(try folder.read("opened") == plaintext)
    }

    /// Options of ssh-keygen: type, rounds, cipher.
    static let encryptedKeys: [[String]] =
        SSHKeyCipher.allCases.map { ["-t", "ed25519", "-a", "1", "-Z", $0.rawValue] } + [
            ["-t", "ed25519", "-a", "2"], ["-t", "ed25519", "-a", "32"], ["-t", "rsa", "-b", "2048", "-a", "1"],
            ["-t", "rsa", "-b", "3072", "-a", "3", "-Z", "aes128-cbc"], ["-t", "ed25519"],
        ]

    @Test("an encrypted key of ssh-keygen opens with its passphrase, and with no other", arguments: encryptedKeys)
    func encrypted(options: [String]) async throws {
        let made = try Command.run("ssh-keygen", ["-q", "-N", "päss word", "-f", folder.file("identity").string] + options)
        #expect(made.status == 0, "\(made.errors)")
        let sealed = try Command.run("age", ["-R", folder.file("identity.pub").string, "-o", folder.file("theirs").string, plain.string])
        #expect(sealed.status == 0, "\(sealed.errors)")
        #expect(try await open("theirs", Asked("päss word")) == plaintext)
        await #expect(throws: EnvelopeError(.noKeyOpens, "")) { _ = try await open("theirs", Asked("pass word")) }
    }

    @Test("a key of ssh-keygen in PEM opens", arguments: ["PEM", "PKCS8"])
    func pem(format: String) async throws {
        try Command.succeed("ssh-keygen", ["-q", "-t", "rsa", "-b", "2048", "-m", format, "-N", "", "-f", folder.file("identity").string])
        let sealed = try Command.run("age", ["-R", folder.file("identity.pub").string, "-o", folder.file("theirs").string, plain.string])
        #expect(sealed.status == 0, "\(sealed.errors)")
        #expect(try await open("theirs") == plaintext)
    }

    @Test(
        "keys that cannot be used are refused, as ssh-keygen makes them",
        arguments: [
            ["-t", "ecdsa", "-N", ""], ["-t", "rsa", "-b", "1024", "-N", ""], ["-t", "rsa", "-b", "2048", "-m", "PEM", "-N", "password"],
            ["-t", "rsa", "-b", "2048", "-m", "PKCS8", "-N", "password"], ["-t", "ecdsa", "-m", "PEM", "-N", ""],
            ["-t", "ed25519", "-a", "1", "-N", "password", "-Z", "chacha20-poly1305@openssh.com"],
        ])
    func refused(options: [String]) async throws {
        let made = try Command.run("ssh-keygen", ["-q", "-f", folder.file("identity").string] + options)
        #expect(made.status == 0, "\(made.errors)")
        let error = await #expect(throws: EnvelopeError.self) { _ = try await open("plain", Asked("password")) }
        #expect(error?.code == .malformedKey)
        #expect(error?.message.contains("ssh-keygen") == true || error?.message.contains("1024") == true, "\(error?.message ?? "")")
    }

    @Test("our recipients of an identity are what age-keygen and ssh-keygen say", arguments: PeerKey.allCases)
    func recipients(kind: PeerKey) throws {
        let recipient = try kind.make(in: folder)
        let told = try IdentityFile.recipients(secret(folder.read("identity")), name: "identity")
        #expect(told.count == 1 && recipient.hasPrefix(told[0]))
    }
}
