import AgeFormat
import FileFaults
import Foundation
import KeyStore
import OpenSSL
import SystemPackage
import TestSupport
import Testing

@testable import Envelope

/// What rewrapping makes of a file, and what it leaves alone.
@Suite("Rewrapping")
struct RewrapTests {
    let keys: TestKeys
    let folder: TemporaryFolder
    static let payload = FixedKey.Chunk([UInt8](repeating: 7, count: 60_000), isLast: true)

    init() async throws {
        keys = try await TestKeys(count: 3)
        folder = try TemporaryFolder()
    }

    private func write(_ fixture: SealedFixture, to name: String = "sealed", permissions: Int = 0o600) async throws -> FilePath {
        try folder.write(try await fixture.sealed([Self.payload]), to: name, permissions: permissions)
    }

    private func rewrap(
        _ path: FilePath, _ plan: RewrapPlan = RewrapPlan(), identities: [any Identity]? = nil, isDryRun: Bool = false
    ) async throws -> RewrapOutcome {
        let log = EventLog()
        let rewrapper = SealedFileRewrapper(identities: identities ?? [keys.identity()], service: keys.service, plan: plan)
        try await rewrapper.rewrap([path], isDryRun: isDryRun) { await log.add($0) }
        if let error = await log.errors.first { throw error }
        return try #require(await log.outcomes.first)
    }

    private func parts(_ name: String = "sealed") throws -> (header: AgeHeader, payload: [UInt8]) {
        let bytes = try folder.read(name)
        let header = try #require(try AgeHeader.parse(bytes: bytes))
        return (header, Array(bytes[header.byteCount...]))
    }

    private func inode(_ name: String = "sealed") throws -> Int {
        try #require(try FileManager.default.attributesOfItem(atPath: folder.file(name).string)[.systemFileNumber] as? Int)
    }

    private func opened(_ name: String = "sealed", by service: (any KeyService)? = nil) async throws -> String? {
        let identity = KMSKeyIdentity(service: service ?? keys.service, encryptionContext: .asRecorded)
        return try await SealedFileOpener(identities: [identity]).verify(.file(folder.file(name))).openedBy
    }

    // MARK: The current version of the same key

    @Test("after a rotation, a padded header is replaced in its place, and the payload stays to the byte", arguments: [true, false])
    func rotated(isPage: Bool) async throws {
        let path = try await write(
            SealedFixture([keys.recipient(0, ["purpose": "archives"])], padding: isPage ? .page : .quarterPage))
        let (before, inodeBefore) = (try parts(), try inode())
        _ = try await keys.service.rotateKeyOnDemand(keyID: keys.arns[0])
        let outcome = try await rewrap(path)
        #expect(outcome.action == .rewrapped(.inPlace))
        #expect(outcome.keysBefore == [KeyVersionName(keyARN: keys.arns[0], version: 1)])
        #expect(outcome.keysAfter == [KeyVersionName(keyARN: keys.arns[0], version: 2)])
        #expect(outcome.versionChanges.map(\.description) == ["\(keys.arns[0]), version 1 → 2"])
        let after = try parts()
        #expect(after.payload == before.payload)
        #expect(after.header.byteCount == before.header.byteCount)
        #expect(try KMSKeyStanza(after.header.stanzas[0]).wrapped.encryptionContext == ["purpose": "archives"])
        #expect(try inode() == inodeBefore)
        #expect(try await opened() == keys.arns[0])
        #expect(try folder.entries() == ["sealed"])
        #expect(try await rewrap(path).action == .current)
    }

    @Test("a file whose keys are current is not written to")
    func current() async throws {
        let path = try await write(SealedFixture([keys.recipient(0), keys.recipient(1)], padding: .page))
        let before = try folder.read("sealed")
        let outcome = try await rewrap(path)
        #expect(outcome.action == .current)
        #expect(outcome.keysBefore == outcome.keysAfter && outcome.versionChanges.isEmpty)
        #expect(try folder.read("sealed") == before)
    }

