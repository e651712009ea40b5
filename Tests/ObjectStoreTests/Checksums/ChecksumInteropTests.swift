import TestSupport
import Testing

@testable import ObjectStore

/// The same checksums by Python's hashlib and the AWS Common Runtime, which the AWS SDKs use.
@Suite("Checksums by other programs", .enabled(if: ChecksumPeer.isInstalled, "COFFER_TEST_PYTHON names no Python with awscrt"))
struct ChecksumInteropTests {
    @Test("every checksum of messages of many lengths, and CRCs of two combined")
    func peer() throws {
        var generator = SeededGenerator(seed: 2006)
        let message = generator.bytes(1 << 20)
        let lengths = [0, 1, 15, 16, 17, 63, 64, 65, 127, 128, 129, 1000, 4096, 65_537, 1 << 20]
        let lines = try ChecksumPeer.lines(for: message, lengths: lengths)
        try #require(lines.count == lengths.count)
        for (length, line) in zip(lengths, lines) {
            let (first, second) = (Array(message[..<length]), Array(message[length...]))
            let ours = try ChecksumTests.checksums(of: first).map(\.text)
            let combined = try [ChecksumAlgorithm.crc32, .crc32c, .crc64NVME].map { algorithm in
                let parts = try [first, second].map {
                    MultipartChecksum.Part(checksum: try ChecksumTests.checksum(algorithm, of: $0), byteCount: UInt64($0.count))
                }
                return try MultipartChecksum.combined(parts, algorithm).text
            }
            #expect(ours + combined == line.split(separator: " ").map(String.init), "\(length) bytes")
        }
    }
}

/// Python with awscrt.
enum ChecksumPeer {
    static let isInstalled = Command.pythonHas("awscrt.checksums")

    static func lines(for message: [UInt8], lengths: [Int]) throws -> [Substring] {
        let arguments = ["-c", script] + lengths.map(String.init)
        return try Command.succeed(try #require(Command.python), arguments, input: message).text.split(separator: "\n")
    }

    private static let script = """
        import base64, hashlib, sys
        from awscrt import checksums
        message = sys.stdin.buffer.read()
        text = lambda value: base64.b64encode(value).decode()
        crcs = [(checksums.crc32, checksums.combine_crc32, 4), (checksums.crc32c, checksums.combine_crc32c, 4),
                (checksums.crc64nvme, checksums.combine_crc64nvme, 8)]
        for length in map(int, sys.argv[1:]):
            first, second = message[:length], message[length:]
            values = [text(crc(first).to_bytes(size, "big")) for crc, _, size in crcs]
            values += [text(hashlib.sha1(first).digest()), text(hashlib.sha256(first).digest())]
            values += [text(combine(crc(first), crc(second), len(second)).to_bytes(size, "big")) for crc, combine, size in crcs]
            print(*values)
        """
}
