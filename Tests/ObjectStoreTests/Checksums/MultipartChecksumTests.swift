import TestSupport
import Testing

@testable import ObjectStore

@Suite("Checksums of objects in parts")
struct MultipartChecksumTests {
    @Test("S3's table of algorithms and types", arguments: ChecksumAlgorithm.allCases, ChecksumType.allCases)
    func table(algorithm: ChecksumAlgorithm, type: ChecksumType) throws {
        let isOffered =
            switch (algorithm, type) {
            case (.crc32, _), (.crc32c, _), (.crc64NVME, .fullObject), (.sha1, .composite), (.sha256, .composite): true
            case (.crc64NVME, .composite), (.sha1, .fullObject), (.sha256, .fullObject): false
            }
        if isOffered {
            #expect(try MultipartChecksum(algorithm: algorithm, type: type).type == type)
        } else {
            #expect(throws: ObjectStoreError(.invalidRequest)) { try MultipartChecksum(algorithm: algorithm, type: type) }
        }
    }

    @Test("what an upload gets that says little")
    func defaults() throws {
        let nothing = try MultipartChecksum(algorithm: nil, type: nil)
        #expect(nothing.algorithm == .crc64NVME)
        #expect(nothing.type == .fullObject)
        #expect(try MultipartChecksum(algorithm: .crc32, type: nil).type == .composite)
        #expect(try MultipartChecksum(algorithm: .sha256, type: nil).type == .composite)
        #expect(throws: ObjectStoreError(.invalidRequest)) { try MultipartChecksum(algorithm: nil, type: .fullObject) }
    }

    private func parts(_ algorithm: ChecksumAlgorithm, of pieces: [[UInt8]]) throws -> [MultipartChecksum.Part] {
        try pieces.map {
            MultipartChecksum.Part(checksum: try ChecksumTests.checksum(algorithm, of: $0), byteCount: UInt64($0.count))
        }
    }

    @Test("a full object checksum of parts is that of the whole", arguments: [ChecksumAlgorithm.crc32, .crc32c, .crc64NVME], 1...6)
    func fullObject(algorithm: ChecksumAlgorithm, count: Int) throws {
        var generator = SeededGenerator(seed: UInt64(count))
        let pieces = (0..<count).map { _ in generator.bytes(Int.random(in: 0...3000, using: &generator)) }
        let checksum = try MultipartChecksum(algorithm: algorithm, type: .fullObject).checksum(of: try parts(algorithm, of: pieces))
        #expect(checksum == (try ChecksumTests.checksum(algorithm, of: pieces.flatMap { $0 })))
        #expect(checksum.partCount == nil)
    }

    @Test("a composite checksum is that of the parts' checksums", arguments: [ChecksumAlgorithm.crc32, .crc32c, .sha1, .sha256])
    func composite(algorithm: ChecksumAlgorithm) throws {
        let pieces: [[UInt8]] = [[1, 2, 3], [], [4]]
        let checksum = try MultipartChecksum(algorithm: algorithm, type: .composite).checksum(of: try parts(algorithm, of: pieces))
        let values = try pieces.flatMap { try ChecksumTests.checksum(algorithm, of: $0).bytes }
        #expect(checksum.bytes == (try ChecksumTests.checksum(algorithm, of: values)).bytes)
        #expect(checksum.text.hasSuffix("-3"))
    }

    @Test("parts by another algorithm are a fault of the store")
    func otherAlgorithm() throws {
        let parts = try parts(.crc32, of: [[1]])
        #expect(throws: ObjectStoreError(.internalError)) { try MultipartChecksum(algorithm: .crc32c, type: nil).checksum(of: parts) }
        #expect(throws: ObjectStoreError(.internalError)) { try MultipartChecksum.combined(parts, .sha1) }
    }
}
