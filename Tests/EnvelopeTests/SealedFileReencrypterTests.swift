import AgeFormat
import FileFaults
import Foundation
import KeyStore
import SystemPackage
import TestSupport
import Testing

@testable import Envelope

/// New file keys: the same plaintext, nothing of the old ciphertext, and never a file that looks whole and is not.
@Suite("Re-encryption")
struct SealedFileReencrypterTests {
    let keys: TestKeys
    let folder: TemporaryFolder

    init() async throws {
        keys = try await TestKeys(count: 2)
        folder = try TemporaryFolder()
    }

    private var sameKeys: SealedFileReencrypter {
        let service = keys.service
        return SealedFileReencrypter(
            identities: [keys.identity()], recipients: .sameKeys { () async throws(EnvelopeError) in service })
    }

    private func seal(_ plaintext: [UInt8], for recipients: [any Recipient], armored: Bool = false) async throws -> FilePath {
        let path = try folder.write(plaintext, to: "plain", permissions: 0o640)
        try await SealedFileWriter(recipients: recipients, armored: armored)
            .seal(.file(path), to: .file(folder.file("sealed"), overwrite: true))
        return folder.file("sealed")
    }

    @Test("the plaintext stays and everything else changes", arguments: [0, 1, 65_536, 65_537, 20 * 65_536], [true, false])
    func fresh(size: Int, armored: Bool) async throws {
        let plaintext = SealedFileTests.bytes(size)
        let path = try await seal(plaintext, for: [keys.recipient(0, ["purpose": "test"]), keys.recipient(1)], armored: armored)
        try folder.setModificationTime("sealed", 1_234_567_890)
        let before = try folder.read("sealed")
        try await sameKeys.reencrypt(path)
        let after = try folder.read("sealed")
        #expect(after.count == before.count && (armored || Set(before.suffix(16)) != Set(after.suffix(16))))
        #expect(try folder.permissions("sealed") == 0o640)
        // What copies files by their time has to notice.
        #expect(try #require(try folder.modificationTime("sealed")) > 1_700_000_000)
        for index in 0..<2 {
            let service = try await keys.usingOnly(index)
            let identity = KMSKeyIdentity(service: service, encryptionContext: .asRecorded)
            try await SealedFileOpener(identities: [identity]).open(.file(path), to: .file(folder.file("out"), overwrite: true))
            let isSame = try folder.read("out") == plaintext
            #expect(isSame, "key \(index)")
        }
        let inspection = try SealedFileInspection(.file(path))
        guard case .kmsKey(let stanza) = inspection.recipients[0] else {
            Issue.record("the first recipient is a KMS key")
            return
        }
        #expect(stanza.wrapped.encryptionContext == ["purpose": "test"])
    }

    @Test("who is not to have it any more does not open it")
    func given() async throws {
        let path = try await seal([1, 2, 3], for: [keys.recipient(0)])
        try await SealedFileReencrypter(identities: [keys.identity()], recipients: .given([keys.recipient(1)])).reencrypt(path)
        let old = KMSKeyIdentity(service: try await keys.usingOnly(0), encryptionContext: .asRecorded)
        await #expect(throws: EnvelopeError(.noKeyOpens, "")) { try await SealedFileOpener(identities: [old]).verify(.file(path)) }
        let new = KMSKeyIdentity(service: try await keys.usingOnly(1), encryptionContext: .asRecorded)
        #expect(try await SealedFileOpener(identities: [new]).verify(.file(path)).plaintextByteCount == 3)
    }

    @Test("recipients that cannot be made anew are not dropped silently")
    func others() async throws {
        let path = try await seal([1, 2, 3], for: [keys.recipient(0), KMSKeyRecipientTests.Grease(type: "X25519")])
        let before = try folder.read("sealed")
        await #expect(throws: EnvelopeError(.invalidRecipients, "")) { try await sameKeys.reencrypt(path) }
        #expect(try folder.read("sealed") == before)
    }

    @Test("a file that is cut or damaged stays as it is", arguments: ["cut between chunks", "cut in a chunk", "changed", "extended"])
    func damaged(kind: String) async throws {
        let path = try await seal(SealedFileTests.bytes(10 * 65_536), for: [keys.recipient(0)])
        var bytes = try folder.read("sealed")
        switch kind {
        case "cut between chunks": bytes.removeLast(3 * PayloadLayout.sealedChunkByteCount)
        case "cut in a chunk": bytes.removeLast(17)
        case "changed": bytes[bytes.count / 2] ^= 1
        default: bytes.append(0)
        }
        _ = try folder.write(bytes, to: "sealed")
        await #expect(throws: EnvelopeError.self) { try await sameKeys.reencrypt(path) }
        let isSame = try folder.read("sealed") == bytes
        #expect(isSame)
        #expect(try folder.entries() == ["plain", "sealed"])
    }

