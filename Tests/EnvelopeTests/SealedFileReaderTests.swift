import AgeFormat
import Envelope
import SystemPackage
import TestSupport
import Testing

/// Parts of a file: authentic, in their place, and nothing more is read than is needed.
@Suite("Sealed file reader")
struct SealedFileReaderTests {
    static let chunk = UInt64(PayloadLayout.chunkByteCount)
    static let sealedChunk = PayloadLayout.sealedChunkByteCount

    let key = FixedKey()
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    /// A file of this many bytes of plaintext, and the plaintext.
    private func make(_ count: Int) throws -> (path: FilePath, plaintext: [UInt8], headerByteCount: Int) {
        let plaintext = SealedFileTests.bytes(count)
        var chunks = stride(from: 0, to: count, by: Int(Self.chunk)).map { start in
            FixedKey.Chunk(Array(plaintext[start..<min(start + Int(Self.chunk), count)]), isLast: start + Int(Self.chunk) >= count)
        }
        if chunks.isEmpty { chunks = [.init([], isLast: true)] }
        let path = try folder.write(try key.file(chunks), to: "sealed")
        return (path, plaintext, try key.header().count + PayloadLayout.nonceByteCount)
    }

    private func damage(_ path: FilePath, chunk: Int, headerByteCount: Int) throws {
        var bytes = try folder.read("sealed")
        bytes[headerByteCount + chunk * Self.sealedChunk + 7] ^= 1
        _ = try folder.write(bytes, to: "sealed")
    }

    private func cut(toChunks count: Int, headerByteCount: Int) throws {
        _ = try folder.write(Array(try folder.read("sealed").prefix(headerByteCount + count * Self.sealedChunk)), to: "sealed")
    }

    @Test("any range is what the plaintext has there", arguments: [0, 1, 65_535, 65_536, 65_537, 600_000, 11 * 65_536])
    func ranges(count: Int) async throws {
        let (path, plaintext, _) = try make(count)
        let reader = try await SealedFileReader(path, identities: [key])
        #expect(try reader.plaintextByteCount() == UInt64(count))
        var generator = SeededGenerator(seed: UInt64(count))
        let edges = [0, 1, 65_535, 65_536, 65_537, count - 1, count, count + 1].filter { $0 >= 0 }
        let random = (0..<20).map { _ in Int.random(in: 0...count, using: &generator) }
        for start in edges + random where start <= count {
            for length in [0, 1, 16, 65_536, 65_537, count, Int.random(in: 0...count, using: &generator)] {
                let expected = Array(plaintext[start..<min(start + length, count)])
                var buffer = [UInt8](repeating: 0xEE, count: length)
                let got = try buffer.withUnsafeMutableBytes { try reader.read(at: UInt64(start), into: $0) }
                let isSame = got == expected.count && Array(buffer.prefix(got)) == expected
                #expect(isSame, "\(length) bytes from \(start)")
            }
        }
    }

    @Test("a range is written to a file, which can be longer than the buffer of a worker")
    func toFile() async throws {
        let (path, plaintext, _) = try make(30 * 65_536 + 9)
        let reader = try await SealedFileReader(path, identities: [key])
        let end = plaintext.count
        let cases: [(ByteRange, Range<Int>)] = [
            (.bytes(100..<1_900_545), 100..<1_900_545), (.from(1_000_000), 1_000_000..<end), (.last(70_000), end - 70_000..<end),
            (.last(.max), 0..<end), (.bytes(5..<5), 5..<5), (.bytes(65_536..<UInt64.max), 65_536..<end), (.from(UInt64(end)), end..<end),
        ]
        for (index, (range, expected)) in cases.enumerated() {
            let output = FileOutput.file(folder.file("out\(index)"), overwrite: false)
            #expect(try reader.read(range, to: output) == UInt64(expected.lowerBound)..<UInt64(expected.upperBound))
            let isSame = try folder.read("out\(index)") == Array(plaintext[expected])
            #expect(isSame, "\(range)")
        }
    }

