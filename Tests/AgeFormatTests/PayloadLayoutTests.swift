import AgeFormat
import TestSupport
import Testing

@Suite("PayloadLayout")
struct PayloadLayoutTests {
    static let sizes: [(plaintext: UInt64, sealed: UInt64, chunks: UInt64)] = [
        (0, 16, 1), (1, 17, 1), (65_535, 65_551, 1), (65_536, 65_552, 1), (65_537, 65_569, 2), (131_072, 131_104, 2), (131_073, 131_121, 3),
        (1 << 40, 1 << 40 + 16 << 24, 1 << 24),
    ]

    @Test("sizes of plaintext and payload follow from each other", arguments: sizes)
    func size(plaintext: UInt64, sealed: UInt64, chunks: UInt64) {
        #expect(PayloadLayout.sealedByteCount(plaintext: plaintext) == sealed)
        #expect(PayloadLayout.plaintextByteCount(sealed: sealed) == plaintext)
        #expect(PayloadLayout.chunkCount(plaintext: plaintext) == chunks)
        #expect(PayloadLayout.chunkCount(sealed: sealed) == chunks)
    }

    @Test("sizes that no payload has are known", arguments: [0, 1, 15, 65_553, 65_552 + 15, 65_552 + 16, 2 * 65_552 + 16] as [UInt64])
    func impossible(sealed: UInt64) {
        #expect(PayloadLayout.plaintextByteCount(sealed: sealed) == nil)
    }

    @Test("a size beyond 64 bits is nil, not a trap")
    func overflow() {
        #expect(PayloadLayout.sealedByteCount(plaintext: .max) == nil)
        #expect(PayloadLayout.sealedByteCount(plaintext: .max - 1 << 53) != nil)
        #expect(PayloadLayout.chunkCount(plaintext: .max) == 1 << 48)
        #expect(PayloadLayout.chunkCount(sealed: .max) > 0)
        _ = PayloadLayout.plaintextByteCount(sealed: .max)
    }

    @Test("every plaintext size has a payload size that leads back to it")
    func roundTrip() {
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<10_000 {
            let plaintext = UInt64.random(in: 0...(1 << UInt64.random(in: 1...50, using: &generator)), using: &generator)
            let sealed = PayloadLayout.sealedByteCount(plaintext: plaintext)
            #expect(sealed.flatMap(PayloadLayout.plaintextByteCount(sealed:)) == plaintext)
        }
    }

    static let nonces: [(UInt64, Bool, [UInt8])] = [
        (0, false, [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
        (0, true, [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]),
        (1, false, [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0]),
        (0x0102_0304_0506_0708, true, [0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 1]),
        (.max, false, [0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255, 0]),
    ]

    @Test("a chunk's nonce is its index, big-endian in 11 bytes, and the flag of the last", arguments: nonces)
    func nonce(index: UInt64, isLast: Bool, expected: [UInt8]) {
        #expect(PayloadLayout.chunkNonce(index: index, isLast: isLast) == expected)
        var buffer = [UInt8](repeating: 0xAA, count: 13)
        buffer.withUnsafeMutableBytes { PayloadLayout.writeChunkNonce(index: index, isLast: isLast, to: $0) }
        #expect(buffer == expected + [0xAA])
    }
}