    @Test(
        "a header without room gets a new file, with the same payload, access bits, and room for the next time", arguments: [0o640, 0o444])
    func copied(permissions: Int) async throws {
        let path = try await write(SealedFixture([keys.recipient(0)]), permissions: permissions)
        let before = try parts()
        let outcome = try await rewrap(path, RewrapPlan(adding: [keys.recipient(1)]))
        #expect(outcome.action == .rewrapped(.copied))
        #expect(outcome.added == [KMSKeyStanza.type])
        let after = try parts()
        #expect(after.payload == before.payload)
        #expect((after.header.byteCount + 16).isMultiple(of: 1024))
        #expect(try folder.permissions("sealed") == permissions)
        #expect(try folder.entries() == ["sealed"])
        _ = try await keys.service.rotateKeyOnDemand(keyID: keys.arns[1])
        #expect(try await rewrap(path).action == .rewrapped(.inPlace))
        #expect(try parts().payload == before.payload)
    }

    @Test("a file of many chunks is copied to the byte, also where the system cannot copy", arguments: [true, false])
    func large(supportsCopying: Bool) async throws {
        let chunks = (0..<40).map { FixedKey.Chunk([UInt8](repeating: UInt8($0), count: 65_536), isLast: $0 == 39) }
        let path = try folder.write(try await SealedFixture([keys.recipient(0)]).sealed(chunks), to: "sealed")
        let before = try parts()
        let calls = FaultyCalls(supportsCopying: supportsCopying, shortCount: 100_003)
        let log = EventLog()
        let plan = RewrapPlan(adding: [keys.recipient(1)])
        let rewrapper = SealedFileRewrapper(identities: [keys.identity()], service: keys.service, plan: plan, calls: calls)
        try await rewrapper.rewrap([path]) { await log.add($0) }
        #expect(await log.outcomes.map(\.action) == [.rewrapped(.copied)])
        #expect(try parts().payload == before.payload)
        #expect((try parts().header.byteCount + 16) == 4096)
        #expect(try await opened() == keys.arns[0])
        #expect(calls.openCount == 0)
    }

    @Test("a key that cannot be used is told, and does not keep the others from their current version")
    func unusable() async throws {
        let path = try await write(SealedFixture([keys.recipient(0), keys.recipient(1)], padding: .page))
        _ = try await keys.service.rotateKeyOnDemand(keyID: keys.arns[0])
        try await keys.service.disableKey(keyID: keys.arns[1])
        let outcome = try await rewrap(path)
        #expect(outcome.keysAfter.map(\.version) == [2, 1])
        #expect(outcome.unusable.map(\.keyARN) == [keys.arns[1]])
        #expect(outcome.unusable.map(\.error) == [KeyStoreError(.disabled)])
    }

    // MARK: Another key

    @Test("with the old key disabled, the new one opens the file")
    func toKey() async throws {
        let path = try await write(SealedFixture([keys.recipient(0, ["a": "b"])], padding: .page))
        let plan = RewrapPlan(replacement: .init(toKey: keys.arns[1]))
        let outcome = try await rewrap(path, plan)
        #expect(outcome.keysBefore.map(\.keyARN) == [keys.arns[0]])
        #expect(outcome.keysAfter.map(\.keyARN) == [keys.arns[1]])
        #expect(outcome.versionChanges.isEmpty)
        #expect(try await opened(by: keys.usingOnly(1)) == keys.arns[1])
        #expect(try KMSKeyStanza(parts().header.stanzas[0]).wrapped.encryptionContext == ["a": "b"])
        #expect(try await rewrap(path, plan).action == .current)
    }

    @Test("a new context takes the place of the old")
    func newContext() async throws {
        let path = try await write(SealedFixture([keys.recipient(0, ["a": "b"])], padding: .page))
        _ = try await rewrap(path, RewrapPlan(replacement: .init(toKey: keys.arns[1], encryptionContext: ["c": "d"])))
        #expect(try KMSKeyStanza(parts().header.stanzas[0]).wrapped.encryptionContext == ["c": "d"])
        #expect(try await opened() == keys.arns[1])
    }

    @Test("several keys become one, and what is for others stays, to the byte and in order")
    func mergedKeys() async throws {
        let grease = [try Stanza(type: "x-grease", arguments: ["!"], body: [9]), try Stanza(type: "other-plugin", body: [8])]
        let path = try await write(SealedFixture([keys.recipient(0), keys.recipient(1)], further: grease, padding: .page))
        let outcome = try await rewrap(path, RewrapPlan(replacement: .init(toKey: keys.arns[2], fromKeys: [keys.arns[0], keys.arns[1]])))
        #expect(outcome.keysAfter.map(\.keyARN) == [keys.arns[2]])
        let stanzas = try parts().header.stanzas
        #expect(Array(stanzas[1...2]) == grease)
        #expect(stanzas.map(\.type) == [KMSKeyStanza.type, "x-grease", "other-plugin", HeaderPadding.type])
    }

