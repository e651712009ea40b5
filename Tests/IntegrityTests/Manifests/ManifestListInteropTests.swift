import Foundation
import OpenSSL
import SystemPackage
import TestSupport
import Testing

@testable import Integrity

/// Manifests as lists of other programs, in both directions, with names that lists have trouble with.
@Suite("Manifests and lists of other programs")
struct ManifestListInteropTests {
    private static func bash(_ script: String, _ fixture: ManifestListFixture) throws -> Command.Result {
        try Command.bash(script, in: fixture.path("tree"))
    }

    private static func fixture(where isMeant: ([UInt8]) -> Bool = { _ in true }) throws -> ManifestListFixture {
        try ManifestListFixture(ManifestListFixture.hostile.filter { isMeant($0.name) })
    }

    static let tools: [(String, ManifestExportFormat, DigestAlgorithm)] = [
        ("sha256sum", .gnu, .sha256), ("b2sum", .gnu, .blake2b512), ("md5sum", .gnu, .md5), ("sha512sum", .gnu, .sha512),
        ("sha256sum", .bsd, .sha256), ("b2sum", .bsd, .blake2b512),
    ]

    @Test(
        "coreutils checks what is exported, and sees a change", .enabled(if: Command.isInstalled("sha256sum", "b2sum")),
        arguments: tools)
    func exportedToCoreutils(tool: String, format: ManifestExportFormat, algorithm: DigestAlgorithm) async throws {
        let fixture = try Self.fixture()
        let list = try await fixture.export(try await fixture.create(), format, [algorithm])
        try fixture.root.write(list, to: Array("LIST".utf8))
        let fine = try Self.bash("\(tool) --check --strict ../LIST", fixture)
        #expect(fine.status == 0, "\(fine.errors)")
        #expect(fine.output.split(separator: 10).count == ManifestListFixture.hostile.count)
        try fixture.write([1], to: Array("line\nfeed".utf8))
        #expect(try Self.bash("\(tool) --check --strict --quiet ../LIST", fixture).status == 1)
    }

    @Test(
        "coreutils' lists are imported, and the tree is intact", .enabled(if: Command.isInstalled("sha256sum", "b2sum")),
        arguments: tools)
    func importedFromCoreutils(tool: String, format: ManifestExportFormat, algorithm: DigestAlgorithm) async throws {
        let fixture = try Self.fixture()
        let result = try Self.bash("find . -type f -print0 | xargs -0 \(tool) \(format == .bsd ? "--tag" : "") --", fixture)
        try #require(result.status == 0)
        let manifest = try await fixture.load(result.output, [algorithm])
        #expect(manifest.checkpoint.entryCount == UInt64(ManifestListFixture.hostile.count))
        #expect(try await fixture.verify(manifest).words == [])
        try fixture.write([1], to: Array("line\nfeed".utf8))
        #expect(try await fixture.verify(manifest).words == ["modified line\\x0afeed"])
    }

    @Test("shasum checks exported lists of BSD", .enabled(if: Command.isInstalled("shasum")))
    func exportedToShasum() async throws {
        // It has no escape for a carriage return, and reads none.
        let fixture = try Self.fixture { !$0.contains(13) }
        let list = try await fixture.export(try await fixture.create(), .bsd, [.sha256])
        try fixture.root.write(list, to: Array("LIST".utf8))
        let fine = try Self.bash("shasum --check --strict ../LIST", fixture)
        #expect(fine.status == 0, "\(fine.errors)\(String(decoding: fine.output, as: UTF8.self))")
        try fixture.write([1], to: Array("back\\slash".utf8))
        #expect(try Self.bash("shasum --check --strict ../LIST", fixture).status == 1)
    }

    @Test("hashdeep audits by exported lists, and sees a change", .enabled(if: Command.isInstalled("hashdeep")))
    func exportedToHashdeep() async throws {
        let fixture = try Self.fixture { !$0.contains(10) }
        let list = try await fixture.export(try await fixture.create(), .hashdeep, [.md5, .sha256])
        try fixture.root.write(list, to: Array("LIST".utf8))
        let audit = "find . -type f -printf '%P\\0' | xargs -0 hashdeep -l -a -vv -k ../LIST --"
        let fine = try Self.bash(audit, fixture)
        #expect(fine.status == 0, "\(fine.errors)\(String(decoding: fine.output, as: UTF8.self))")
        try fixture.write([1], to: Array("plain".utf8))
        #expect(try Self.bash(audit, fixture).status != 0)
    }

    @Test(
        "hashdeep's lists are imported, with sizes; one with a name over two lines is refused",
        .enabled(if: Command.isInstalled("hashdeep")))
    func importedFromHashdeep() async throws {
        let fixture = try Self.fixture { !$0.contains(10) }
        let result = try Self.bash("hashdeep -l -r .", fixture)
        let manifest = try await fixture.load(result.output)
        #expect(manifest.checkpoint.options.digests == [.md5, .sha256])
        #expect(try await fixture.verify(manifest).words == [])
        #expect(try ManifestListFixture.entries(manifest).allSatisfy { $0.byteCount != nil })
        try fixture.write([1], to: Array("line\nfeed".utf8))
        let broken = try Self.bash("hashdeep -l -r .", fixture)
        await #expect(throws: IntegrityError(.malformed, "")) { try await fixture.load(broken.output) }
    }

    @Test("PyPI's bagit calls a bag valid whose payload manifest was exported", .enabled(if: BagPeer.isInstalled, "needs bagit of PyPI"))
    func exportedToBagIt() async throws {
        // It does not undo %25 (RFC 8493 §2.1.3), and takes blanks off the ends of names.
        let fixture = try Self.fixture { String(validating: $0, as: UTF8.self) != nil && !$0.contains(UInt8(ascii: "%")) && $0.last != 32 }
        let list = try await fixture.export(try await fixture.create(), .bagIt, [.sha256])
        try FileManager.default.createDirectory(atPath: fixture.path("bag").string, withIntermediateDirectories: true)
        try FileManager.default.moveItem(atPath: fixture.path("tree").string, toPath: fixture.path("bag/data").string)
        try fixture.root.write(list, to: Array("bag/manifest-sha256.txt".utf8))
        try fixture.root.write("BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n", to: "bag/bagit.txt")
        let fine = try BagPeer.validate(fixture.path("bag"))
        #expect(fine.isValid, "\(fine.reason)")
        try fixture.root.write([1], to: Array("bag/data/-dash".utf8))
        #expect(try !BagPeer.validate(fixture.path("bag")).isValid)
    }

    @Test("the payload manifest of a bag of PyPI's bagit is imported", .enabled(if: BagPeer.isInstalled, "needs bagit of PyPI"))
    func importedFromBagIt() async throws {
        let fixture = try Self.fixture { String(validating: $0, as: UTF8.self) != nil && !$0.contains(UInt8(ascii: "%")) && $0.last != 32 }
        try BagPeer.make(fixture.path("tree"), ["sha512"])
        let importer = ManifestImporter(
            list: fixture.path("tree/manifest-sha512.txt"), head: try ManifestListFixture.head(), scratchFolder: fixture.root.root)
        _ = try await importer.create(fixture.target("bag.manifest"))
        let report = try await fixture.verify(try fixture.open("bag.manifest"))
        #expect(report.words.allSatisfy { $0.hasPrefix("added ") } && report[.intact] > 10)
        #expect(report.verdicts.allSatisfy { !$0.path.bytes.starts(with: Array("data/".utf8)) })
    }
}
