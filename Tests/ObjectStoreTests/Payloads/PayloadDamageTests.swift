import AgeFormat
import SystemPackage
import TestSupport
import Testing

@testable import ObjectStore

@Suite("Damaged payloads")
struct PayloadDamageTests {
    /// Reads and verifies a damaged segment: it gives nothing false, and does not end as if it were whole.
    private func expectDamage(
        _ segment: PayloadSegment, of bytes: [UInt8], in fixture: PayloadFixture, _ what: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async {
        do throws(ObjectStoreError) {
            let (read, error) = try await fixture.body([segment]).drain(pieces: 9000)
            #expect(error?.code == .damagedObject && error?.isMissingBlob == false, "\(what)", sourceLocation: sourceLocation)
            #expect(bytes.starts(with: read), "\(what)", sourceLocation: sourceLocation)
        } catch {
            #expect(error.code == .damagedObject && !error.isMissingBlob, "\(what)", sourceLocation: sourceLocation)
        }
        #expect(throws: ObjectStoreError(.damagedObject), "\(what)", sourceLocation: sourceLocation) { try fixture.verify(segment) }
    }

    @Test("a change of any byte of an inline payload is found")
    func inline() async throws {
        let fixture = try await PayloadFixture()
        let bytes = randomBytes(200)
        let segment = try await fixture.segment(bytes)
        let stored = try #require(segment.inline)
        for index in stored.indices {
            var damaged = stored
            damaged[index] ^= 1 << UInt8(index % 8)
            await expectDamage(PayloadSegment(place: .inline(damaged), byteCount: 200), of: bytes, in: fixture, "byte \(index)")
        }
        for count in 0..<stored.count {
            let cut = PayloadSegment(place: .inline(Array(stored.prefix(count))), byteCount: 200)
            await expectDamage(cut, of: bytes, in: fixture, "\(count) bytes")
        }
        await expectDamage(PayloadSegment(place: .inline(stored + [0]), byteCount: 200), of: bytes, in: fixture, "a byte more")
        await expectDamage(PayloadSegment(place: .inline(stored + [0]), byteCount: 201), of: bytes, in: fixture, "a byte more, and counted")
    }

    @Test("a change of any byte behind the header of a blob is found")
    func blob() async throws {
        let fixture = try await PayloadFixture()
        try fixture.folder.prepare()
        let bytes = randomBytes(300)
        let segment = try await fixture.segment(bytes, mayBeInline: false)
        let path = fixture.folder.path(of: try #require(segment.blob))
        let file = try fixture.read(path)
        for index in fixture.header.count..<file.count {
            var damaged = file
            damaged[index] ^= 1 << UInt8(index % 8)
            try fixture.write(damaged, to: path)
            await expectDamage(segment, of: bytes, in: fixture, "byte \(index)")
        }
    }

    @Test(
        "a blob that was cut off or added to is found, and what is authentic before is given",
        arguments: [-1, -16, -17, -65_552, -65_553, -131_104, -200_000, 1, 16, 65_552])
    func otherLength(change: Int) async throws {
        let fixture = try await PayloadFixture()
        try fixture.folder.prepare()
        let bytes = randomBytes(3 * 65_536 + 100)
        let segment = try await fixture.segment(bytes)
        let path = fixture.folder.path(of: try #require(segment.blob))
        let file = try fixture.read(path)
        try fixture.write(change < 0 ? Array(file.dropLast(-change)) : file + randomBytes(change), to: path)
        await expectDamage(segment, of: bytes, in: fixture, "\(change) bytes")
    }

    @Test("chunks that change places, or belong to another blob, are found")
    func reordered() async throws {
        let fixture = try await PayloadFixture()
        try fixture.folder.prepare()
        let bytes = randomBytes(4 * 65_536)
        let segment = try await fixture.segment(bytes)
        let path = fixture.folder.path(of: try #require(segment.blob))
        let file = try fixture.read(path)
        let start = fixture.header.count + 16
        let size = PayloadLayout.sealedChunkByteCount
        let chunks = (0..<4).map { file[start + $0 * size..<start + ($0 + 1) * size] }
        try fixture.write(Array(file[..<start] + chunks[0] + chunks[2] + chunks[1] + chunks[3]), to: path)
        await expectDamage(segment, of: bytes, in: fixture, "reordered")
        try fixture.write(Array(file[..<start] + chunks[0] + chunks[1] + chunks[2]), to: path)
        await expectDamage(segment, of: bytes, in: fixture, "without the last")
        let name = try #require(segment.blob)
        let shorter = PayloadSegment(
            place: .blob(
                name, headerByteCount: fixture.header.count, byteCount: UInt64(file.count - size),
                nonce: Array(file[fixture.header.count..<start])), byteCount: 3 * 65_536)
        await expectDamage(shorter, of: bytes, in: fixture, "without the last, and so recorded")

        let other = try await fixture.segment(randomBytes(4 * 65_536, seed: 2))
        try fixture.write(try fixture.read(fixture.folder.path(of: try #require(other.blob))), to: path)
        // It is authentic under the same key; its nonce is not the one in the record.
        await expectDamage(segment, of: bytes, in: fixture, "of another blob")
    }

    @Test("a record with another size is found", arguments: [-1, 1, 65_536])
    func otherSize(change: Int64) async throws {
        let fixture = try await PayloadFixture()
        try fixture.folder.prepare()
        let bytes = randomBytes(100_000)
        let segment = try await fixture.segment(bytes)
        let wrong = PayloadSegment(place: segment.place, byteCount: UInt64(100_000 + change))
        await expectDamage(wrong, of: bytes, in: fixture, "\(change)")
    }

    @Test("the message names the object and the chunk")
    func message() async throws {
        let fixture = try await PayloadFixture()
        try fixture.folder.prepare()
        let segment = try await fixture.segment(randomBytes(1 << 20))
        let path = fixture.folder.path(of: try #require(segment.blob))
        var file = try fixture.read(path)
        file[fixture.header.count + 16 + 11 * PayloadLayout.sealedChunkByteCount + 5] ^= 1
        try fixture.write(file, to: path)
        let (read, error) = try await fixture.body([segment]).drain()
        #expect(read.count == 11 * 65_536)
        #expect(error?.message.contains("bucket/key") == true && error?.message.contains("chunk 11") == true)
        let verified = #expect(throws: ObjectStoreError.self) { try fixture.verify(segment) }
        #expect(verified?.message.contains("bucket/key") == true && verified?.message.contains("chunk 11") == true)
    }

    @Test("verification ends when it is cancelled")
    func cancelled() async throws {
        let fixture = try await PayloadFixture()
        try fixture.folder.prepare()
        let segment = try await fixture.segment(randomBytes(3 << 20))
        #expect(throws: ObjectStoreError(.cancelled)) { try fixture.verify(segment) { true } }
    }
}
