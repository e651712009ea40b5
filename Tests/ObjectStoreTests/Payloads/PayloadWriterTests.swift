import AgeFormat
import Foundation
import Synchronization
import SystemPackage
import TestSupport
import Testing

@testable import ObjectStore

@Suite("Storing payloads")
struct PayloadWriterTests {
    private static let inline = PayloadWriter.maximumInlineByteCount
    private static let chunk = PayloadLayout.chunkByteCount
    static let sizes = [
        0, 1, inline - 1, inline, inline + 1, chunk - 1, chunk, chunk + 1, 2 * chunk, 8 * chunk - 1, 8 * chunk, 8 * chunk + 1, 16 * chunk,
        5 << 20, 40 * chunk + 7,
    ]

    @Test("what is stored is read again, whatever its size", arguments: sizes, [true, false])
    func roundTrip(size: Int, isAnnounced: Bool) async throws {
        let fixture = try await PayloadFixture()
        try fixture.folder.prepare()
        let bytes = randomBytes(size)
        let stored = try await fixture.store(OddBody(bytes, saying: isAnnounced ? UInt64(size) : nil, pieces: 50_000))
        #expect(stored.byteCount == UInt64(size))
        var calculator = try ChecksumCalculator([.crc64NVME])
        try calculator.update(bytes.span.bytes)
        #expect(try stored.checksums == calculator.finalize())

        let segment = PayloadSegment(place: stored.place, byteCount: stored.byteCount)
        #expect((segment.inline != nil) == (size <= Self.inline))
        if let inline = segment.inline { #expect(inline.count <= 16 << 10) }
        #expect(try fixture.files().count == (segment.inline == nil ? 1 : 0))
        let (read, error) = try await fixture.body([segment]).drain()
        #expect(error == nil)
        #expect(read == bytes)
        #expect(try fixture.verify(segment) == UInt64(size))
    }

    @Test("a part is a blob, even a small or empty one", arguments: [0, 1, 1000])
    func forcedBlob(size: Int) async throws {
        let fixture = try await PayloadFixture()
        try fixture.folder.prepare()
        let segment = try await fixture.segment(randomBytes(size), mayBeInline: false)
        #expect(segment.blob != nil)
        let (read, error) = try await fixture.body([segment]).drain()
        #expect(error == nil)
        #expect(read == randomBytes(size))
    }

    @Test("the file is named by its place, is as large as said, and begins with the header")
    func place() async throws {
        let fixture = try await PayloadFixture()
        try fixture.folder.prepare()
        let stored = try await fixture.store(BytesBody(randomBytes(100_000)))
        guard case .blob(let name, let headerByteCount, let byteCount, let nonce) = stored.place else {
            return #expect(Bool(false), "no blob")
        }
        #expect(try fixture.files() == ["\(name.text.prefix(2))/\(name.text).age"])
        let file = try fixture.read(fixture.folder.path(of: name))
        #expect(file.count == Int(byteCount))
        #expect(headerByteCount == fixture.header.count && (headerByteCount + 16) % 4096 == 0)
        #expect(Array(file.prefix(headerByteCount)) == fixture.header)
        #expect(Array(file[headerByteCount..<headerByteCount + 16]) == nonce)
        #expect(try fixture.folder.readHeader(of: name, byteCount: headerByteCount) == fixture.header)
    }

    @Test("the same bytes twice have different nonces and ciphertexts")
    func freshNonces() async throws {
        let fixture = try await PayloadFixture()
        try fixture.folder.prepare()
        let first = try await fixture.segment([1, 2, 3]).inline
        let second = try await fixture.segment([1, 2, 3]).inline
        #expect(first?.prefix(16) != second?.prefix(16))
        #expect(first?.dropFirst(16) != second?.dropFirst(16))
    }

    @Test("a body that is larger than allowed is refused, and leaves nothing", arguments: [99, 15_000, 20_000, 3 << 20], [true, false])
    func limit(size: Int, isAnnounced: Bool) async throws {
        let fixture = try await PayloadFixture()
        try fixture.folder.prepare()
        let body = OddBody(randomBytes(size), saying: isAnnounced ? UInt64(size) : nil, pieces: 7000)
        await #expect(throws: ObjectStoreError(.entityTooLarge)) { try await fixture.store(body, byteLimit: UInt64(size) - 1) }
        #expect(try fixture.files() == [])
    }

    @Test(
        "a body with fewer or more bytes than it said is refused, and leaves nothing", arguments: [100, 16_000, 20_000, 65_536, 3 << 20],
        [-10_000, -1, 1, 10_000])
    func incomplete(size: Int, error: Int) async throws {
        let fixture = try await PayloadFixture()
        try fixture.folder.prepare()
        let body = OddBody(randomBytes(max(0, size + error)), saying: UInt64(size))
        await #expect(throws: ObjectStoreError(.incompleteBody)) { try await fixture.store(body) }
        #expect(try fixture.files() == [])
    }

    @Test("a body that fails leaves nothing", arguments: [0, 10, 20_000, 3 << 20])
    func failingBody(position: Int) async throws {
        let fixture = try await PayloadFixture()
        try fixture.folder.prepare()
        await #expect(throws: ObjectStoreError(.requestTimeout)) {
            try await fixture.store(OddBody(randomBytes(5 << 20), pieces: 10_000, failAt: position))
        }
        #expect(try fixture.files() == [])
    }

