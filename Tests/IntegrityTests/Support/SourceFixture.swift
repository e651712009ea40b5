import OpenSSL
import Synchronization
import SystemPackage
import TestSupport

@testable import Integrity

/// A source in memory, with what can go wrong with one.
final class MemorySource: EntrySource {
    struct Item: Sendable {
        var bytes: [UInt8]
        /// Whether its SHA-256 was stored, or what was stored instead.
        var digest: Digest = .none
        /// What happens when it is opened.
        var error: EntrySourceError?
        /// What it says to have.
        var announcedByteCount: UInt64?

        enum Digest: Sendable { case none, sha256, of([UInt8]) }
    }

    private let items: Mutex<[[UInt8]: Item]>
    private let pageCount: Int
    private let opened = Mutex<[[UInt8]]>([])
    /// Called with each path that is opened.
    private let onOpen: @Sendable ([UInt8]) async -> Void
    /// Thrown instead of the second page.
    private let listingError: EntrySourceError?
    private let listsTwice: Bool

    init(
        _ items: [String: Item], pageCount: Int = 3, listingError: EntrySourceError? = nil, listsTwice: Bool = false,
        onOpen: @escaping @Sendable ([UInt8]) async -> Void = { _ in }
    ) {
        self.items = Mutex(Dictionary(uniqueKeysWithValues: items.map { (Array($0.key.utf8), $0.value) }))
        self.pageCount = pageCount
        self.listingError = listingError
        self.listsTwice = listsTwice
        self.onOpen = onOpen
    }

    /// What was opened so far, sorted.
    var openedPaths: [String] { opened.withLock { $0.map { String(decoding: $0, as: UTF8.self) }.sorted() } }

    func page(after position: [UInt8]?) async throws(EntrySourceError) -> EntrySourcePage {
        if position != nil, let listingError { throw listingError }
        let all = items.withLock { $0 }
        let rest = all.keys.sorted { $0.lexicographicallyPrecedes($1) }.filter { path in
            position.map { $0.lexicographicallyPrecedes(path) || (listsTwice && $0 == path) } ?? true
        }
        let paths = rest.prefix(pageCount)
        let found = paths.map { path in
            let item = all[path]
            var hasDigests = false
            if let item, case .none = item.digest {} else { hasDigests = true }
            return SourceItem(
                path: path, byteCount: item?.announcedByteCount ?? UInt64(item?.bytes.count ?? 0), version: Array("v".utf8) + path,
                hasDigests: hasDigests)
        }
        return EntrySourcePage(items: found, next: rest.count > paths.count ? paths.last : nil)
    }

    func description(of item: SourceItem) async throws(EntrySourceError) -> SourceDescription {
        let found = try find(item)
        switch found.digest {
        case .none: throw .failed(IntegrityError(.internalFailure, "asked for digests that there are not"))
        case .sha256: return try Self.description(item, found.bytes)
        case .of(let other): return try Self.description(item, other)
        }
    }

    private static func description(_ item: SourceItem, _ bytes: [UInt8]) throws(EntrySourceError) -> SourceDescription {
        do throws(OpenSSLError) {
            let digest = try Digest.hash(.sha256, bytes.span.bytes)
            return SourceDescription(byteCount: item.byteCount, digests: [ContentDigest(.sha256, bytes: digest)])
        } catch {
            throw .failed(IntegrityError(error))
        }
    }

    func open(_ item: SourceItem) async throws(EntrySourceError) -> any SourceContent {
        let found = try find(item)
        opened.withLock { $0.append(item.path) }
        await onOpen(item.path)
        if let error = found.error { throw error }
        return Content(found.bytes, byteCount: item.byteCount)
    }

    private func find(_ item: SourceItem) throws(EntrySourceError) -> Item {
        guard item.version == Array("v".utf8) + item.path else {
            throw .failed(IntegrityError(.internalFailure, "asked for a version that was not listed"))
        }
        guard let found = items.withLock({ $0[item.path] }) else { throw .gone }
        return found
    }

    /// Gives its bytes in pieces of odd sizes.
    private final class Content: SourceContent {
        let byteCount: UInt64
        private let bytes: [UInt8]
        private let position = Mutex(0)

        init(_ bytes: [UInt8], byteCount: UInt64) {
            self.bytes = bytes
            self.byteCount = byteCount
        }

        func read(into buffer: UnsafeMutableRawBufferPointer) async throws(EntrySourceError) -> Int {
            position.withLock { position in
                let count = min(buffer.count, bytes.count - position, 10_007)
                for index in 0..<count { buffer[index] = bytes[position + index] }
                position += count
                return count
            }
        }
    }
}

/// Makes and opens manifests of sources in a folder.
struct SourceFixture {
    let folder: TemporaryFolder
    let settings: TreeRunSettings

    init() throws {
        folder = try TemporaryFolder()
        settings = TreeRunSettings(scratchFolder: folder.path)
    }

    static func bytes(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
        var generator = SeededGenerator(seed: seed)
        return (0..<count).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
    }

    @discardableResult
    func record(
        _ source: MemorySource, as name: String = "m", digests: [DigestAlgorithm] = [.sha256], exclusions: [String] = []
    ) async throws -> ManifestCreator.Summary {
        let options = ManifestOptions(digests: digests, exclusions: exclusions.map { Array($0.utf8) })
        return try await SourceManifestCreator(source: source, head: try head(options), settings: settings).create(target(name))
    }

    /// The manifest of a folder in the folder.
    func record(folder name: String, as manifest: String, digests: [DigestAlgorithm] = []) async throws {
        _ = try await ManifestCreator(
            folder: folder.file(name), head: try head(ManifestOptions(digests: digests)), settings: settings
        ).create(target(manifest))
    }

    func manifest(_ name: String = "m") throws -> Manifest {
        try Manifest(path: folder.file(name), trust: ManifestTrust(signers: [], allowsUnsigned: true))
    }

    func entries(_ name: String = "m") throws -> [ManifestEntry] {
        var entries: [ManifestEntry] = []
        try manifest(name).forEachEntry { entries.append($0) }
        return entries
    }

    func verify(_ source: MemorySource, against name: String = "m", _ reading: ContentReading = .all) async throws -> VerificationReport {
        try await SourceVerifier(try manifest(name), source: source, reading: reading, settings: settings).verify()
    }

    func verify(folder name: String, against manifest: String = "m") async throws -> VerificationReport {
        try await ManifestVerifier(try self.manifest(manifest), folder: folder.file(name), reading: .all, settings: settings).verify()
    }

    private func head(_ options: ManifestOptions) throws -> NewManifestHead {
        guard let time = CheckpointTime("2026-11-28T14:00:00Z") else { throw IntegrityError(.internalFailure, "no time") }
        return NewManifestHead(toolVersion: "1.0.0", time: time, subject: Array("source".utf8), options: options)
    }

    private func target(_ name: String) -> NewManifestFile {
        NewManifestFile(path: folder.file(name), overwrite: true, signer: nil, register: nil)
    }
}