    @Test("stanzas of one key under two contexts stay two, so that nobody loses access")
    func contextsApart() async throws {
        let path = try await write(SealedFixture([keys.recipient(0, ["a": "1"]), keys.recipient(0, ["a": "2"])], padding: .page))
        _ = try await rewrap(path, RewrapPlan(replacement: .init(toKey: keys.arns[1])))
        let contexts = try parts().header.stanzas.prefix(2).map { try KMSKeyStanza($0).wrapped.encryptionContext }
        #expect(contexts == [["a": "1"], ["a": "2"]])
    }

    @Test("only the key that opened the file is replaced unless others are named")
    func openedOnly() async throws {
        let path = try await write(SealedFixture([keys.recipient(0), keys.recipient(1)], padding: .page))
        let outcome = try await rewrap(path, RewrapPlan(replacement: .init(toKey: keys.arns[2])))
        #expect(outcome.keysAfter.map(\.keyARN) == [keys.arns[2], keys.arns[1]])
    }

    @Test("opened by no KMS key, the key to be replaced must be named")
    func openedByOther() async throws {
        let own = try Stanza(type: FixedKey.stanzaType)
        let path = try await write(SealedFixture([keys.recipient(0)], further: [own], padding: .page))
        let before = try folder.read("sealed")
        let replacement = RewrapPlan.KeyReplacement(toKey: keys.arns[1])
        await #expect(throws: EnvelopeError(.invalidRecipients, "")) {
            try await rewrap(path, RewrapPlan(replacement: replacement), identities: [FixedKey()])
        }
        #expect(try folder.read("sealed") == before)
        let named = RewrapPlan.KeyReplacement(toKey: keys.arns[1], fromKeys: [keys.arns[0]])
        _ = try await rewrap(path, RewrapPlan(replacement: named), identities: [FixedKey()])
        #expect(try await opened(by: keys.usingOnly(1)) == keys.arns[1])
    }

    // MARK: Recipients

    @Test("recipients are removed by key, by type and by tag")
    func removal() async throws {
        let further = [
            try Stanza(type: "X25519", arguments: ["a"]), try Stanza(type: "ssh-rsa", arguments: ["dGFn"]),
            try Stanza(type: "ssh-rsa", arguments: ["b3Ro"]),
        ]
        let path = try await write(SealedFixture([keys.recipient(0), keys.recipient(1)], further: further, padding: .page))
        let absent = RecipientSelector.type("piv-p256")
        let selectors: [RecipientSelector] = [.kmsKey(arn: keys.arns[1]), .type("X25519"), .ssh(type: "ssh-rsa", tag: "dGFn"), absent]
        let outcome = try await rewrap(path, RewrapPlan(removing: selectors))
        #expect(outcome.removed == [KMSKeyStanza.type, "X25519", "ssh-rsa"])
        #expect(outcome.absent == [absent])
        #expect(try parts().header.stanzas.map(\.type) == [KMSKeyStanza.type, "ssh-rsa", HeaderPadding.type])
        #expect(outcome.action == .rewrapped(.inPlace))
    }

    @Test("recipients that took more room than padding can fill are removed all the same")
    func largeRemoval() async throws {
        let body = [UInt8](repeating: 5, count: 600_000)
        let large = try (0..<2).map { try Stanza(type: "large", arguments: ["\($0)"], body: body) }
        let path = try await write(SealedFixture([keys.recipient(0)], further: large))
        let before = try parts()
        #expect(before.header.byteCount > HeaderPadding.maximumByteCount)
        let outcome = try await rewrap(path, RewrapPlan(removing: [.type("large")]))
        #expect(outcome.action == .rewrapped(.copied))
        #expect(try parts().payload == before.payload)
        #expect(try await opened() == keys.arns[0])
    }

    @Test("the last recipient is not removed, also not with padding beside it")
    func lastRecipient() async throws {
        let path = try await write(SealedFixture([keys.recipient(0)], padding: .page))
        let before = try folder.read("sealed")
        await #expect(throws: EnvelopeError(.invalidRecipients, "")) {
            try await rewrap(path, RewrapPlan(removing: [.kmsKey(arn: keys.arns[0]), .type(HeaderPadding.type)]))
        }
        #expect(try folder.read("sealed") == before)
        #expect(try folder.entries() == ["sealed"])
    }

    @Test("who is a recipient already is not added again")
    func addedTwice() async throws {
        let path = try await write(SealedFixture([keys.recipient(0)], padding: .page))
        let plan = RewrapPlan(adding: [keys.recipient(1)])
        #expect(try await rewrap(path, plan).action == .rewrapped(.inPlace))
        #expect(try await rewrap(path, plan).action == .current)
        #expect(try await opened(by: keys.usingOnly(1)) == keys.arns[1])
    }

    @Test("a stanza that a recipient of another making has made wrong is refused, and not believed")
    func malformedStanza() async throws {
        let path = try await write(SealedFixture([keys.recipient(0)], padding: .page))
        let before = try folder.read("sealed")
        let wrong = Wrong(stanza: try Stanza(type: KMSKeyStanza.type, arguments: [keys.arns[0]], body: [1, 2]))
        for adding: [any Recipient] in [[wrong], [wrong, wrong], [wrong, keys.recipient(0)]] {
            await #expect(throws: EnvelopeError(.damagedHeader, "")) { try await rewrap(path, RewrapPlan(adding: adding)) }
        }
        #expect(try folder.read("sealed") == before)
    }

    struct Wrong: Recipient {
        let stanza: Stanza

        func wrap(_ fileKey: borrowing FileKey) async throws(EnvelopeError) -> RecipientStanzas { RecipientStanzas(stanza) }
    }

    @Test("recipients with other promises are not mixed in")
    func labels() async throws {
        let path = try await write(SealedFixture([keys.recipient(0)], padding: .page))
        await #expect(throws: EnvelopeError(.invalidRecipients, "")) {
            try await rewrap(path, RewrapPlan(adding: [Labelled(type: "mlkem768x25519", labels: ["postquantum"])]))
        }
        let own = try Stanza(type: FixedKey.stanzaType)
        let strong = try Stanza(type: "mlkem768x25519", arguments: ["a"])
        let other = try await write(SealedFixture(further: [own, strong], padding: .page), to: "strong")
        await #expect(throws: EnvelopeError(.invalidRecipients, "")) {
            try await rewrap(other, RewrapPlan(adding: [keys.recipient(0)]), identities: [FixedKey()])
        }
    }

    struct Labelled: Recipient {
        let type: String
        let labels: Set<String>

        func wrap(_ fileKey: borrowing FileKey) async throws(EnvelopeError) -> RecipientStanzas {
            do { return RecipientStanzas([try Stanza(type: type)], labels: labels) } catch { preconditionFailure("\(error)") }
        }
    }

    @Test("a file under a passphrase gets no other recipient, and needs no other header")
    func passphrase() async throws {
        let scrypt = try Stanza(type: "scrypt", arguments: ["c2FsdA", "1"])
        let bytes = try FixedKey().header([scrypt]) + FixedKey().payload([Self.payload])
        let path = try folder.write(bytes, to: "sealed")
        let identity = AnyStanza()
        await #expect(throws: EnvelopeError(.invalidRecipients, "")) {
            try await rewrap(path, RewrapPlan(adding: [keys.recipient(0)]), identities: [identity])
        }
        #expect(try await rewrap(path, identities: [identity]).action == .current)
        #expect(try folder.read("sealed") == bytes)
    }

    struct AnyStanza: Identity {
        func unwrap(_ stanzas: [Stanza]) async throws(EnvelopeError) -> Unwrapping {
            do { return .opened(try FixedKey().fileKey(), by: "the test") } catch { preconditionFailure("\(error)") }
        }
    }

    // MARK: The plan

    @Test("a plan is known again by who is added, whose names hold no secret")
    func fingerprint() throws {
        let passphrase = Array("correct horse".utf8)
        let recipients: [any Recipient] = [
            keys.recipient(0), keys.recipient(1), keys.recipient(0, ["a": "b"]), keys.recipient(0, ["a": "c"]),
            try RecipientText.parse(KnownKeys.recipient, plugins: nil),
            try PassphraseRecipient(passphrase: SecretBytes(copying: passphrase.span.bytes)),
        ]
        #expect(recipients[4].description == KnownKeys.recipient)
        #expect(recipients[5].description == "PassphraseRecipient")
        let prints = try recipients.map { try RewrapPlan(adding: [$0]).fingerprint() } + [try RewrapPlan().fingerprint()]
        #expect(Set(prints).count == prints.count)
        let both = [recipients[0], recipients[1]]
        #expect(try RewrapPlan(adding: both).fingerprint() == RewrapPlan(adding: both.reversed()).fingerprint())
        #expect(try !prints.contains(RewrapPlan(adding: both).fingerprint()))
    }

    // MARK: Refused

    @Test("what is not to be rewrapped is called by its name and left alone")
    func refused() async throws {
        let plan = RewrapPlan(adding: [keys.recipient(1)])
        let plain = try folder.write([1, 2, 3], to: "plain")
        let text = folder.file("text")
        try await SealedFileWriter(recipients: [keys.recipient(0)], armored: true).seal(.file(plain), to: .file(text, overwrite: false))
        let cases: [(String, [UInt8], EnvelopeError.Code)] = [
            ("plain", [1, 2, 3], .notASealedFile), ("armored", try folder.read("text"), .unsupportedFormat),
            ("foreign", try FixedKey().file([Self.payload]), .noKeyOpens),
        ]
        for (name, bytes, code) in cases {
            let path = try folder.write(bytes, to: name)
            await #expect(throws: EnvelopeError(code, "")) { try await rewrap(path, plan) }
            #expect(try folder.read(name) == bytes)
        }
        #expect(mkfifo(folder.file("pipe").string, 0o600) == 0)
        await #expect(throws: EnvelopeError(.unsupportedFormat, "")) { try await rewrap(folder.file("pipe"), plan) }
        await #expect(throws: EnvelopeError(.inputNotFound, "")) { try await rewrap(folder.file("none"), plan) }
        await #expect(throws: EnvelopeError(.inputIsDirectory, "")) { try await rewrap(folder.path, plan) }
    }

    @Test("a header that somebody changed is not given a new MAC")
    func forged() async throws {
        var bytes = try await SealedFixture([keys.recipient(0)], further: [Stanza(type: "other", arguments: ["a"])], padding: .page)
            .sealed([Self.payload])
        let position = try #require(bytes.firstRange(of: Array("-> other a".utf8))).upperBound - 1
        bytes[position] = UInt8(ascii: "b")
        let path = try folder.write(bytes, to: "sealed")
        await #expect(throws: EnvelopeError(.damagedHeader, "")) { try await rewrap(path, RewrapPlan(adding: [keys.recipient(1)])) }
        #expect(try folder.read("sealed") == bytes)
    }

    @Test("an old header on the same payload still opens it: rewrapping does not revoke")
    func rollback() async throws {
        let path = try await write(SealedFixture([keys.recipient(0)], padding: .page))
        let old = try folder.read("sealed")
        _ = try await rewrap(path, RewrapPlan(replacement: .init(toKey: keys.arns[1])))
        let header = try parts().header
        _ = try folder.write(Array(old[..<header.byteCount]) + (try parts().payload), to: "rolled back")
        #expect(try await opened("rolled back") == keys.arns[0])
    }

    @Test("a dry run tells the same, and writes nothing", arguments: [HeaderPadding.Policy.page, .none])
    func dryRun(padding: HeaderPadding.Policy) async throws {
        let path = try await write(SealedFixture([keys.recipient(0)], padding: padding))
        let before = try folder.read("sealed")
        let plan = RewrapPlan(adding: [keys.recipient(1)])
        let outcome = try await rewrap(path, plan, isDryRun: true)
        #expect(outcome.action == .wouldRewrap(padding == .none ? .copied : .inPlace))
        #expect(outcome.keysAfter.map(\.keyARN) == [keys.arns[0], keys.arns[1]])
        #expect(try folder.read("sealed") == before)
        #expect(try folder.entries() == ["sealed"])
    }

    @Test("a file that is named by a symbolic link is rewrapped, and the link stays")
    func symbolicLink() async throws {
        let path = try await write(SealedFixture([keys.recipient(0)]))
        try folder.link("sealed", hard: "other name", symbolic: "link")
        #expect(try await rewrap(folder.file("link"), RewrapPlan(adding: [keys.recipient(1)])).action == .rewrapped(.copied))
        #expect(try folder.isSymbolicLink("link"))
        #expect(try await rewrap(path).keysAfter.count == 2)
    }
}
