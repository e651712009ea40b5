import Envelope
import Foundation
import KeyStore
import SystemPackage
import TestSupport
import Testing

/// Stock `age` reads what Coffer writes, and Coffer what stock `age` writes.
@Suite("Interop with age", .enabled(if: StockAge.isInstalled, "age and age-keygen are not installed"))
struct AgeInteropTests {
    let folder: TemporaryFolder
    let keys: TestKeys
    let age: StockAge
    let recipient: AgeRecipient

    init() async throws {
        folder = try TemporaryFolder()
        keys = try await TestKeys(count: 1)
        age = try StockAge(in: folder.file("identity"))
        recipient = try AgeRecipient(age.recipient)
    }

    @Test("age opens what our pipeline sealed", arguments: [0, 1, 65_536, 65_537, 8 * 65_536, 700_000])
    func ageOpens(size: Int) async throws {
        var generator = SeededGenerator(seed: UInt64(size))
        let plaintext = generator.bytes(size)
        let path = try folder.write(plaintext, to: "plain")
        let writer = SealedFileWriter(recipients: [keys.recipient(0, ["purpose": "archives"]), X25519Recipient(recipient)])
        try await writer.seal(.file(path), to: .file(folder.file("sealed"), overwrite: false))
        #expect(try age.open(folder.file("sealed")) == plaintext)
    }

    @Test("for age, a file of KMS keys only is well formed, and for somebody else")
    func ageUnderstands() async throws {
        let path = try folder.write([1, 2, 3], to: "plain")
        try await SealedFileWriter(recipients: [keys.recipient(0)])
            .seal(.file(path), to: .file(folder.file("sealed"), overwrite: false))
        let failure = #expect(throws: Command.Failure.self) { try age.open(folder.file("sealed")) }
        let errors = failure?.result.errors ?? ""
        #expect(errors.contains("no identity matched any of the recipients"), "\(errors)")
    }

    @Test("age's own file is inspected, and is for no key of ours")
    func ageWrites() async throws {
        let path = try folder.write([UInt8](repeating: 1, count: 70_000), to: "plain")
        try Command.succeed("age", ["-r", age.recipient, "-o", folder.file("sealed").string, path.string])
        let inspection = try SealedFileInspection(.file(folder.file("sealed")))
        #expect(inspection.plaintextByteCount == 70_000)
        await #expect(throws: EnvelopeError(.noKeyOpens, "")) {
            try await SealedFileOpener(identities: [keys.identity()]).verify(.file(folder.file("sealed")))
        }
    }
}
