import AgeFormat
import Foundation
import KeyStore
import OpenSSL
import SystemPackage
import TestSupport
import Testing

@testable import Envelope

/// Coffer as a plugin, in a process that somebody else starts: the program `age-plugin-coffer` of these tests hands what it hears to
/// the test, and what the test says to whoever started it.
@Suite("Coffer as a plugin of others")
struct PluginInteropTests {
    let folder: TemporaryFolder
    let keys: TestKeys
    let context: EncryptionContext = ["purpose": "archives"]

    init() async throws {
        folder = try TemporaryFolder()
        keys = try await TestKeys(count: 1)
        let (heard, said) = (folder.file("heard").string, folder.file("said").string)
        _ = try folder.write(
            Array("#!/bin/sh\ncat '\(said)' &\ncat > '\(heard)'\nwait\n".utf8), to: "age-plugin-coffer", permissions: 0o700)
    }

    private func key(_ context: EncryptionContext) throws -> CofferPluginKey {
        try CofferPluginKey(keyARN: keys.arns[0], encryptionContext: context)
    }

    /// Does something in a thread that starts the plugin, and meanwhile is the plugin.
    private func serving<R: Sendable>(
        _ run: @escaping @Sendable (CofferPlugin) async throws -> Void, _ body: @escaping @Sendable () throws -> R
    ) async throws -> R {
        // New ones each time: age does not wait for the processes of the last conversation, and one of them may still read.
        for name in ["heard", "said"] {
            unlink(folder.file(name).string)
            try #require(mkfifo(folder.file(name).string, 0o600) == 0)
        }
        // Open for both, so that nobody waits for the other to open it.
        let input = try FileDescriptor.open(folder.file("heard"), .readWrite)
        let output = try FileDescriptor.open(folder.file("said"), .readWrite)
        let service = keys.service
        let plugin = Task {
            defer { for end in [input, output] { #expect(throws: Never.self) { try end.close() } } }
            try await run(CofferPlugin(input: input, output: output) { _ throws(EnvelopeError) in service })
        }
        let result = await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                let result = Result { try body() }
                // A plugin that age does not listen to any more waits for it. It is cancelled from here, because it may be waiting on the
                // last thread that tasks have.
                plugin.cancel()
                continuation.resume(returning: result)
            }
        }
        // Whoever started it has ended, and says how it went: `age` does not wait for a plugin to hear the answer to its last message.
        do { try await plugin.value } catch let error as EnvelopeError where error.code == .cancelled {}
        return try result.get()
    }

    @Test(
        "age seals for a KMS key, and opens with it", .enabled(if: Command.isInstalled("age"), "age is not installed"),
        arguments: [true, false])
    func age(isNamed: Bool) async throws {
        let key = try key(context)
        _ = try folder.write([1, 2, 3], to: "plain")
        let sealing = try await serving({ try await $0.runRecipient() }) { [folder] in
            try Self.age(folder, ["-r", key.recipient, "-o", folder.file("sealed").string, folder.file("plain").string])
        }
        #expect(sealing.status == 0, "\(sealing.errors)")
        let identity = isNamed ? key.identity : CofferPluginIdentity.anyKey.text
        _ = try folder.write(Array("# an identity\n\(identity)\n".utf8), to: "identity")
        let opening = try await serving({ try await $0.runIdentity() }) { [folder] in
            try Self.age(
                folder, ["-d", "-i", folder.file("identity").string, "-o", folder.file("opened").string, folder.file("sealed").string])
        }
        #expect(opening.status == 0, "\(opening.errors)")
        #expect(try folder.read("opened") == [1, 2, 3])
        // And so does coffer, without any plugin.
        let opener = SealedFileOpener(identities: [keys.identity(.exactly(context))])
        let summary = try await opener.verify(.file(folder.file("sealed")))
        #expect(summary.plaintextByteCount == 3)
    }

    @Test("age tells a person why a key does not open a file", .enabled(if: Command.isInstalled("age"), "age is not installed"))
    func ageError() async throws {
        let path = try folder.write([1, 2, 3], to: "plain")
        try await SealedFileWriter(recipients: [keys.recipient(0)]).seal(.file(path), to: .file(folder.file("sealed"), overwrite: false))
        _ = try folder.write(Array(try key(.empty).identity.utf8), to: "identity")
        try await keys.service.disableKey(keyID: keys.arns[0])
        let opening = try await serving({ try await $0.runIdentity() }) { [folder] in
            try Self.age(folder, ["-d", "-i", folder.file("identity").string, folder.file("sealed").string])
        }
        #expect(opening.status != 0)
        #expect(opening.errors.contains("is disabled"), "\(opening.errors)")
    }

    @Test("our own client and our own plugin understand each other")
    func ownClient() async throws {
        let key = try key(context)
        let client = PluginClient(
            name: try PluginName("coffer"), searchPath: folder.path.string, environment: ["PATH": "/usr/bin:/bin"],
            interaction: ScriptedPerson(),
            // The plugin's side waits for its turn among all other tests.
            limits: .standard)
        let stanzas = try await serving({ try await $0.runRecipient() }) {
            try client.wrap(FixedKey().fileKey().exportForPlugin(), for: key.recipient)
        }
        #expect(stanzas.stanzas.map(\.type) == ["coffer-kms"])
        let mac: [UInt8]? = try await serving({ try await $0.runIdentity() }) {
            let identity = Array(key.identity.utf8)
            return try client.unwrap(stanzas.stanzas, with: SecretBytes(copying: identity.span.bytes))?.headerMAC(
                over: [UInt8]([1]).span.bytes)
        }
        #expect(try mac == FixedKey().fileKey().headerMAC(over: [UInt8]([1]).span.bytes))
    }

    private static func age(_ folder: TemporaryFolder, _ arguments: [String]) throws -> Command.Result {
        let environment = ["PATH": "\(folder.path):/usr/bin:/bin", "HOME": folder.path.string]
        return try Command.run("age", arguments, environment: environment)
    }
}
