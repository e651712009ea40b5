import AgeFormat
import Envelope
import KeyStore
import SystemPackage
import TestSupport
import Testing

@Suite("KMSKeyRecipient")
struct KMSKeyRecipientTests {
    let keys: TestKeys
    let folder: TemporaryFolder

    init() async throws {
        keys = try await TestKeys(count: 3)
        folder = try TemporaryFolder()
    }

    private func seal(_ recipients: [any Recipient]) async throws -> FileInput {
        let path = try folder.write([1, 2, 3], to: "plain")
        try await SealedFileWriter(recipients: recipients).seal(.file(path), to: .file(folder.file("sealed"), overwrite: true))
        return .file(folder.file("sealed"))
    }

    private func verify(_ input: FileInput, _ expected: KMSKeyIdentity.ExpectedContext, _ service: (any KeyService)? = nil) async throws
        -> String?
    {
        let identity = KMSKeyIdentity(service: service ?? keys.service, encryptionContext: expected)
        return try await SealedFileOpener(identities: [identity]).verify(input).openedBy
    }

    @Test("each of several keys opens the file")
    func several() async throws {
        let input = try await seal([keys.recipient(0), keys.recipient(1), keys.recipient(2)])
        #expect(try await verify(input, .asRecorded) == keys.arns[0])
        for index in 0..<3 {
            #expect(try await verify(input, .asRecorded, keys.usingOnly(index)) == keys.arns[index])
        }
    }

    @Test("the context must be the same, to the byte, or that of the file is taken")
    func context() async throws {
        let context: EncryptionContext = ["purpose": "archives", "year": "2026"]
        let input = try await seal([keys.recipient(0, context)])
        #expect(try await verify(input, .asRecorded) == keys.arns[0])
        #expect(try await verify(input, .exactly(context)) == keys.arns[0])
        for other in [.empty, ["purpose": "archives"], ["purpose": "archives", "year": "2027"], ["Purpose": "archives", "year": "2026"]]
            as [EncryptionContext]
        {
            await #expect(throws: EnvelopeError(.encryptionContextMismatch, "")) { try await verify(input, .exactly(other)) }
        }
    }

    @Test("a context that a file never had is refused too")
    func contextOfFileWithout() async throws {
        let input = try await seal([keys.recipient(0)])
        #expect(try await verify(input, .exactly(.empty)) == keys.arns[0])
        await #expect(throws: EnvelopeError(.encryptionContextMismatch, "")) { try await verify(input, .exactly(["a": "b"])) }
    }

    @Test("a context that was changed in the header is refused by the key service")
    func forgedContext() async throws {
        _ = try await seal([keys.recipient(0, ["purpose": "archives"])])
        let bytes = try folder.read("sealed")
        let header = try #require(try AgeHeader.parse(bytes: bytes))
        let wrapped = try KMSKeyStanza(header.stanzas[0]).wrapped
        let forged = WrappedFileKey(
            keyARN: wrapped.keyARN, ciphertextBlob: wrapped.ciphertextBlob, encryptionContext: ["purpose": "mischief"])
        let authenticated = try AgeHeader.bytesToAuthenticate([try KMSKeyStanza(forged).encoded()])
        let path = try folder.write(
            AgeHeader.encoded(authenticated: authenticated, mac: header.mac) + bytes[header.byteCount...], to: "forged")
        await #expect(throws: EnvelopeError(.noKeyOpens, "")) { try await verify(.file(path), .asRecorded) }
        await #expect(throws: EnvelopeError(.noKeyOpens, "")) { try await verify(.file(path), .exactly(["purpose": "mischief"])) }
    }

    @Test("a key service is not asked for until a file has a KMS key, under the expected context")
    func laziness() async throws {
        let closed = KMSKeyIdentity(encryptionContext: .exactly(["purpose": "archives"])) { () async throws(EnvelopeError) in
            throw EnvelopeError(.keyService, "the service was asked for")
        }
        let opener = SealedFileOpener(identities: [closed])
        let elsewhere = try folder.write(FixedKey().file([.init([1], isLast: true)]), to: "elsewhere")
        await #expect(throws: EnvelopeError(.noKeyOpens, "")) { try await opener.verify(.file(elsewhere)) }
        let otherContext = try await seal([keys.recipient(0)])
        await #expect(throws: EnvelopeError(.encryptionContextMismatch, "")) { try await opener.verify(otherContext) }
        let input = try await seal([keys.recipient(0, ["purpose": "archives"])])
        await #expect(throws: EnvelopeError(.keyService, "")) { try await opener.verify(input) }
    }

