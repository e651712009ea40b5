import OpenSSL
import TestSupport
import Testing

@Suite("KBKDF")
struct KBKDFTests {
    private static let key = [UInt8](0..<32)
    private static let context = [UInt8](0xA0..<0xB0)

    /// Computed with `openssl kdf -kdfopt mac:HMAC -kdfopt digest:SHA256 … KBKDF` and, separately, from the definition.
    static let answers: [(label: String, count: Int, answer: String)] = [
        (
            "coffer", 64,
            "f1f0848bbc7aa0887efb204aa91d57f9d3ffef40556621b3640a771d6f5eabfcb15e908fb374a2fccfaa39399722f52e06f16082b65dfdb2f5eb3053304d92e6"
        ),
        ("", 20, "8a88d67941db18c0354e8ce4412e6485830cad74"),
    ]

    @Test("it gives the known answers", arguments: answers)
    func knownAnswer(label: String, count: Int, answer: String) throws {
        let label = [UInt8](label.utf8)
        let derived = try KBKDF.derive(key: secret(Self.key), label: label.span.bytes, context: Self.context.span.bytes, count: count)
        #expect(revealed(derived).hex == answer)
    }

    @Test("it is HMAC in counter mode as SP 800-108r1 §4.1 defines it", arguments: [1, 31, 32, 33, 64, 100, KBKDF.maximumOutputByteCount])
    func definition(count: Int) throws {
        let label = [UInt8]("label".utf8)
        var expected: [UInt8] = []
        var counter: UInt32 = 1
        while expected.count < count {
            let block = Self.bigEndian(counter) + label + [0] + Self.context + Self.bigEndian(UInt32(8 * count))
            expected += try HMAC.authenticate(.sha256, key: secret(Self.key), block.span.bytes)
            counter += 1
        }
        let derived = try KBKDF.derive(key: secret(Self.key), label: label.span.bytes, context: Self.context.span.bytes, count: count)
        #expect(revealed(derived) == [UInt8](expected.prefix(count)))
    }

    @Test("a context that is used again remembers nothing of the last label, context and length")
    func reuse() throws {
        let inputs: [[UInt8]] = [[1, 2, 3], [], [4], [UInt8](repeating: 5, count: 300)]
        var kdf = try KBKDF(key: secret(Self.key))
        for label in inputs {
            for context in inputs {
                for count in [64, 16] {
                    let reused = try kdf.derive(label: label.span.bytes, context: context.span.bytes, count: count)
                    let fresh = try KBKDF.derive(key: secret(Self.key), label: label.span.bytes, context: context.span.bytes, count: count)
                    let isEqual = reused.isEqual(to: fresh)
                    #expect(isEqual)
                }
            }
        }
    }

    @Test("lengths outside the bounds are refused", arguments: [Int.min, -1, 0, KBKDF.maximumOutputByteCount + 1, Int.max])
    func bounds(count: Int) throws {
        let none: [UInt8] = []
        #expect(
            try failure { _ = try KBKDF.derive(key: secret(Self.key), label: none.span.bytes, context: none.span.bytes, count: count) }
                == .invalidInput)
    }

    @Test("an input that is too long, and an empty key, are refused")
    func inputs() throws {
        let (none, long) = ([UInt8](), [UInt8](repeating: 0, count: KBKDF.maximumInputByteCount + 1))
        var kdf = try KBKDF(key: secret(Self.key))
        #expect(throws: OpenSSLError.self) { _ = try kdf.derive(label: long.span.bytes, context: none.span.bytes, count: 32) }
        #expect(throws: OpenSSLError.self) { _ = try kdf.derive(label: none.span.bytes, context: long.span.bytes, count: 32) }
        #expect(try failure { _ = try KBKDF(key: secret([])) } == .invalidKey)
    }

    private static func bigEndian(_ number: UInt32) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
    }
}
