import AgeFormat
import Foundation
import KeyStore
import OpenSSL
import Synchronization
import SystemPackage
import TestSupport
import Testing

@testable import Envelope

@Suite("Coffer as a plugin")
struct CofferPluginTests {
    let keys: TestKeys
    let context: EncryptionContext = ["purpose": "archives"]
    let fileKey = FixedKey()

    init() async throws {
        keys = try await TestKeys(count: 2)
    }

    private func key(_ index: Int, _ context: EncryptionContext = .empty) throws -> CofferPluginKey {
        try CofferPluginKey(keyARN: keys.arns[index], encryptionContext: context)
    }

    // MARK: A client

    /// One message of either side.
    private struct Line: Equatable, CustomStringConvertible {
        let words: [String]
        let body: [UInt8]

        init(_ words: String..., body: [UInt8] = []) {
            self.words = words
            self.body = body
        }

        init(words: [String], body: [UInt8]) {
            self.words = words
            self.body = body
        }

        init(_ message: borrowing PluginMessage) {
            words = [message.type] + message.arguments
            body = message.body + message.secret.withUnsafeBytes { Array($0) }
        }

        var description: String { "\(words) \(String(decoding: body, as: UTF8.self))" }
    }

    /// Sends the first phase, answers what the plugin says, and returns that.
    private func converse(
        _ machine: String, _ phaseOne: [Line], answers: [String: Line] = [:], keys: (any KeyService)? = nil,
        asking prompt: String? = nil
    ) async throws -> [Line] {
        let toPlugin = try FileDescriptor.pipe()
        let fromPlugin = try FileDescriptor.pipe()
        let service = keys ?? self.keys.service
        let answered = Mutex<[String]>([])
        let plugin = CofferPlugin(input: toPlugin.readEnd, output: fromPlugin.writeEnd) { prompter throws(EnvelopeError) in
            if let prompt {
                try prompter.show("opening")
                let secret = try prompter.requestSecret(prompt)
                answered.withLock { $0.append(secret == nil ? "nothing" : "a secret") }
                guard secret != nil else { throw EnvelopeError(.passphraseUnavailable, "the store is locked") }
            }
            return service
        }
        let client = ClientThread(input: fromPlugin.readEnd, output: toPlugin.writeEnd, phaseOne, answers)
        let outcome: Result<Void, any Error>
        do {
            try await (machine == "recipient-v1" ? plugin.runRecipient() : plugin.runIdentity())
            outcome = .success(())
        } catch {
            outcome = .failure(error)
        }
        try fromPlugin.writeEnd.close()
        let said = client.wait()
        for end in [toPlugin.readEnd, fromPlugin.readEnd] { try end.close() }
        try outcome.get()
        return try said.get()
    }

    /// The client has a thread of its own: the plugin's task blocks the one that it runs on.
    private final class ClientThread: Sendable {
        private let said = Mutex<Result<[Line], any Error>>(.success([]))
        private let end = DispatchSemaphore(value: 0)

        init(input: FileDescriptor, output: FileDescriptor, _ phaseOne: [Line], _ answers: [String: Line]) {
            Thread.detachNewThread { [self] in
                // A plugin whose client has given up is not to wait for it.
                let result = Result { try output.closeAfter { try Self.speak(input, output, phaseOne, answers) } }
                said.withLock { $0 = result }
                end.signal()
            }
        }

        private static func speak(
            _ input: FileDescriptor, _ output: FileDescriptor, _ phaseOne: [Line], _ answers: [String: Line]
        ) throws -> [Line] {
            var said: [Line] = []
            // The plugin waits for its turn among all other tests.
            var channel = try PluginChannel(input: input, output: output, limits: .standard)
            for line in phaseOne { try channel.send(line.words[0], Array(line.words.dropFirst()), body: line.body) }
            try channel.send("done")
            while let message = try channel.receive() {
                said.append(Line(message))
                if message.type == "done" { break }
                let answer = answers[message.type] ?? Line("ok")
                try channel.send(answer.words[0], Array(answer.words.dropFirst()), body: answer.body)
            }
            return said
        }

        func wait() -> Result<[Line], any Error> {
            end.wait()
            return said.withLock { $0 }
        }
    }

    private func wrap(_ recipients: [String], fileKeys: Int = 1) async throws -> [Line] {
        try await converse(
            "recipient-v1",
            recipients.map { Line("add-recipient", $0) } + [Line("extension-labels"), Line("grease-7", "x", body: [1, 2])]
                + [Line](repeating: Line("wrap-file-key", body: fileKey.bytes), count: fileKeys))
    }

