import Envelope
import Foundation
import KeyStore
import SystemPackage
import Testing

private enum Age {
    static let isInstalled = ["age", "age-keygen"].allSatisfy { FileManager.default.isExecutableFile(atPath: "/usr/bin/\($0)") }
}

/// Stock `age` reads what Coffer writes, and Coffer what stock `age` writes.
@Suite("Interop with age", .enabled(if: Age.isInstalled, "age and age-keygen are not installed"))
struct AgeInteropTests {
    let folder: TemporaryFolder
    let keys: TestKeys
    /// The recipient of an identity that `age-keygen` made into the file "identity".
    let recipient: AgeRecipient

    init() async throws {
        folder = try TemporaryFolder()
        keys = try await TestKeys(count: 1)
        let keygen = try Self.run("age-keygen", ["-o", folder.file("identity").string])
        #expect(keygen.status == 0)
        let text = String(decoding: try folder.read("identity"), as: UTF8.self)
        let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("# public key: ") })
        recipient = try AgeRecipient(String(line.dropFirst("# public key: ".count)))
    }

    @Test("age opens what our pipeline sealed", arguments: [0, 1, 65_536, 65_537, 8 * 65_536, 700_000])
    func ageOpens(size: Int) async throws {
        var generator = SeededGenerator(seed: UInt64(size))
        let plaintext = generator.bytes(size)
        let path = try folder.write(plaintext, to: "plain")
        let writer = SealedFileWriter(recipients: [keys.recipient(0, ["purpose": "archives"]), X25519Recipient(recipient)])
        try await writer.seal(.file(path), to: .file(folder.file("sealed"), overwrite: false))
        // By stdout: given -o, age makes no file of an empty plaintext.
        let age = try Self.run(
            "age", ["-d", "-i", folder.file("identity").string, folder.file("sealed").string], output: folder.write([], to: "opened"))
        #expect(age.status == 0, "\(age.errors)")
        #expect(try folder.read("opened") == plaintext)
    }

    @Test("for age, a file of KMS keys only is well formed, and for somebody else")
    func ageUnderstands() async throws {
        let path = try folder.write([1, 2, 3], to: "plain")
        try await SealedFileWriter(recipients: [keys.recipient(0)])
            .seal(.file(path), to: .file(folder.file("sealed"), overwrite: false))
        let age = try Self.run("age", ["-d", "-i", folder.file("identity").string, folder.file("sealed").string])
        #expect(age.status != 0)
        #expect(age.errors.contains("no identity matched any of the recipients"), "\(age.errors)")
    }

    @Test("age's own file is inspected, and is for no key of ours")
    func ageWrites() async throws {
        let path = try folder.write([UInt8](repeating: 1, count: 70_000), to: "plain")
        let age = try Self.run("age", ["-r", recipient.text, "-o", folder.file("sealed").string, path.string])
        #expect(age.status == 0, "\(age.errors)")
        let inspection = try SealedFileInspection(.file(folder.file("sealed")))
        #expect(inspection.plaintextByteCount == 70_000)
        await #expect(throws: EnvelopeError(.noKeyOpens, "")) {
            try await SealedFileOpener(identities: [keys.identity()]).verify(.file(folder.file("sealed")))
        }
    }

    private static func run(_ name: String, _ arguments: [String], output: FilePath = "/dev/null") throws -> (status: Int32, errors: String)
    {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/\(name)")
        process.arguments = arguments
        let errors = Pipe()
        process.standardError = errors
        process.standardOutput = FileHandle(forWritingAtPath: output.string)
        try process.run()
        let text = String(decoding: try errors.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, text)
    }
}
