import AgeFormat
import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import ObjectStore

@Suite("Reading payloads")
struct PayloadBodyTests {
    @Test("any range of several segments is what it is in a plain array")
    func ranges() async throws {
        let fixture = try await PayloadFixture()
        try fixture.folder.prepare()
        var whole: [UInt8] = []
        var segments: [PayloadSegment] = []
        for (number, size) in [0, 1, 65_536, 100, 0, 200_000, 65_537, 16_352, 900_000, 0].enumerated() {
            let bytes = randomBytes(size, seed: UInt64(number))
            whole += bytes
            segments.append(try await fixture.segment(bytes, mayBeInline: number % 3 != 0))
        }
        var generator = SeededGenerator(seed: 7)
        let edges = [0, 1, 65_536, 65_537, 65_637, 265_637, whole.count - 1, whole.count]
        for round in 0..<300 {
            let ends = (0..<2).map { _ in
                round % 2 == 0
                    ? Int.random(in: 0...whole.count, using: &generator)
                    : min(whole.count, max(0, edges.randomElement(using: &generator)! + Int.random(in: -1...1, using: &generator)))
            }.sorted()
            let body = try fixture.body(segments, UInt64(ends[0])..<UInt64(ends[1]))
            #expect(body.byteCount == UInt64(ends[1] - ends[0]))
            let (read, error) = await body.drain(pieces: Int.random(in: 1000...300_000, using: &generator))
            #expect(error == nil)
            #expect(read == Array(whole[ends[0]..<ends[1]]), "\(ends)")
        }
    }

    @Test("a range of a large blob reads what it needs and no more")
    func readsLittle() async throws {
        let fixture = try await PayloadFixture()
        try fixture.folder.prepare()
        let bytes = randomBytes(3 << 20)
        let segment = try await fixture.segment(bytes)
        // Every chunk but the one that is asked for is damaged.
        let path = fixture.folder.path(of: try #require(segment.blob))
        var file = try fixture.read(path)
        let start = fixture.header.count + 16
        for chunk in 0..<48 where chunk != 20 { file[start + chunk * PayloadLayout.sealedChunkByteCount] ^= 1 }
        try fixture.write(file, to: path)
        let range = 20 * 65_536..<21 * 65_536
        let (read, error) = try await fixture.body([segment], UInt64(range.lowerBound)..<UInt64(range.upperBound)).drain()
        #expect(error == nil)
        #expect(read == Array(bytes[range]))
    }

    @Test("a body that was begun goes on when its file is removed")
    func removedMeanwhile() async throws {
        let fixture = try await PayloadFixture()
        try fixture.folder.prepare()
        let segment = try await fixture.segment(randomBytes(2 << 20))
        let body = try fixture.body([segment])
        try fixture.folder.remove(try #require(segment.blob))
        #expect(try fixture.files() == [])
        let (read, error) = await body.drain()
        #expect(error == nil)
        #expect(read == randomBytes(2 << 20))
    }

    @Test("a missing file is told from a damaged one")
    func missing() async throws {
        let fixture = try await PayloadFixture()
        try fixture.folder.prepare()
        let segment = try await fixture.segment(randomBytes(100_000))
        try fixture.folder.remove(try #require(segment.blob))
        let error = #expect(throws: ObjectStoreError.self) { try fixture.body([segment]) }
        #expect(error?.code == .damagedObject && error?.isMissingBlob == true)
        #expect(error?.message.contains("bucket/key") == true)
        #expect(throws: ObjectStoreError(.damagedObject)) { try fixture.verify(segment) }
        #expect(throws: ObjectStoreError(.damagedObject)) {
            try SealedBody(header: fixture.header, segment.place, folder: fixture.folder, objectName: "bucket/key")
        }
    }

    @Test("a missing file of a further segment ends the body where it begins")
    func missingLater() async throws {
        let fixture = try await PayloadFixture()
        try fixture.folder.prepare()
        let segments = [
            try await fixture.segment(randomBytes(70_000, seed: 1), mayBeInline: false),
            try await fixture.segment(randomBytes(70_000, seed: 2), mayBeInline: false),
        ]
        try fixture.folder.remove(try #require(segments[1].blob))
        let (read, error) = try await fixture.body(segments).drain()
        #expect(read == randomBytes(70_000, seed: 1))
        #expect(error?.isMissingBlob == true)
        let (first, none) = try await fixture.body(segments, 0..<70_000).drain()
        #expect(none == nil && first.count == 70_000)
    }

    @Test("the files of many segments are not open at once")
    func manySegments() async throws {
        let fixture = try await PayloadFixture()
        try fixture.folder.prepare()
        let segment = try await fixture.segment([1, 2, 3], mayBeInline: false)
        let body = try fixture.body([PayloadSegment](repeating: segment, count: 10_000))
        let (read, error) = await body.drain()
        #expect(error == nil)
        #expect(read == (0..<10_000).flatMap { _ in [UInt8]([1, 2, 3]) })
    }

    @Test("a segment under another file key is damaged")
    func otherKey() async throws {
        let (fixture, other) = (try await PayloadFixture(), try await PayloadFixture())
        try fixture.folder.prepare()
        for segment in [try await fixture.segment([1]), try await fixture.segment(randomBytes(100_000))] {
            let body = try PayloadBody(
                [segment], range: 0..<segment.byteCount, fileKey: other.fileKey, folder: fixture.folder, objectName: "bucket/key")
            let (read, error) = await body.drain()
            #expect(read == [] && error?.code == .damagedObject && error?.isMissingBlob == false)
        }
    }
}