    @Test("a header that cannot be made leaves nothing")
    func failingHeader() async throws {
        let fixture = try await PayloadFixture()
        try fixture.folder.prepare()
        await #expect(throws: ObjectStoreError(.kmsDisabled)) {
            try await PayloadWriter(folder: fixture.folder).store(
                BytesBody(randomBytes(20_000)), byteLimit: .max, fileKey: fixture.fileKey, checksums: [], mayBeInline: true
            ) { () throws(ObjectStoreError) in throw ObjectStoreError(.kmsDisabled) }
        }
        #expect(try fixture.files() == [])
    }

    @Test("a task that is cancelled stores nothing", arguments: [0, 100_000, 3 << 20])
    func cancelled(position: Int) async throws {
        let fixture = try await PayloadFixture()
        try fixture.folder.prepare()
        let (reached, gate) = AsyncStream<Void>.makeStream()
        let task = Task {
            try await fixture.store(
                OddBody(randomBytes(6 << 20), pieces: 65_536) { at in
                    guard at >= position, !Task.isCancelled else { return }
                    gate.yield()
                    while !Task.isCancelled { await Task.yield() }
                })
        }
        for await _ in reached { break }
        task.cancel()
        await #expect(throws: ObjectStoreError(.cancelled)) { try await task.value }
        #expect(try fixture.files() == [])
    }

    @Test("many are stored at once")
    func concurrently() async throws {
        let fixture = try await PayloadFixture()
        try fixture.folder.prepare()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<24 {
                group.addTask {
                    let bytes = randomBytes(number * 90_000, seed: UInt64(number))
                    let segment = try await fixture.segment(bytes)
                    let (read, error) = try await fixture.body([segment]).drain()
                    #expect(error == nil)
                    #expect(read == bytes)
                }
            }
            try await group.waitForAll()
        }
        #expect(try fixture.files().count == 23)
    }

    @Test("a blob is an age file", .enabled(if: StockAge.isInstalled), arguments: [0, 20_000, 65_536, 3 << 20])
    func age(size: Int) async throws {
        let fixture = try await PayloadFixture()
        try fixture.folder.prepare()
        let bytes = randomBytes(size)
        guard let name = try await fixture.segment(bytes, mayBeInline: false).blob else { return #expect(Bool(false), "no blob") }
        #expect(try fixture.openByAge(fixture.folder.path(of: name)) == bytes)
    }
}

extension PayloadFixture {
    /// Opens a file with the fixture's identity, by the stock age.
    func openByAge(_ path: FilePath) throws -> [UInt8] {
        let identity = file("identity")
        try write(Array(Self.identity.utf8), to: identity)
        return try StockAge.open(path, with: identity)
    }
}
