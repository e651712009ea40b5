import AgeFormat
import SystemPackage
import TestSupport
import Testing

@testable import ObjectStore

@Suite("Exported objects", .enabled(if: StockAge.isInstalled))
struct SealedBodyTests {
    /// Reads it into a file that age opens.
    private func expectOpens(_ body: any ObjectBody, to bytes: [UInt8], in fixture: PayloadFixture) async throws {
        let (file, error) = await body.drain(pieces: 30_000)
        #expect(error == nil)
        #expect(body.byteCount == UInt64(file.count))
        try fixture.write(file, to: fixture.file("exported"))
        #expect(try fixture.openByAge(fixture.file("exported")) == bytes)
    }

    @Test("an object of one payload is an age file", arguments: [0, 1, 16_352, 16_353, 65_536, 1_000_000], [true, false])
    func one(size: Int, mayBeInline: Bool) async throws {
        let fixture = try await PayloadFixture()
        try fixture.folder.prepare()
        let bytes = randomBytes(size)
        let segment = try await fixture.segment(bytes, mayBeInline: mayBeInline)
        let body = try SealedBody(header: fixture.header, segment.place, folder: fixture.folder, objectName: "bucket/key")
        try await expectOpens(body, to: bytes, in: fixture)
    }

    @Test(
        "an object of several payloads is one age file", arguments: [[0], [0, 0], [1, 0, 2], [65_536, 65_536], [100_000, 3, 900_000]])
    func several(sizes: [Int]) async throws {
        let fixture = try await PayloadFixture()
        try fixture.folder.prepare()
        var (whole, segments): ([UInt8], [PayloadSegment]) = ([], [])
        for (number, size) in sizes.enumerated() {
            let bytes = randomBytes(size, seed: UInt64(number))
            whole += bytes
            segments.append(try await fixture.segment(bytes, mayBeInline: false))
        }
        let body = try ResealedBody(
            header: fixture.header, segments, fileKey: fixture.fileKey, folder: fixture.folder, objectName: "bucket/key")
        try await expectOpens(body, to: whole, in: fixture)
    }

    @Test("a damaged part ends the export")
    func damaged() async throws {
        let fixture = try await PayloadFixture()
        try fixture.folder.prepare()
        let segments = [
            try await fixture.segment(randomBytes(100_000), mayBeInline: false), try await fixture.segment([1, 2], mayBeInline: false),
        ]
        let path = fixture.folder.path(of: try segments[1].name)
        var file = try fixture.read(path)
        file[file.count - 1] ^= 1
        try fixture.write(file, to: path)
        let body = try ResealedBody(
            header: fixture.header, segments, fileKey: fixture.fileKey, folder: fixture.folder, objectName: "bucket/key")
        let (exported, error) = await body.drain()
        #expect(error?.code == .damagedObject)
        #expect(UInt64(exported.count) < body.byteCount ?? 0)
        try fixture.write(file + [0], to: path)
        #expect(throws: ObjectStoreError(.damagedObject)) {
            try SealedBody(header: fixture.header, segments[1].place, folder: fixture.folder, objectName: "bucket/key")
        }
    }
}