    @Test("when no key opens, the error says which were tried and why each failed")
    func refusals() async throws {
        let input = try await seal([keys.recipient(0, ["a": "b"]), keys.recipient(1)])
        let error = await #expect(throws: EnvelopeError(.noKeyOpens, "")) {
            try await verify(input, .exactly(.empty), keys.usingOnly(2))
        }
        #expect(error?.refusals.map(\.key) == [keys.arns[0], keys.arns[1]])
        #expect(error?.refusals.first?.reason == .encryptionContextMismatch)
        #expect(error?.refusals.last?.reason == .keyService(KeyStoreError(.disabled)))
        #expect(error?.message.contains(keys.arns[1]) == true)
    }

    @Test("a file for others only says so, and asks no key service")
    func foreign() async throws {
        let path = try folder.write(try FixedKey().file([.init([1], isLast: true)]), to: "sealed")
        let error = await #expect(throws: EnvelopeError(.noKeyOpens, "")) { try await verify(.file(path), .asRecorded) }
        #expect(error?.refusals.isEmpty == true)
        #expect(error?.message.contains(FixedKey.stanzaType) == true)
    }

    @Test("stanzas of other types are passed over")
    func skipped() async throws {
        let input = try await seal([keys.recipient(0), KMSKeyRecipientTests.Grease(), keys.recipient(1)])
        #expect(try await verify(input, .asRecorded, keys.usingOnly(1)) == keys.arns[1])
    }

    @Test("a malformed stanza spoils the header, also when another key would open it")
    func malformed() async throws {
        let input = try await seal([keys.recipient(0), Grease(type: KMSKeyStanza.type)])
        await #expect(throws: EnvelopeError(.damagedHeader, "")) { try await verify(input, .asRecorded) }
    }

    @Test("a key that does not exist seals nothing")
    func unknownKey() async throws {
        let path = try folder.write([1], to: "plain")
        let recipient = KMSKeyRecipient(keyID: "00000000-0000-4000-8000-000000000000", service: keys.service)
        let error = await #expect(throws: EnvelopeError(.keyService, "")) {
            try await SealedFileWriter(recipients: [recipient]).seal(.file(path), to: .file(folder.file("sealed"), overwrite: false))
        }
        #expect(error?.keyStoreError?.code == .notFound)
        #expect(try folder.entries() == ["plain"])
    }

    @Test("one key too many is refused when sealing, and when opening before any is tried")
    func tooMany() async throws {
        let most = KMSKeyStanza.maximumCountPerFile
        let input = try await seal([any Recipient](repeating: keys.recipient(0), count: most))
        #expect(try await verify(input, .asRecorded) == keys.arns[0])
        await #expect(throws: EnvelopeError(.invalidRecipients, "")) {
            try await seal([any Recipient](repeating: keys.recipient(0), count: most + 1))
        }
        let stanza = try #require(try AgeHeader.parse(bytes: try folder.read("sealed"))).stanzas[0]
        let header = AgeHeader.encoded(
            authenticated: try AgeHeader.bytesToAuthenticate([Stanza](repeating: stanza, count: most + 1)),
            mac: [UInt8](repeating: 0, count: 32))
        let path = try folder.write(header + [UInt8](repeating: 0, count: 32), to: "hostile")
        await #expect(throws: EnvelopeError(.damagedHeader, "")) { try await verify(.file(path), .asRecorded) }
    }

    /// A recipient of whom nobody knows anything.
    struct Grease: Recipient {
        var type = "grease-of-a-test"

        func wrap(_ fileKey: borrowing FileKey) async throws(EnvelopeError) -> RecipientStanzas {
            do { return RecipientStanzas(try Stanza(type: type, arguments: ["x"], body: [1])) } catch { preconditionFailure("\(error)") }
        }
    }
}
