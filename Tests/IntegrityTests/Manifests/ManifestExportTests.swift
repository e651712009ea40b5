import Foundation
import OpenSSL
import SystemPackage
import Testing

@testable import Integrity

@Suite("Export of a manifest")
struct ManifestExportTests {
    private static let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

    @Test("digests that the manifest has are listed without reading anything")
    func recorded() async throws {
        let fixture = try ManifestListFixture()
        let manifest = try await fixture.create([.sha256])
        try fixture.write([], to: Array("a".utf8))
        let list = String(decoding: try await fixture.export(manifest, .gnu, [.sha256], reading: false), as: UTF8.self)
        #expect(list.hasPrefix("\(Self.abc)  a\n") && list.split(separator: "\n").count == 3)
        let bag = String(decoding: try await fixture.export(manifest, .bagIt, [.sha256]), as: UTF8.self)
        #expect(bag.hasPrefix("\(Self.abc)  data/a\n"))
    }

    @Test("what the manifest does not have is read, and is the same as if it had been recorded")
    func read() async throws {
        let fixture = try ManifestListFixture(ManifestListFixture.hostile)
        let bare = try await fixture.create()
        let full = try await fixture.create(DigestAlgorithm.allCases, at: "full.manifest")
        try fixture.write([1], to: Array("sub/new".utf8))
        for algorithm in DigestAlgorithm.allCases {
            let recorded = try await fixture.export(full, .bsd, [algorithm], reading: false)
            #expect(try await fixture.export(bare, .bsd, [algorithm]) == recorded)
            #expect(recorded.split(separator: 10).count == ManifestListFixture.hostile.count)
        }
        await #expect(throws: IntegrityError(.invalidArgument, "")) { try await fixture.export(bare, .gnu, [.sha256], reading: false) }
    }

    @Test("what is no file is left out and counted")
    func others() async throws {
        let fixture = try ManifestListFixture()
        try fixture.root.link("tree/link", to: "a")
        let survey = try await ManifestExporter(try await fixture.create(), .gnu, [.sha256]).survey()
        #expect(survey.fileCount == 3 && survey.otherCount == 2 && survey.unknownCount == 3)
        #expect(survey.firstUnknown?.description == "a")
    }

    @Test(
        "a file that is not what was recorded is named, and nothing is written",
        // Everything is readable for root.
        arguments: ["content", "gone", "type", "longer"] + (geteuid() == 0 ? [] : ["unreadable"]))
    func differing(what: String) async throws {
        let fixture = try ManifestListFixture()
        let manifest = try await fixture.create()
        var code = IntegrityError.Code.contentDiffers
        let name = Array("b/c".utf8)
        switch what {
        case "content":
            var content = [UInt8](repeating: 7, count: 200_000)
            content[199_999] = 8
            try fixture.write(content, to: name)
        case "gone": try fixture.root.remove(Array("tree/b/c".utf8))
        case "type":
            try fixture.root.remove(Array("tree/b/c".utf8))
            try fixture.root.link("tree/b/c", to: "../a")
        case "longer": try fixture.write([UInt8](repeating: 7, count: 200_001), to: name)
        default:
            chmod(fixture.path("tree/b").string, 0)
            code = .unreadable
        }
        defer { chmod(fixture.path("tree/b").string, 0o755) }
        let exporter = try ManifestExporter(manifest, .gnu, [.sha256])
        let survey = try await exporter.survey()
        var isWritten = false
        let error = await #expect(throws: IntegrityError.self) {
            try await exporter.export(survey, from: fixture.path("tree"), fixture.settings) { _ in isWritten = true }
        }
        #expect(error?.code == code && error?.message.hasPrefix("b/c: ") == true && !isWritten, "\(error?.message ?? "")")
    }

    @Test("metadata may be another: it is the content that is listed")
    func metadata() async throws {
        let fixture = try ManifestListFixture()
        let manifest = try await fixture.create()
        chmod(fixture.path("tree/a").string, 0o600)
        #expect(try await fixture.export(manifest, .gnu, [.sha256]).count > 0)
    }

    @Test(
        "a name that the format cannot hold is an error before anything is read or written",
        arguments: [
            (ManifestExportFormat.hashdeep, Array("a\nb".utf8), IntegrityError.Code.invalidArgument),
            (.hashdeep, Array("a\r".utf8), .invalidArgument),
            (.hashdeep, Array("x offset 0-2".utf8), .invalidArgument), (.bagIt, [0xFF], .unsupported),
        ])
    func names(format: ManifestExportFormat, name: [UInt8], code: IntegrityError.Code) async throws {
        let fixture = try ManifestListFixture([(name, [1, 2, 3])])
        let exporter = try ManifestExporter(try await fixture.create(), format, [.sha256])
        let error = await #expect(throws: IntegrityError.self) { try await exporter.survey() }
        #expect(error?.code == code)
    }

    @Test("digests that a format does not have are refused")
    func digests() async throws {
        let manifest = try await ManifestListFixture().create()
        for (format, digests) in [
            (.hashdeep, [.sha512]), (.gnu, [.md5, .sha256]), (.bagIt, [.blake2b512]), (.bagIt, [.md5, .sha1]), (.bsd, []),
            (.bsd, [.md5, .md5]),
        ] as [(ManifestExportFormat, [DigestAlgorithm])] {
            #expect(throws: IntegrityError(.invalidArgument, "")) { try ManifestExporter(manifest, format, digests) }
        }
    }

    @Test("hashdeep needs sizes, which a list may not have, and gets them from the folder")
    func sizes() async throws {
        let fixture = try ManifestListFixture()
        let made = try await fixture.create([.sha256])
        let known = try await fixture.export(made, .hashdeep, [.sha256], reading: false)
        let loaded = try await fixture.load(try await fixture.export(made, .gnu, [.sha256], reading: false))
        #expect(try await ManifestExporter(loaded, .hashdeep, [.sha256]).survey().unknownCount == 3)
        #expect(try await fixture.export(loaded, .hashdeep, [.sha256]) == known)
    }

    @Test("a better digest is never made of content that MD5 alone vouches for")
    func laundering() async throws {
        let fixture = try ManifestListFixture()
        let list = try await fixture.export(try await fixture.create([.md5]), .gnu, [.md5], reading: false)
        let exporter = try ManifestExporter(try await fixture.load(list), .gnu, [.sha256])
        let error = await #expect(throws: IntegrityError.self) { try await exporter.survey() }
        #expect(error?.code == .unreadable && error?.message.contains("md5 alone") == true)
    }

    @Test("a file called - is not stdin")
    func dash() async throws {
        let fixture = try ManifestListFixture([(Array("-".utf8), Array("abc".utf8))])
        let list = try await fixture.export(try await fixture.create(), .gnu, [.sha256])
        #expect(String(decoding: list, as: UTF8.self) == "\(Self.abc)  ./-\n")
    }

    @Test("a manifest that was changed afterwards is not listed")
    func tampered() async throws {
        let fixture = try ManifestListFixture()
        try await fixture.create([.sha256])
        var bytes = try fixture.root.read(Array("made.manifest".utf8))
        let index = try #require(bytes.firstIndex(of: 0xBA).flatMap { start in bytes[start...].firstIndex(of: 0x78) })
        bytes[index] ^= 1
        try fixture.root.write(bytes, to: Array("made.manifest".utf8))
        let manifest = try fixture.open("made.manifest")
        let error = await #expect(throws: IntegrityError.self) { try await ManifestExporter(manifest, .gnu, [.sha256]).survey() }
        #expect(error?.code == .invalidSignature)
    }
}
