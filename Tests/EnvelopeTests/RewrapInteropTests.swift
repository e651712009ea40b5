import AgeFormat
import Foundation
import OpenSSL
import SystemPackage
import Testing

@testable import Envelope
@testable import KeyStore

/// Other implementations open what rewrapping leaves, padding included.
@Suite("Interop of rewrapped files", .enabled(if: Peer.isInstalled("age", "age-keygen"), "age and age-keygen are not installed"))
struct RewrapInteropTests {
    let folder: TemporaryFolder
    let keys: TestKeys
    let plaintext = [UInt8](repeating: 7, count: 150_000)

    init() async throws {
        folder = try TemporaryFolder()
        keys = try await TestKeys(count: 2)
    }

    /// A file for a KMS key and an X25519 key, rewrapped so that another KMS key is there too.
    private func makeRewrapped(_ padding: HeaderPadding.Policy) async throws -> RewrapOutcome {
        try Peer.run("age-keygen", ["-o", folder.file("identity").string])
        let text = String(decoding: try folder.read("identity"), as: UTF8.self)
        let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("# public key: ") })
        let recipient = X25519Recipient(try AgeRecipient(String(line.dropFirst("# public key: ".count))))
        let chunks = stride(from: 0, to: plaintext.count, by: 65_536).map { start in
            let end = min(start + 65_536, plaintext.count)
            return FixedKey.Chunk(Array(plaintext[start..<end]), isLast: end == plaintext.count)
        }
        let bytes = try await SealedFixture([keys.recipient(0), recipient], padding: padding).sealed(chunks)
        let path = try folder.write(bytes, to: "sealed")
        let log = EventLog()
        let rewrapper = SealedFileRewrapper(
            identities: [keys.identity()], service: keys.service, plan: RewrapPlan(adding: [keys.recipient(1)]))
        try await rewrapper.rewrap([path]) { await log.add($0) }
        return try #require(await log.outcomes.first)
    }

    @Test("age opens a rewrapped file", arguments: [HeaderPadding.Policy.page, .quarterPage, .none])
    func age(padding: HeaderPadding.Policy) async throws {
        let outcome = try await makeRewrapped(padding)
        #expect(outcome.action == .rewrapped(padding == .none ? .copied : .inPlace))
        let output = folder.file("opened").string
        let age = try Peer.run("age", ["-d", "-i", folder.file("identity").string, "-o", output, folder.file("sealed").string])
        #expect(age.status == 0, "\(age.errors)")
        #expect(try folder.read("opened") == plaintext)
    }

    @Test(
        "pyrage opens a rewrapped file", .enabled(if: Peer.hasPyrage, "COFFER_TEST_PYTHON names no Python"),
        arguments: [HeaderPadding.Policy.page, .none])
    func pyrage(padding: HeaderPadding.Policy) async throws {
        _ = try await makeRewrapped(padding)
        let script = """
            import sys, pyrage
            secret = [line for line in open(sys.argv[1]).read().split("\\n") if line.startswith("AGE-SECRET-KEY-")][0]
            identity = pyrage.x25519.Identity.from_str(secret)
            open(sys.argv[3], "wb").write(pyrage.decrypt(open(sys.argv[2], "rb").read(), [identity]))
            """
        let python = try #require(Peer.python)
        let run = try Peer.run(
            python, ["-c", script, folder.file("identity").string, folder.file("sealed").string, folder.file("opened").string])
        #expect(run.status == 0, "\(run.errors)")
        #expect(try folder.read("opened") == plaintext)
    }
}
