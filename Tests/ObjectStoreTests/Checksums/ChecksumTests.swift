import OpenSSL
import TestSupport
import Testing

@testable import ObjectStore

@Suite("Checksums")
struct ChecksumTests {
    static func checksums(
        of message: [UInt8], _ algorithms: Set<ChecksumAlgorithm> = Set(ChecksumAlgorithm.allCases)
    ) throws -> [Checksum] {
        var calculator = try ChecksumCalculator(algorithms)
        try calculator.update(message.bytes)
        return try calculator.finalize()
    }

    static func checksum(_ algorithm: ChecksumAlgorithm, of message: [UInt8]) throws -> Checksum {
        try checksums(of: message, [algorithm])[0]
    }

    @Test("the check message, as S3 writes its checksums")
    func knownTexts() throws {
        let texts = try Self.checksums(of: Array("123456789".utf8)).map(\.text)
        #expect(
            texts == [
                "y/Q5Jg==", "4waSgw==", "rosUhgp5mIg=", "98O8HYCOBHMq32eZZczDTKeuNEE=", "FeKw08M4keuw8e9gnsQZQgwg4yDOlMZfvIwzEkSOsiU=",
            ])
    }

    @Test("several checksums of a stream in pieces are those of the whole")
    func streaming() throws {
        var generator = SeededGenerator(seed: 3)
        let message = generator.bytes(10_000)
        var calculator = try ChecksumCalculator(Set(ChecksumAlgorithm.allCases))
        var rest = message[...]
        while !rest.isEmpty {
            let piece = Array(rest.prefix(Int.random(in: 0...700, using: &generator)))
            try calculator.update(piece.bytes)
            rest = rest.dropFirst(piece.count)
        }
        let byteCount = calculator.byteCount
        #expect(byteCount == 10_000)
        let streamed = try calculator.finalize()
        for (algorithm, checksum) in zip(ChecksumAlgorithm.allCases, streamed) {
            #expect(checksum == (try Self.checksum(algorithm, of: message)))
        }
    }

    @Test("a text is read back, with and without a number of parts", arguments: ChecksumAlgorithm.allCases)
    func text(algorithm: ChecksumAlgorithm) throws {
        let checksum = try Self.checksum(algorithm, of: [1, 2, 3])
        #expect(try Checksum(algorithm, text: checksum.text) == checksum)
        let composite = Checksum(algorithm, bytes: checksum.bytes, partCount: 12)
        #expect(composite.text == checksum.text + "-12")
        #expect(try Checksum(algorithm, text: composite.text) == composite)
        #expect(composite.type == .composite)
    }

    @Test(
        "text that is no checksum is an invalid request",
        arguments: [
            "", "y/Q5Jg", "y/Q5Jg=", "y/Q5JgAA", "y/Q5Jh==", "y/Q5 Jg==", "y/Q5Jg==-", "y/Q5Jg==-0", "y/Q5Jg==-10001", "y/Q5Jg==-01",
            "y/Q5Jg==-+1",
            "y/Q5Jg==-1-1", "y_Q5Jg==", String(repeating: "A", count: 1_000_000),
        ])
    func badText(text: String) {
        let error = #expect(throws: ObjectStoreError.self) { try Checksum(.crc32, text: text) }
        #expect(error?.code == .invalidRequest)
        #expect(error?.message == "Value for x-amz-checksum-crc32 header is invalid.")
    }

    @Test("what a request says about the checksum of its bytes")
    func uploadChecksum() throws {
        let (crc, sha) = (try Self.checksum(.crc32, of: [1]), try Self.checksum(.sha256, of: [1]))
        #expect(try UploadChecksum() == .default)
        #expect(UploadChecksum.default.algorithm == .crc64NVME)
        #expect(try UploadChecksum(algorithm: .sha1).expected == nil)
        #expect(try UploadChecksum(given: [sha]).algorithm == .sha256)
        #expect(try UploadChecksum(fallback: .crc32).algorithm == .crc32)
        #expect(throws: ObjectStoreError(.invalidRequest)) { try UploadChecksum(given: [crc, sha]) }
        #expect(throws: ObjectStoreError(.invalidRequest)) { try UploadChecksum(algorithm: .crc32, given: [sha]) }
        #expect(throws: ObjectStoreError(.invalidRequest)) {
            try UploadChecksum(given: [Checksum(.crc32, bytes: crc.bytes, partCount: 2)])
        }
    }

    @Test("a checksum that does not match is a bad digest", arguments: ChecksumAlgorithm.allCases)
    func badDigest(algorithm: ChecksumAlgorithm) throws {
        let (expected, other) = (try Self.checksum(algorithm, of: [1]), try Self.checksum(algorithm, of: [2]))
        let upload = try UploadChecksum(given: [expected])
        try upload.verify(expected)
        #expect(throws: ObjectStoreError(.badDigest)) { try upload.verify(other) }
    }
}
