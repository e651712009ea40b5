import AgeFormat
import Envelope
import SystemPackage
import TestSupport
import Testing

/// The text form, through files and pipes.
@Suite("Armored files")
struct ArmoredFileTests {
    let keys: TestKeys
    let folder: TemporaryFolder
    let opener: SealedFileOpener

    init() async throws {
        keys = try await TestKeys(count: 1)
        folder = try TemporaryFolder()
        opener = SealedFileOpener(identities: [keys.identity()])
    }

    @Test("a file of any size comes back from its text form", arguments: [0, 1, 47, 48, 65_535, 65_536, 65_537, 9 * 65_536, 1_000_001])
    func files(size: Int) async throws {
        let plaintext = SealedFileTests.bytes(size)
        let path = try folder.write(plaintext, to: "plain")
        let writer = SealedFileWriter(recipients: [keys.recipient(0)], armored: true)
        try await writer.seal(.file(path), to: .file(folder.file("sealed"), overwrite: false))
        let text = String(decoding: try folder.read("sealed"), as: UTF8.self)
        #expect(text.hasPrefix("-----BEGIN AGE ENCRYPTED FILE-----\n") && text.hasSuffix("\n-----END AGE ENCRYPTED FILE-----\n"))
        #expect(text.split(separator: "\n").allSatisfy { $0.utf8.count <= 64 })

        try await opener.open(.file(folder.file("sealed")), to: .file(folder.file("opened"), overwrite: false))
        let isSame = try folder.read("opened") == plaintext
        #expect(isSame)
        #expect(try SealedFileInspection(.file(folder.file("sealed"))).plaintextByteCount == UInt64(size))
        #expect(try await opener.verify(.file(folder.file("sealed"))).plaintextByteCount == UInt64(size))
    }

    @Test("a stream of text, with CR LF and white space around, comes back", arguments: [0, 100, 700_000])
    func pipes(size: Int) async throws {
        let plaintext = SealedFileTests.bytes(size)
        let source = try TestPipe.source(plaintext)
        let writer = SealedFileWriter(recipients: [keys.recipient(0)], armored: true)
        let sealed = try await TestPipe.collecting { output in
            try await writer.seal(.descriptor(source, name: "in"), to: .descriptor(output, name: "out"))
        }
        try source.close()
        _ = try sealed.outcome.get()
        let mailed = Array(" \n\n".utf8.dropFirst()) + sealed.bytes.flatMap { $0 == 0x0A ? [0x0D, 0x0A] : [$0] } + Array("\n  \n".utf8)
        let mailedSource = try TestPipe.source(mailed)
        let opened = try await TestPipe.collecting { output in
            try await opener.open(.descriptor(mailedSource, name: "in"), to: .descriptor(output, name: "out"))
        }
        try mailedSource.close()
        _ = try opened.outcome.get()
        let isSame = opened.bytes == plaintext
        #expect(isSame)
    }

    @Test("text that is cut, changed or extended is refused")
    func damage() async throws {
        let path = try folder.write([1, 2, 3], to: "plain")
        try await SealedFileWriter(recipients: [FixedKeyRecipient()], armored: true)
            .seal(.file(path), to: .file(folder.file("sealed"), overwrite: false))
        let opener = SealedFileOpener(identities: [FixedKey()])
        let whole = try folder.read("sealed")
        for index in stride(from: 0, to: whole.count - 1, by: 3) {
            let cut = try folder.write(Array(whole[..<index]), to: "cut")
            await #expect(throws: EnvelopeError.self, "\(index) bytes") { try await opener.verify(.file(cut)) }
            var changed = whole
            changed[index] ^= 0x04
            let other = try folder.write(changed, to: "changed")
            await #expect(throws: EnvelopeError.self, "byte \(index)") { try await opener.verify(.file(other)) }
        }
        let extended = try folder.write(whole + Array("x\n".utf8), to: "extended")
        await #expect(throws: EnvelopeError(.damagedHeader, "")) { try await opener.verify(.file(extended)) }
    }
}
