import Foundation
import OpenSSL
import SystemPackage
import Testing

@testable import Integrity

/// A tree, manifests of it beside it, and lists, in one folder that is removed with its last reference.
final class ManifestListFixture {
    let root: BagFixture
    let tree = "tree"
    let settings: TreeRunSettings

    init(_ files: [(name: [UInt8], content: [UInt8])] = ManifestListFixture.usual) throws {
        root = try BagFixture()
        settings = TreeRunSettings(scratchFolder: root.root)
        try FileManager.default.createDirectory(atPath: path("tree").string, withIntermediateDirectories: true)
        for file in files { try write(file.content, to: file.name) }
    }

    static let usual: [(name: [UInt8], content: [UInt8])] = [
        (Array("a".utf8), Array("abc".utf8)), (Array("b/c".utf8), [UInt8](repeating: 7, count: 200_000)), (Array("b/empty".utf8), []),
    ]

    /// Names that lists have trouble with.
    static let hostile: [(name: [UInt8], content: [UInt8])] = [
        Array("plain".utf8), Array("with blanks  ".utf8), Array(" in front".utf8), Array("*star".utf8), Array("-dash".utf8),
        Array("-".utf8),
        Array("back\\slash".utf8), Array("line\nfeed".utf8), Array("carriage\rreturn".utf8), Array("(a) = b".utf8), Array("a,b\"c".utf8),
        Array("#x".utf8), Array("100%".utf8), Array("%0A".utf8), [0xFF, 0xFE], Array("sub/-x".utf8), Array("sub/é".utf8),
    ].enumerated().map { ($1, [UInt8](repeating: UInt8($0), count: 700 * $0)) }

    func path(_ name: String) -> FilePath { root.path(name) }

    func write(_ content: [UInt8], to name: [UInt8]) throws { try root.write(content, to: Array("tree/".utf8) + name) }

    static func head(_ digests: [DigestAlgorithm] = []) throws -> NewManifestHead {
        NewManifestHead(
            toolVersion: "1.0.0", time: try #require(CheckpointTime("2026-11-28T14:00:00Z")), subject: Array("tree".utf8),
            options: ManifestOptions(digests: digests))
    }

    func target(_ name: String, overwrite: Bool = true) -> NewManifestFile {
        NewManifestFile(path: path(name), overwrite: overwrite, signer: nil, register: nil)
    }

    func open(_ name: String) throws -> Manifest {
        try Manifest(path: path(name), trust: ManifestTrust(signers: [], allowsUnsigned: true))
    }

    @discardableResult
    func create(_ digests: [DigestAlgorithm] = [], at name: String = "made.manifest") async throws -> Manifest {
        _ = try await ManifestCreator(folder: path("tree"), head: try Self.head(digests), settings: settings).create(target(name))
        return try open(name)
    }

    /// Makes a manifest of a list.
    func load(
        _ list: [UInt8], named name: String = "list", _ algorithms: [DigestAlgorithm] = [], budget: Int = ImportedEntries.budget
    ) async throws -> Manifest {
        try root.write(list, to: Array(name.utf8))
        let importer = ManifestImporter(list: path(name), algorithms: algorithms, head: try Self.head(), scratchFolder: root.root)
        _ = try await importer.create(target("imported.manifest"), budget: budget)
        return try open("imported.manifest")
    }

    func verify(_ manifest: Manifest) async throws -> VerificationReport {
        try await ManifestVerifier(manifest, folder: path("tree"), reading: .all, settings: settings).verify()
    }

    func export(
        _ manifest: Manifest, _ format: ManifestExportFormat, _ digests: [DigestAlgorithm], reading: Bool = true
    ) async throws -> [UInt8] {
        let exporter = try ManifestExporter(manifest, format, digests)
        var list: [UInt8] = []
        try await exporter.export(try await exporter.survey(), from: reading ? path("tree") : nil, settings) { list += $0 }
        return list
    }

    static func entries(_ manifest: Manifest) throws -> [ManifestEntry] {
        var entries: [ManifestEntry] = []
        try manifest.forEachEntry { entries.append($0) }
        return entries
    }
}

extension VerificationReport {
    /// `modified a`, in the order of the paths.
    var words: [String] { verdicts.map { "\($0.verdict.rawValue) \($0.path)" } }
}