    @Test("what begins behind the end is an error, and leaves nothing")
    func beyondTheEnd() async throws {
        let (path, _, _) = try make(70_000)
        let reader = try await SealedFileReader(path, identities: [key])
        for range in [ByteRange.bytes(70_001..<70_002), .from(70_001), .from(.max), .bytes(UInt64.max - 1..<UInt64.max)] {
            #expect(throws: EnvelopeError(.invalidRange, "")) {
                try reader.read(range, to: .file(folder.file("out"), overwrite: false))
            }
        }
        #expect(try folder.entries() == ["sealed"])
        var buffer = [UInt8](repeating: 0, count: 10)
        #expect(try buffer.withUnsafeMutableBytes { try reader.read(at: 70_001, into: $0) } == 0)
    }

    @Test("damage elsewhere is not looked at, damage in the range is an error")
    func damage() async throws {
        let (path, plaintext, header) = try make(12 * 65_536)
        try damage(path, chunk: 5, headerByteCount: header)
        let reader = try await SealedFileReader(path, identities: [key])
        var buffer = [UInt8](repeating: 0, count: 65_536)
        #expect(try buffer.withUnsafeMutableBytes { try reader.read(at: 4 * Self.chunk, into: $0) } == 65_536)
        let isSame = buffer == Array(plaintext[4 * 65_536..<5 * 65_536])
        #expect(isSame)
        #expect(throws: EnvelopeError(.damagedPayload, "")) {
            try buffer.withUnsafeMutableBytes { try reader.read(at: 4 * Self.chunk + 1, into: $0) }
        }
        #expect(throws: EnvelopeError(.damagedPayload, "")) {
            try reader.read(.from(0), to: .file(folder.file("out"), overwrite: false))
        }
        #expect(try folder.entries() == ["sealed"])
    }

    @Test("of a file that was cut between chunks, what is inside can be read, and nothing that depends on its end")
    func cut() async throws {
        let (path, _, header) = try make(12 * 65_536)
        try cut(toChunks: 9, headerByteCount: header)
        let reader = try await SealedFileReader(path, identities: [key])
        var buffer = [UInt8](repeating: 0, count: 100)
        #expect(try buffer.withUnsafeMutableBytes { try reader.read(at: 65_536, into: $0) } == 100)
        let size = Self.chunk
        let ranges: [ByteRange] = [.last(1), .from(0), .bytes(0..<9 * size), .bytes(0..<10 * size), .bytes(10 * size..<11 * size)]
        for range in ranges {
            #expect(throws: EnvelopeError(.truncated, ""), "\(range)") {
                try reader.read(range, to: .file(folder.file("out"), overwrite: false))
            }
        }
        #expect(throws: EnvelopeError(.truncated, "")) { try reader.plaintextByteCount() }
        #expect(throws: EnvelopeError(.truncated, "")) { try reader.verifySample(0.1) }
    }

    @Test("a sample of all chunks finds any damage; a sample is at least one chunk and the last")
    func samples() async throws {
        let (path, _, header) = try make(40 * 65_536 - 3)
        let reader = try await SealedFileReader(path, identities: [key])
        for (fraction, count) in [(0.001, 1), (0.5, 20), (1, 40)] as [(Double, UInt64)] {
            let (checked, total) = try reader.verifySample(fraction)
            #expect(checked == count && total == 40)
        }
        try damage(path, chunk: 17, headerByteCount: header)
        let damaged = try await SealedFileReader(path, identities: [key])
        #expect(throws: EnvelopeError(.damagedPayload, "")) { try damaged.verifySample(1) }
        // Two chunks in each part: after so many tries, not to have met the damaged one has a chance of 2 to the 64th.
        #expect(throws: EnvelopeError(.damagedPayload, "")) {
            for _ in 0..<64 { _ = try damaged.verifySample(0.5) }
        }
    }

    @Test("several threads read at once")
    func threads() async throws {
        let (path, plaintext, _) = try make(20 * 65_536 + 1)
        let reader = try await SealedFileReader(path, identities: [key])
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for index in 0..<16 {
                group.addTask {
                    let start = index * 80_000
                    var buffer = [UInt8](repeating: 0, count: 80_000)
                    let count = try buffer.withUnsafeMutableBytes { try reader.read(at: UInt64(start), into: $0) }
                    return Array(buffer.prefix(count)) == Array(plaintext[start..<min(start + 80_000, plaintext.count)])
                }
            }
            for try await isSame in group { #expect(isSame) }
        }
    }

    @Test("what cannot be read from the middle is refused by name")
    func notSeekable() async throws {
        let writer = SealedFileWriter(recipients: [FixedKeyRecipient()], armored: true)
        let path = try folder.write([1, 2, 3], to: "plain")
        try await writer.seal(.file(path), to: .file(folder.file("armored"), overwrite: false))
        await #expect(throws: EnvelopeError(.notSeekable, "")) {
            try await SealedFileReader(folder.file("armored"), identities: [key])
        }
    }
}