    /// Does something to the folder while a file is sealed for it.
    struct Meddling: Recipient {
        let meddle: @Sendable () throws -> Void

        func wrap(_ fileKey: borrowing FileKey) async throws(EnvelopeError) -> RecipientStanzas {
            do {
                try meddle()
                return RecipientStanzas(try Stanza(type: FixedKey.stanzaType, body: [1, 2, 3]))
            } catch {
                preconditionFailure("\(error)")
            }
        }
    }

    @Test("a newer file that comes into the place of the old one meanwhile stays", arguments: ["renamed", "written", "removed"])
    func newer(kind: String) async throws {
        let old = try FixedKey().file([.init([1, 2, 3], isLast: true)])
        let path = try folder.write(old, to: "sealed")
        try folder.setModificationTime("sealed", 1_234_567_890)
        let meddling = Meddling { [folder] in
            switch kind {
            case "renamed":
                _ = try folder.write([9], to: "newer")
                try #require(rename(folder.file("newer").string, path.string) == 0)
            // The same bytes at another time: what was read before need not have been.
            case "written": _ = try folder.write(old, to: "sealed")
            default: try #require(unlink(path.string) == 0)
            }
        }
        let reencrypter = SealedFileReencrypter(identities: [FixedKey()], recipients: .given([meddling]))
        await #expect(throws: EnvelopeError(.inputChanged, "")) { try await reencrypter.reencrypt(path) }
        switch kind {
        case "renamed": #expect(try folder.read("sealed") == [9])
        case "written": #expect(try folder.read("sealed") == old)
        default: #expect(try folder.entries().isEmpty)
        }
    }

    @Test("a file that another process is at work on is left to it")
    func inUse() async throws {
        let old = try FixedKey().file([.init([1, 2, 3], isLast: true)])
        let path = try folder.write(old, to: "sealed")
        let other = try FileDescriptor.open(path, .readOnly)
        #expect(try SystemFileCalls().lock(other))
        let reencrypter = SealedFileReencrypter(identities: [FixedKey()], recipients: .given([FixedKeyRecipient()]))
        await #expect(throws: EnvelopeError(.inUse, "")) { try await reencrypter.reencrypt(path) }
        #expect(try folder.read("sealed") == old)
        // A child that another test is starting holds the same open file for a moment.
        SystemFileCalls().unlock(other)
        try other.close()
        try await reencrypter.reencrypt(path)
        #expect(try folder.read("sealed") != old)
    }

    @Test("whichever call fails, there is the old file or the new one, whole", arguments: [Errno.ioError, .noSpace])
    func sweep(errno: Errno) async throws {
        let plaintext = SealedFileTests.bytes(9 * 65_536)
        let key = FixedKey()
        let sealed = try key.file((0..<9).map { .init(Array(plaintext[$0 * 65_536..<($0 + 1) * 65_536]), isLast: $0 == 8) })
        for failAt in 1... {
            let path = try folder.write(sealed, to: "sealed")
            let calls = FaultyCalls(failAt: failAt, with: errno)
            let reencrypter = SealedFileReencrypter(identities: [key], recipients: .given([FixedKeyRecipient()]), calls: calls)
            var thrown: EnvelopeError?
            do throws(EnvelopeError) {
                try await reencrypter.reencrypt(path)
            } catch {
                thrown = error
            }
            #expect(calls.openCount == 0)
            let isOld = try folder.read("sealed") == sealed
            if !isOld { #expect(try await SealedFileOpener(identities: [key]).verify(.file(path)).plaintextByteCount == 9 * 65_536) }
            #expect(try folder.entries() == ["sealed"], "call \(failAt), \(String(describing: calls.failed))")
            guard let failed = calls.failed else {
                #expect(thrown == nil && !isOld)
                return
            }
            #expect(thrown != nil || failed == .remove, "call \(failAt), \(failed), failed silently")
            #expect(isOld || thrown?.code == .outputNotDurable, "call \(failAt), \(failed)")
        }
    }
}
