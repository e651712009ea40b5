import Foundation
import OpenSSL
import Synchronization
import SystemPackage
import TestSupport
import Testing

@testable import Integrity

@Suite("Manifest of a source")
struct SourceManifestTests {
    private let fixture: SourceFixture

    init() throws { fixture = try SourceFixture() }

    /// The root by the definition (RFC 6962 §2.1), without what is tested.
    private static func root(_ bytes: [UInt8]) throws -> TreeHash {
        func hash(_ leaves: ArraySlice<[UInt8]>) throws -> [UInt8] {
            if leaves.isEmpty { return try Digest.hash(.sha256, [UInt8]().span.bytes) }
            if leaves.count == 1 { return try Digest.hash(.sha256, ([0] + leaves[leaves.startIndex]).span.bytes) }
            var split = 1
            while split * 2 < leaves.count { split *= 2 }
            let middle = leaves.startIndex + split
            return try Digest.hash(.sha256, ([1] + hash(leaves[..<middle]) + hash(leaves[middle...])).span.bytes)
        }
        let pieces = stride(from: 0, to: bytes.count, by: 65_536).map { Array(bytes[$0..<min($0 + 65_536, bytes.count)]) }
        return try #require(TreeHash(try hash(pieces[...])))
    }

    @Test(
        "contents of every size have the root that the definition gives, and a copy of them is intact",
        arguments: [0, 1, 65_535, 65_536, 65_537, 131_072, 400_001])
    func roots(count: Int) async throws {
        let bytes = SourceFixture.bytes(count)
        let source = MemorySource(["d/a": .init(bytes: bytes)])
        let summary = try await fixture.record(source)
        let entry = try #require(try fixture.entries().first)
        let root = try Self.root(bytes)
        #expect(entry.root == root && entry.byteCount == UInt64(count) && entry.type == .file)
        #expect(entry.metadata == nil && entry.identity == nil && entry.unreadable == nil)
        let digest = try Digest.hash(.sha256, bytes.span.bytes)
        #expect(entry.digests.map(\.bytes) == [digest])
        #expect(summary.fileCount == 1 && summary.byteCount == UInt64(count) && summary.report.readFileCount == 1)
        #expect(summary.lineage.checkpoint.options.filesOnly)

        try fixture.folder.write(bytes, to: "copy/d/a")
        let report = try await fixture.verify(folder: "copy")
        #expect(report[.intact] == 1 && report.entryCount == 1, "the folder is not too many")
    }

    @Test("entries are in the order of paths, whatever the order of the names, and however many pages there are", arguments: 0..<10)
    func order(seed: UInt64) async throws {
        var generator = SeededGenerator(seed: seed)
        var items: [String: MemorySource.Item] = ["a": .init(bytes: [1]), "a/b": .init(bytes: [2]), "a.txt": .init(bytes: [3])]
        for _ in 0..<60 {
            let names = (0..<Int.random(in: 1...3, using: &generator)).map { _ in
                String(
                    (0..<Int.random(in: 1...3, using: &generator)).map { _ in Array("ab-~\u{1}é")[Int.random(in: 0..<6, using: &generator)]
                    })
            }
            items[names.joined(separator: "/")] = .init(bytes: [UInt8.random(in: 0...255, using: &generator)])
        }
        try await fixture.record(MemorySource(items, pageCount: Int.random(in: 1...7, using: &generator)))
        let paths = try fixture.entries().map(\.path)
        #expect(paths == paths.sorted())
        #expect(Set(paths.map { String(decoding: $0.bytes, as: UTF8.self) }) == Set(items.keys))
    }

    @Test("what was stored with a SHA-256 is recorded by it and not read, unless another digest is asked for")
    func stored() async throws {
        let bytes = SourceFixture.bytes(100_000)
        // What is stored is believed: nobody looks at the bytes.
        let items: [String: MemorySource.Item] = ["known": .init(bytes: [9], digest: .of(bytes)), "unknown": .init(bytes: bytes)]
        let source = MemorySource(items)
        let summary = try await fixture.record(source)
        #expect(source.openedPaths == ["unknown"])
        #expect(summary.report.toldFileCount == 1 && summary.report.readFileCount == 1 && summary.fileCount == 2)
        let known = try #require(try fixture.entries().first)
        let digest = ContentDigest(.sha256, bytes: try Digest.hash(.sha256, bytes.span.bytes))
        #expect(known.root == nil && known.digests == [digest])

        for digests: [DigestAlgorithm] in [[], [.md5, .sha256], [.sha512]] {
            let source = MemorySource(items)
            try await fixture.record(source, digests: digests)
            #expect(source.openedPaths == ["known", "unknown"], "\(digests)")
            #expect(try fixture.entries().allSatisfy { $0.root != nil && $0.digests.map(\.algorithm) == digests })
        }
    }

    @Test(
        "what is no path is told and not recorded",
        arguments: ["../x", "a/../b", "a//b", "/a", "a/", ".", "a/./b", "a\u{0}b"])
    func unsafe(path: String) async throws {
        let summary = try await fixture.record(MemorySource([path: .init(bytes: [1]), "ok": .init(bytes: [2])]))
        #expect(summary.report.refusedPaths.map(\.bytes) == [Array(path.utf8)] && summary.report.refusedPathCount == 1)
        #expect(try fixture.entries().map(\.path.description) == ["ok"])
        let report = try await fixture.verify(MemorySource([path: .init(bytes: [1]), "ok": .init(bytes: [2])]))
        #expect(report.refusedPaths.count == 1 && report[.intact] == 1 && report.entryCount == 1)
    }

