import AgeFormat
import Foundation
import OpenSSL
import SystemPackage
import TestSupport
import Testing

@testable import Envelope
@testable import KeyStore

/// Other implementations open what rewrapping leaves, padding included.
@Suite("Interop of rewrapped files", .enabled(if: StockAge.isInstalled, "age and age-keygen are not installed"))
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
        let recipient = X25519Recipient(try AgeRecipient(try StockAge(in: folder.file("identity")).recipient))
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
        #expect(try StockAge.open(folder.file("sealed"), with: folder.file("identity")) == plaintext)
    }

    @Test(
        "pyrage opens a rewrapped file", .enabled(if: Pyrage.isInstalled, "COFFER_TEST_PYTHON names no Python"),
        arguments: [HeaderPadding.Policy.page, .none])
    func pyrage(padding: HeaderPadding.Policy) async throws {
        _ = try await makeRewrapped(padding)
        let run = try Pyrage.run("open", folder.file("identity").string, input: folder.read("sealed"))
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.output == plaintext)
    }
}
