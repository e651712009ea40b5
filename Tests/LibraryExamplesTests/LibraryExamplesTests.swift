import AuditTrail
import Findings
import Foundation
import Integrity
import KeyCatalog
import KeyStore
import OpenSSL
import SystemPackage
import TLSInspector
import TestSupport
import Testing

/// The examples of `Docs/Library`, run as another program would: this target sees what is public, and nothing else.
@Suite("Examples of the library's documentation")
struct LibraryExamplesTests {
    private static let libraries = ["KeyStore", "Envelope", "ObjectStore", "Integrity", "TLSInspector"]

    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test("what a page shows is what runs here", arguments: Self.libraries)
    func documented(library: String) throws {
        let page = try Repository.text(of: "Docs/Library/\(library).md")
        let example = try Repository.text(of: "Tests/LibraryExamplesTests/Examples/\(library)Example.swift")
        let blocks = page.components(separatedBy: "```swift\n").dropFirst().map { $0.components(separatedBy: "```")[0] }
        // The first block is what stands in a package's manifest.
        try #require(blocks.count == 2)
        #expect(blocks[1] == example)
        #expect(blocks[0].contains(#".product(name: "\#(library)", package: "coffer")"#))
    }

    @Test("what a page names as a type is one that is public", arguments: Self.libraries)
    func named(library: String) throws {
        let page = try Repository.text(of: "Docs/Library/\(library).md")
        let rows = page.split(separator: "\n").filter { $0.hasPrefix("| `") }
        let names = rows.flatMap { $0.split(separator: "|")[0].matches(of: /`([A-Z]\w+)`/).map { String($0.1) } }
        try #require(names.count >= 8)
        let types = try Self.publicTypes()
        for name in names { #expect(types.contains(name), "\(name) in \(library).md") }
    }

    private static func publicTypes() throws -> Set<String> {
        let declaration = /public (?:final )?(?:class|struct|enum|protocol|actor) (\w+)/
        var names: Set<String> = []
        for folder in ["Sources", "KeyStore"] {
            let files = FileManager.default.enumerator(atPath: Repository.url(folder).path)
            while let file = files?.nextObject() as? String {
                guard file.hasSuffix(".swift") else { continue }
                let text = try Repository.text(of: "\(folder)/\(file)")
                names.formUnion(text.matches(of: declaration).map { String($0.1) })
            }
        }
        return names
    }

    @Test("KeyStore: a password outlives the session and a rotation")
    func keyStore() async throws {
        let passphrase = try Self.passphrase()
        let cameBack = try await keepPassword(in: folder.path.string, passphrase: passphrase)
        #expect(cameBack)
    }

    @Test("Envelope: a file opens with the store's key and with the identity")
    func envelope() async throws {
        let store = try Store(in: folder)
        let key = try await store.keys.createKey(CreateKeyRequest())
        let content = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 / 251) }
        let file = try folder.write(content, to: "disk.img")
        let part = try await sealBackup(file, keys: store.keys, keyID: key.arn, recovery: AgeIdentity.generate())
        #expect(part == Array(content[100_000..<100_016]))
        #expect(try folder.read("disk.img.restored") == content)
    }

    @Test("ObjectStore: a deleted object's versions are all there")
    func objectStore() async throws {
        let store = try Store(in: folder)
        let (versionCount, first) = try await keepVersions(in: folder.path, keys: store.keys, trail: store.trail)
        #expect(versionCount == 3)
        #expect(first == "a draft")
    }

    @Test("Integrity: what changed is named, and nothing else")
    func integrity() async throws {
        let store = try Store(in: folder)
        let tree = try folder.makeFolder("tree")
        for name in ["kept", "edited", "lost"] { _ = try folder.write(Array(name.utf8), to: "tree/\(name)") }
        let (manifest, time) = (folder.file("tree.manifest"), try #require(CheckpointTime("2026-11-28T12:00:00Z")))
        let signer = try await record(tree, in: manifest, at: time, keys: store.keys)
        #expect(try await verify(tree, against: manifest, signedBy: signer) == [:])
        _ = try folder.write(Array("edited twice".utf8), to: "tree/edited")
        try FileManager.default.removeItem(atPath: "\(tree)/lost")
        let verdicts = try await verify(tree, against: manifest, signedBy: signer)
        #expect(verdicts["edited"] == .modified || verdicts["edited"] == .extended)
        #expect(verdicts["lost"] == .removed)
        #expect(verdicts["kept"] == nil)
        let stranger = try TrustedSigner(name: nil, publicKey: [UInt8](repeating: 9, count: TrustedSigner.publicKeyByteCount))
        await #expect(throws: IntegrityError.self) { try await verify(tree, against: manifest, signedBy: stranger) }
    }

    @Test("TLSInspector: a real server is scanned and judged", .enabled(if: Command.isInstalled("openssl"), "needs openssl"))
    func inspector() async throws {
        let server = try TLSServer(in: folder)
        let endpoint = Endpoint(host: "127.0.0.1", port: server.port, serverName: "localhost")
        let time = Int64(Date().timeIntervalSince1970)
        let (findings, document) = try await inspect(endpoint, trusting: folder.read("server.pem"), at: time)
        let scan = try #require(try ScanDocument(document).scans.first)
        #expect(scan.failure == nil)
        #expect(scan.protocols.first { $0.version == .tls12 }?.isOffered == .known(true))
        #expect(scan.protocols.first { $0.version == .tls13 }?.isOffered == .known(false))
        // The guideline wants TLS 1.3, which this server was told not to offer; its certificate is trusted.
        #expect(findings.contains { $0.id.hasPrefix("tls-profile-") })
        #expect(!findings.contains { $0.id == "tls-certificate-self-signed" })
    }

    private static func passphrase() throws -> SecretBytes { try SecretBytes(copying: Array("correct horse battery staple".utf8).bytes) }

    /// A store as the first example makes one.
    private struct Store {
        let keys: LocalKeyService
        let trail: AuditTrail

        init(in folder: TemporaryFolder) throws {
            trail = try AuditTrail(path: "\(folder.path)/audit.log")
            let environment = KeyStoreEnvironment(
                records: try KeyCatalog(path: "\(folder.path)/keys.sqlite", access: .createIfMissing), trail: trail, clock: SystemClock(),
                caller: CallerIdentity(userName: "ann", userAgent: "example/1.0"))
            keys = try LocalKeyService.initialize(
                environment, identity: StoreIdentity(), seal: .passphrase(LibraryExamplesTests.passphrase(), ScryptParameters(logN: 10)),
                label: "test")
        }
    }
}
