import AgeFormat
import Envelope
import KeyStore
import SystemPackage
import TestSupport
import Testing

@Suite("SealedFileInspection")
struct SealedFileInspectionTests {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    @Test("a file tells its keys, contexts and sizes without any key")
    func facts() async throws {
        let keys = try await TestKeys(count: 2)
        let path = try folder.write([UInt8](repeating: 1, count: 100_000), to: "plain")
        let writer = SealedFileWriter(recipients: [
            keys.recipient(0, ["purpose": "archives"]), KMSKeyRecipientTests.Grease(), keys.recipient(1),
        ])
        let summary = try await writer.seal(.file(path), to: .file(folder.file("sealed"), overwrite: false))
        let inspection = try SealedFileInspection(.file(folder.file("sealed")))
        guard case .kmsKey(let first) = inspection.recipients[0], case .other(let other) = inspection.recipients[1],
            case .kmsKey(let last) = inspection.recipients[2]
        else { throw EnvelopeErrorInTest() }
        #expect(first.wrapped.keyARN == keys.arns[0])
        #expect(first.wrapped.encryptionContext == ["purpose": "archives"])
        #expect(first.keyVersion == 1)
        #expect(other.type == "grease-of-a-test")
        #expect(last.wrapped.keyARN == keys.arns[1])
        #expect(inspection.plaintextByteCount == 100_000)
        #expect(inspection.fileByteCount == summary.fileByteCount)
        #expect(inspection.headerByteCount + 16 == summary.headerByteCount)
        #expect(inspection.overheadByteCount == UInt64(inspection.headerByteCount + 16 + 2 * 16))
        #expect(inspection.isSizeConsistent)
    }

    @Test("a pipe tells the same as a file")
    func pipe() throws {
        let bytes = try FixedKey().file([.init([UInt8](repeating: 1, count: 65_536)), .init([1, 2], isLast: true)])
        let source = try TestPipe.source(bytes)
        let inspection = try SealedFileInspection(.descriptor(source, name: "in"))
        try source.close()
        #expect(inspection == (try SealedFileInspection(.file(folder.write(bytes, to: "sealed")))))
        #expect(inspection.plaintextByteCount == 65_538)
    }

    @Test("a size that no whole file has is told", arguments: [2, 3, 17])
    func inconsistent(missing: Int) throws {
        let bytes = try FixedKey().file([.init([UInt8](repeating: 1, count: 65_536)), .init([1, 2], isLast: true)])
        let inspection = try SealedFileInspection(.file(folder.write(Array(bytes.dropLast(missing)), to: "sealed")))
        #expect(!inspection.isSizeConsistent)
        #expect(inspection.plaintextByteCount == nil && inspection.overheadByteCount == nil)
    }

    @Test("a stanza that cannot be read is told, and does not hide the others")
    func malformed() throws {
        let stanzas = [try Stanza(type: KMSKeyStanza.type, arguments: ["arn:x"], body: [1]), try Stanza(type: "X25519", body: [2])]
        let bytes = try FixedKey().header(stanzas) + [UInt8](repeating: 0, count: 32)
        let inspection = try SealedFileInspection(.file(folder.write(bytes, to: "sealed")))
        guard case .malformed(let type, _) = inspection.recipients[0] else { throw EnvelopeErrorInTest() }
        #expect(type == KMSKeyStanza.type)
        #expect(inspection.recipients[1] == .other(stanzas[1]))
    }

    struct EnvelopeErrorInTest: Error {}
}
