import Checksums
import OpenSSL
import TestSupport
import Testing

@testable import ObjectStore

@Suite("CRC")
struct CRCTests {
    static let polynomials: [(ChecksumAlgorithm, UInt64)] = [
        // The check values: the CRC of "123456789" (RFC 3720 B.4 and the RevEng catalogue of parametrised CRC algorithms).
        (.crc32, 0xCBF4_3926), (.crc32c, 0xE306_9283), (.crc64NVME, 0xAE8B_1486_0A79_9888),
    ]

    @Test("the published check values", arguments: polynomials)
    func checkValue(algorithm: ChecksumAlgorithm, expected: UInt64) throws {
        #expect(try value(algorithm, Array("123456789".utf8)) == expected)
    }

    /// RFC 3720 appendix B.4, and NVM Express NVM Command Set Specification 1.0, figure 117.
    @Test(
        "published examples",
        arguments: [
            (ChecksumAlgorithm.crc32c, [UInt8](repeating: 0, count: 32), UInt64(0x8A91_36AA)),
            (.crc32c, [UInt8](repeating: 0xFF, count: 32), 0x62A8_AB43),
            (.crc32c, (0..<32).map { UInt8($0) }, 0x46DD_794E),
            (.crc32c, (0..<32).reversed().map { UInt8($0) }, 0x113F_DB5C),
            (.crc64NVME, [UInt8](repeating: 0, count: 4096), 0x6482_D367_EB22_B64E),
            (.crc64NVME, [UInt8](repeating: 0xFF, count: 4096), 0xC0DD_BA73_02EC_A3AC),
        ])
    func example(algorithm: ChecksumAlgorithm, message: [UInt8], expected: UInt64) throws {
        #expect(try value(algorithm, message) == expected)
    }

    @Test("folding, table and the definition bit by bit agree at every length and offset", arguments: polynomials.map(\.0))
    func methodsAgree(algorithm: ChecksumAlgorithm) throws {
        let polynomial = try #require(algorithm.polynomial)
        var generator = SeededGenerator(seed: 64)
        let bytes = generator.bytes(400)
        for start in 0..<16 {
            for end in start..<400 {
                let message = Array(bytes[start..<end])
                var folded = CRC(polynomial)
                folded.update(message.bytes)
                var tabled = CRC(polynomial)
                tabled.updateByTable(message.bytes)
                try #require(folded.value == tabled.value, "\(start)..<\(end)")
                if start == 0 { try #require(folded.value == bitByBit(polynomial, message), "\(end)") }
            }
        }
    }

    @Test("any split into pieces gives the same value", arguments: polynomials.map(\.0))
    func splits(algorithm: ChecksumAlgorithm) throws {
        let polynomial = try #require(algorithm.polynomial)
        var generator = SeededGenerator(seed: 5)
        let message = generator.bytes(5000)
        let whole = try value(algorithm, message)
        for _ in 0..<200 {
            let cut = Int.random(in: 0...message.count, using: &generator)
            let (first, second) = (Array(message[..<cut]), Array(message[cut...]))
            var crc = CRC(polynomial)
            crc.update(first.bytes)
            crc.update(second.bytes)
            #expect(crc.value == whole)
            let combined = polynomial.combine(
                try value(algorithm, first), try value(algorithm, second), secondByteCount: UInt64(second.count))
            #expect(combined == whole)
        }
    }

    @Test("combining is associative, also for lengths beyond any file", arguments: polynomials.map(\.0))
    func combineLongLengths(algorithm: ChecksumAlgorithm) throws {
        let polynomial = try #require(algorithm.polynomial)
        var generator = SeededGenerator(seed: 9)
        for _ in 0..<100 {
            let values = (0..<3).map { _ in generator.next() & polynomial.allOnes }
            let lengths = (0..<2).map { _ in generator.next() >> 2 }
            let left = polynomial.combine(
                polynomial.combine(values[0], values[1], secondByteCount: lengths[0]), values[2], secondByteCount: lengths[1])
            let right = polynomial.combine(
                values[0], polynomial.combine(values[1], values[2], secondByteCount: lengths[1]), secondByteCount: lengths[0] + lengths[1])
            #expect(left == right)
        }
    }

    private func value(_ algorithm: ChecksumAlgorithm, _ message: [UInt8]) throws -> UInt64 {
        var crc = CRC(try #require(algorithm.polynomial))
        crc.update(message.bytes)
        return crc.value
    }

    /// The definition, one bit after the other.
    private func bitByBit(_ polynomial: CRCPolynomial, _ message: [UInt8]) -> UInt64 {
        var register = polynomial.allOnes
        for byte in message {
            for bit in 0..<8 {
                let isOdd = (register ^ UInt64(byte >> bit)) & 1 == 1
                register = isOdd ? register >> 1 ^ polynomial.bits : register >> 1
            }
        }
        return register ^ polynomial.allOnes
    }
}