    @Test("what is left out by a pattern is neither recorded nor missed, in folders too")
    func exclusions() async throws {
        let items: [String: MemorySource.Item] = [
            "a.log": .init(bytes: [1]), "x/b.log": .init(bytes: [1]), ".git/config": .init(bytes: [1]), "x/.git/c": .init(bytes: [1]),
            "kept": .init(bytes: [1]), "x/git": .init(bytes: [1]),
        ]
        let source = MemorySource(items)
        try await fixture.record(source, exclusions: ["*.log", ".git/"])
        #expect(try fixture.entries().map(\.path.description) == ["kept", "x/git"])
        #expect(source.openedPaths == ["kept", "x/git"])
        let report = try await fixture.verify(MemorySource(items))
        #expect(report[.intact] == 2 && report.entryCount == 2)
    }

    @Test("what cannot be read is recorded as that, and told with the reason")
    func unreadable() async throws {
        let source = MemorySource([
            "damaged": .init(bytes: [1], error: .unreadable(.ioError, "its second chunk is not what was written")),
            "short": .init(bytes: [1, 2], announcedByteCount: 3), "long": .init(bytes: [1, 2, 3, 4], announcedByteCount: 3),
            "ok": .init(bytes: [1]), "gone": .init(bytes: [1], error: .gone),
        ])
        let report = try await fixture.record(source).report
        #expect(report[.unreadable] == 3 && report.isDamaged)
        #expect(report.verdicts.map(\.path.description) == ["damaged", "long", "short"])
        #expect(report.verdicts.first?.remark == .notGiven("its second chunk is not what was written"))
        let entries = try fixture.entries()
        #expect(entries.map(\.path.description) == ["damaged", "long", "ok", "short"])
        #expect(entries.map(\.unreadable) == [.ioError, .ioError, nil, .ioError] && entries[0].root == nil)
        let later = try await fixture.verify(MemorySource(["damaged": .init(bytes: [1])]))
        #expect(later[.unreadable] == 1 && later.verdicts.first?.remark == .unreadWhenRecorded, "nobody knows what it was")
    }

    @Test("a source that fails ends the run, and leaves no manifest")
    func failures() async throws {
        let error = EntrySourceError.failed(IntegrityError(.unreadable, "no connection"))
        let sources = [
            MemorySource(["a": .init(bytes: [1], error: error)]),
            MemorySource(["a": .init(bytes: []), "b": .init(bytes: [])], pageCount: 1, listingError: error),
        ]
        for source in sources {
            let thrown = await #expect(throws: IntegrityError.self) { try await fixture.record(source) }
            #expect(thrown?.code == .unreadable && thrown?.message == "no connection")
        }
        #expect(!FileManager.default.fileExists(atPath: fixture.folder.file("m").string))
    }

    @Test("a path that is listed twice is an error")
    func duplicates() async throws {
        let source = MemorySource(["a": .init(bytes: []), "b": .init(bytes: []), "c": .init(bytes: [])], pageCount: 2, listsTwice: true)
        let error = await #expect(throws: IntegrityError.self) { try await fixture.record(source) }
        #expect(error?.code == .internalFailure && error?.message == "b: was listed twice")
        #expect(!FileManager.default.fileExists(atPath: fixture.folder.file("m").string))
    }

    @Test("a run that is cancelled ends, and leaves no manifest")
    func cancellation() async throws {
        let task = Mutex<Task<Void, any Error>?>(nil)
        let items = Dictionary(uniqueKeysWithValues: (0..<500).map { ("\($0)", MemorySource.Item(bytes: [1])) })
        // The first content that is opened cancels the run that waits for it.
        let source = MemorySource(items, pageCount: 100) { _ in
            while task.withLock({ $0 == nil }) { await Task.yield() }
            task.withLock { $0?.cancel() }
        }
        let fixture = fixture
        let started = Task { _ = try await fixture.record(source) }
        task.withLock { $0 = started }
        let error = await #expect(throws: IntegrityError.self) { try await started.value }
        #expect(error?.code == .cancelled)
        #expect(!FileManager.default.fileExists(atPath: fixture.folder.file("m").string))
        #expect(source.openedPaths.count < 500)
    }

    @Test("progress counts the bytes that are read, and no others")
    func progress() async throws {
        let counts = Mutex((entries: UInt64(0), bytes: UInt64(0)))
        var settings = fixture.settings
        settings.progress = { entries, bytes in counts.withLock { $0 = (max($0.entries, entries), max($0.bytes, bytes)) } }
        let source = MemorySource(["a": .init(bytes: SourceFixture.bytes(200_000)), "b": .init(bytes: [1, 2], digest: .sha256)])
        try await fixture.record(source)
        _ = try await SourceVerifier(try fixture.manifest(), source: source, reading: .all, settings: settings).verify()
        #expect(counts.withLock { $0.entries } == 2 && counts.withLock { $0.bytes } == 200_000)
    }
}