    /// A stanza of a file, as the first phase of identity-v1 has it.
    private func stanza(_ file: Int, _ key: Int, _ context: EncryptionContext = .empty) async throws -> Line {
        let stanza = try await keys.recipient(key, context).wrap(fileKey.fileKey()).stanzas[0]
        return line(file, stanza)
    }

    private func line(_ file: Int, _ stanza: Stanza) -> Line {
        Line(words: ["recipient-stanza", "\(file)", stanza.type] + stanza.arguments, body: stanza.body)
    }

    private func fileKeyLine(_ file: Int) -> Line { Line("file-key", "\(file)", body: fileKey.bytes) }

    // MARK: Sealing

    @Test("a file key is wrapped for each recipient, and the stanza is the one that coffer itself writes")
    func wraps() async throws {
        let said = try await wrap([key(0).recipient, key(1, context).recipient], fileKeys: 2)
        #expect(said.count == 5)
        #expect(said.map { $0.words.first } == ["recipient-stanza", "recipient-stanza", "recipient-stanza", "recipient-stanza", "done"])
        #expect(said.dropLast().map { $0.words[1] } == ["0", "1", "0", "1"])
        for line in said.dropLast() {
            let wrapped = try KMSKeyStanza(Stanza(type: line.words[2], arguments: Array(line.words[3...]), body: line.body)).wrapped
            #expect(
                try await keys.service.unwrapFileKey(wrapped).headerMAC(over: [1].span.bytes)
                    == fileKey.fileKey().headerMAC(over: [1].span.bytes))
        }
        #expect(said[2].words[3] == keys.arns[1])
    }

    @Test("an identity that names a key can be sealed for, and one that names none cannot")
    func wrapsForIdentity() async throws {
        let named = try await converse(
            "recipient-v1", [Line("add-identity", key(0).identity), Line("wrap-file-key", body: fileKey.bytes)])
        #expect(named.map { $0.words.first } == ["recipient-stanza", "done"])
        let any = try await converse(
            "recipient-v1",
            [
                Line("add-recipient", key(0).recipient), Line("add-identity", CofferPluginIdentity.anyKey.text),
                Line("wrap-file-key", body: fileKey.bytes),
            ])
        #expect(any.map(\.words) == [["error", "identity", "0"], ["done"]])
    }

    @Test("with one recipient that cannot be wrapped for, no stanza is given")
    func badRecipient() async throws {
        try await keys.service.disableKey(keyID: keys.arns[1])
        let disabled = try await wrap([key(0).recipient, key(1).recipient])
        #expect(disabled.map(\.words) == [["error", "recipient", "1"], ["done"]])
        #expect(disabled[0].description.contains("is disabled"))
        let malformed = try await wrap([key(0).recipient, "age1coffer1qqqqqq", "age1other1qq"])
        #expect(malformed.map(\.words) == [["error", "recipient", "1"], ["error", "recipient", "2"], ["done"]])
        #expect(try await wrap([]).map(\.words) == [["error", "internal"], ["done"]])
    }

    @Test("a file key of the wrong length is refused")
    func badFileKey() async throws {
        let said = try await converse(
            "recipient-v1", [Line("add-recipient", key(0).recipient), Line("wrap-file-key", body: [1, 2, 3])])
        #expect(said.map(\.words) == [["error", "internal"], ["done"]])
    }

    // MARK: Opening

    @Test("file keys of several files are unwrapped, and what is for others is passed over in silence")
    func unwraps() async throws {
        let said = try await converse(
            "identity-v1",
            [
                Line("add-identity", key(0).identity), Line("grease", body: [7]), Line("add-identity", key(1, context).identity),
                Line("recipient-stanza", "0", "X25519", "abc", body: [1]), stanza(0, 0), stanza(1, 1), stanza(4, 1, context),
                Line("recipient-stanza", "5", "scrypt", "abc", "18", body: [1]),
            ])
        #expect(said == [fileKeyLine(0), fileKeyLine(4), Line("done")])
    }

    @Test("an identity opens exactly its own context; the one that names no key opens them all")
    func contexts() async throws {
        for (identity, opens) in [
            (try key(0, context).identity, true), (try key(0).identity, false), (try key(0, ["purpose": "other"]).identity, false),
            (try key(1, context).identity, false), (CofferPluginIdentity.anyKey.text, true),
        ] {
            let said = try await converse("identity-v1", [Line("add-identity", identity), stanza(0, 0, context)])
            #expect(said == (opens ? [fileKeyLine(0), Line("done")] : [Line("done")]))
        }
    }

    @Test("of several stanzas one that opens is enough; when none does, the client is told why, and of which stanza")
    func refusals() async throws {
        let both = try await [
            Line("add-identity", key(0).identity), Line("add-identity", key(1).identity), Line("recipient-stanza", "3", "x"), stanza(3, 0),
            stanza(3, 1),
        ]
        try await keys.service.disableKey(keyID: keys.arns[0])
        #expect(try await converse("identity-v1", both) == [fileKeyLine(3), Line("done")])
        try await keys.service.disableKey(keyID: keys.arns[1])
        let said = try await converse("identity-v1", both)
        #expect(said.map(\.words) == [["error", "stanza", "3", "1"], ["done"]])
        #expect(said[0].description.contains("is disabled"))
    }

    @Test("keys of another store are silence for the identity that names none, and an error for the one that names them")
    func otherStore() async throws {
        let other = try await TestKeys(count: 1)
        let foreign = try await line(0, other.recipient(0).wrap(fileKey.fileKey()).stanzas[0])
        #expect(try await converse("identity-v1", [Line("add-identity", CofferPluginIdentity.anyKey.text), foreign]) == [Line("done")])
        let named = try CofferPluginKey(keyARN: other.arns[0], encryptionContext: .empty)
        #expect(
            try await converse("identity-v1", [Line("add-identity", named.identity), foreign]).map(\.words)
                == [["error", "stanza", "0", "0"], ["done"]])
    }

    @Test("a malformed stanza spoils its file alone; a malformed identity, all")
    func malformed() async throws {
        let stanzas = try await [
            Line("recipient-stanza", "0", "coffer-kms", "arn", body: [9]), stanza(0, 0), Line("recipient-stanza", "1", "x"), stanza(1, 0),
        ]
        #expect(
            try await converse("identity-v1", [Line("add-identity", key(0).identity)] + stanzas).map(\.words)
                == [["error", "stanza", "0", "0"], ["file-key", "1"], ["done"]])
        #expect(
            try await converse(
                "identity-v1", [Line("add-identity", key(0).identity), Line("add-identity", "AGE-PLUGIN-COFFER-1QQ")] + stanzas
            )
            .map(\.words) == [["error", "identity", "1"], ["done"]])
    }

    @Test("files out of order, or without an index, are refused", arguments: [["1", "0"], ["x"], ["-1"], ["0", "1", "0"], ["00"]])
    func order(indices: [String]) async throws {
        let said = try await converse(
            "identity-v1", [Line("add-identity", key(0).identity)] + indices.map { Line("recipient-stanza", $0, "x") })
        #expect(said.last == Line("done"))
        #expect(said.first?.words == ["error", "internal"])
    }

    @Test("more stanzas than a file may have are refused, before any is tried")
    func tooMany() async throws {
        let one = try await stanza(0, 0)
        let said = try await converse(
            "identity-v1", [Line("add-identity", key(0).identity)] + [Line](repeating: one, count: KMSKeyStanza.maximumCountPerFile + 1))
        #expect(said.map(\.words) == [["error", "stanza", "0", "\(KMSKeyStanza.maximumCountPerFile)"], ["done"]])
    }

    // MARK: The store

    @Test("the store is opened when it is needed, and asks the person through the client")
    func prompts() async throws {
        let request = try await [Line("add-identity", key(0).identity), stanza(0, 0)]
        let opened = try await converse(
            "identity-v1", request, answers: ["request-secret": Line("ok", body: Array("tea".utf8))], asking: "passphrase?")
        #expect(
            opened == [
                Line("msg", body: Array("opening".utf8)), Line("request-secret", body: Array("passphrase?".utf8)), fileKeyLine(0),
                Line("done"),
            ])
        for refusal in ["fail", "unsupported"] {
            let locked = try await converse(
                "identity-v1", request, answers: ["msg": Line(refusal), "request-secret": Line(refusal)], asking: "passphrase?")
            #expect(locked.last == Line("done"))
            #expect(locked[2] == Line("error", "internal", body: Array("the store is locked".utf8)))
        }
        // Nothing of ours: nobody is asked.
        let foreign = Line("recipient-stanza", "0", "X25519", "x", body: [1])
        #expect(try await converse("identity-v1", [request[0], foreign], asking: "passphrase?") == [Line("done")])
    }

    // MARK: The client

    @Test("a client that hangs up, talks nonsense or does not take what it asked for is an error, and ends the plugin")
    func badClient() async throws {
        for text in ["", "-> add-recipient x\n", "-> add-recipient x\n\n", "hello\n"] {
            let source = try TestPipe.source(Array(text.utf8))
            let service = keys.service
            let (outcome, bytes) = try await TestPipe.collecting { output in
                try await CofferPlugin(input: source, output: output) { _ throws(EnvelopeError) in service }.runRecipient()
            }
            try source.close()
            #expect(throws: EnvelopeError(.pluginFailed, "")) { try outcome.get() }
            #expect(bytes.isEmpty)
        }
        let request = try [Line("add-recipient", key(0).recipient), Line("wrap-file-key", body: fileKey.bytes)]
        for answer in ["fail", "unsupported", "file-key"] {
            await #expect(throws: EnvelopeError(.pluginFailed, "")) {
                try await converse("recipient-v1", request, answers: ["recipient-stanza": Line(answer)])
            }
        }
    }

    // MARK: Texts

    @Test("recipients and identities come back, with and without a context")
    func texts() throws {
        for context in [.empty, context, EncryptionContext(dictionaryLiteral: ("a", String(repeating: "é", count: 3000)))] {
            let key = try key(0, context)
            #expect(try CofferPluginKey(recipient: key.recipient) == key)
            #expect(try CofferPluginIdentity(key.identity) == .key(key))
            #expect(key.recipient.hasPrefix("age1coffer1"))
            #expect(key.identity.hasPrefix("AGE-PLUGIN-COFFER-1"))
        }
        // What `age -j coffer` makes.
        #expect(CofferPluginIdentity.anyKey.text == "AGE-PLUGIN-COFFER-1VVM9ZD")
        #expect(try CofferPluginIdentity(CofferPluginIdentity.anyKey.text) == .anyKey)
    }

    @Test("the documented recipient and identity are what we write and read")
    func document() throws {
        let document = try Repository.text(of: "Docs/Formats/CofferPluginKey.md")
        let key = try CofferPluginKey(
            keyARN: "arn:aws:kms:us-east-1:000000000000:key/1234abcd-12ab-34cd-56ef-1234567890ab",
            encryptionContext: ["purpose": "archives"])
        #expect(document.contains("\n\(key.recipient)\n"))
        #expect(document.contains("\n\(key.identity)\n"))
        #expect(try CofferPluginKey(recipient: key.recipient) == key)
    }

    @Test("a text is refused for each character that is another")
    func damagedText() throws {
        let key = try key(0, context)
        for text in [key.recipient, key.identity] {
            for offset in text.utf8.indices {
                var bytes = Array(text.utf8)
                let index = text.utf8.distance(from: text.startIndex, to: offset)
                bytes[index] = bytes[index] == UInt8(ascii: "q") ? UInt8(ascii: "p") : UInt8(ascii: "q")
                let changed = String(decoding: bytes, as: UTF8.self)
                #expect(throws: EnvelopeError(.malformedKey, "")) { try CofferPluginKey(recipient: changed) }
                #expect(throws: EnvelopeError(.malformedKey, "")) { try CofferPluginIdentity(changed) }
            }
        }
        #expect(throws: EnvelopeError(.malformedKey, "")) { try CofferPluginKey(recipient: key.recipient.uppercased()) }
        #expect(throws: EnvelopeError(.malformedKey, "")) { try CofferPluginIdentity(key.identity.lowercased()) }
        #expect(throws: EnvelopeError(.malformedKey, "")) { try CofferPluginKey(keyARN: "", encryptionContext: .empty) }
        #expect(throws: EnvelopeError(.malformedKey, "")) { try CofferPluginKey(keyARN: "alias/x", encryptionContext: .empty) }
    }

    @Test(
        "contents that are not exactly a version, an ARN and a context are refused",
        arguments: [
            [1], [1, 0], [1, 0, 0], [1, 0, 0, 0, 0, 0, 0], [2, 0, 4, 0x61, 0x72, 0x6E, 0x3A, 0, 0, 0, 0], [1, 0, 200, 0x61],
            [1, 0, 4, 0x61, 0x72, 0x6E, 0x3A], [1, 0, 4, 0x61, 0x72, 0x6E, 0x3A, 0, 0, 0, 0, 0],
            [1, 0, 4, 0x61, 0x72, 0x6E, 0x0A, 0, 0, 0, 0],
            [1, 0, 4, 0x61, 0x72, 0x6E, 0x3A, 0, 0, 0, 1],
        ] as [[UInt8]])
    func contents(bytes: [UInt8]) throws {
        let recipient = Bech32.encodePublic(bytes, hrp: Array("age1coffer".utf8))
        #expect(throws: EnvelopeError(.malformedKey, "")) { try CofferPluginKey(recipient: recipient) }
        let identity = Bech32.encodePublic(bytes, hrp: Array("age-plugin-coffer-".utf8)).uppercased()
        #expect(throws: EnvelopeError(.malformedKey, "")) { try CofferPluginIdentity(identity) }
    }
}
