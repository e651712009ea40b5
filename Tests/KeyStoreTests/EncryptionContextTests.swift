import TestSupport
import Testing

@testable import KeyStore

@Suite struct EncryptionContextTests {
    @Test func `The encoding is the documented one`() throws {
        let context: EncryptionContext = ["b": "", "a": "xy"]
        #expect(
            context.encoded == [0, 0, 0, 2, 0, 0, 0, 1, 0x61, 0, 0, 0, 2, 0x78, 0x79, 0, 0, 0, 1, 0x62, 0, 0, 0, 0])
        #expect(EncryptionContext.empty.encoded == [0, 0, 0, 0])
    }

    @Test(arguments: 1...20)
    func `Different contexts have different encodings, and decoding gives the same context back`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        // Few, short names over a small alphabet: collisions would be near.
        var seen: [[UInt8]: [String: String]] = [:]
        for _ in 0..<400 {
            var pairs: [String: String] = [:]
            for _ in 0..<Int.random(in: 0...3, using: &random) { pairs[text(&random)] = text(&random) }
            let context = try EncryptionContext(pairs)
            if let earlier = seen[context.encoded] { #expect(earlier == pairs) }
            seen[context.encoded] = pairs
            #expect(try EncryptionContext(encoded: context.encoded) == context)
        }
    }

    private func text(_ random: inout SeededGenerator) -> String {
        let alphabet = ["a", "b", "\u{0}", "é", "\u{1}"]
        return (0..<Int.random(in: 0...3, using: &random)).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &random)] }
            .joined()
    }

    @Test(arguments: 1...5)
    func `Every prefix of an encoding and every trailing byte is refused`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let pairs = Dictionary((0..<4).map { ("name \($0)", random.visibleText(0...20)) }, uniquingKeysWith: { $1 })
        let encoded = try EncryptionContext(pairs).encoded
        for count in encoded.indices {
            #expect(throws: KeyStoreError(.invalidCiphertext)) { try EncryptionContext(encoded: Array(encoded[..<count])) }
        }
        #expect(throws: KeyStoreError(.invalidCiphertext)) { try EncryptionContext(encoded: encoded + [0]) }
    }

    @Test(
        arguments: [
            // Two pairs in the wrong order, the same name twice, text that is not UTF-8, a count that nothing follows.
            [0, 0, 0, 2, 0, 0, 0, 1, 0x62, 0, 0, 0, 0, 0, 0, 0, 1, 0x61, 0, 0, 0, 0],
            [0, 0, 0, 2, 0, 0, 0, 1, 0x61, 0, 0, 0, 0, 0, 0, 0, 1, 0x61, 0, 0, 0, 0],
            [0, 0, 0, 1, 0, 0, 0, 1, 0xFF, 0, 0, 0, 0], [0xFF, 0xFF, 0xFF, 0xFF],
        ] as [[UInt8]])
    func `An encoding that is not the canonical one is refused`(bytes: [UInt8]) {
        #expect(throws: KeyStoreError(.invalidCiphertext)) { try EncryptionContext(encoded: bytes) }
    }

    @Test func `A context may take 8192 bytes and no more`() throws {
        let room = EncryptionContext.maximumByteCount - 4 - 4 - 1 - 4
        let largest = try EncryptionContext(["a": String(repeating: "x", count: room)])
        #expect(largest.encoded.count == 8192)
        #expect(try EncryptionContext(encoded: largest.encoded) == largest)
        #expect(throws: KeyStoreError(.validation)) { try EncryptionContext(["a": String(repeating: "x", count: room + 1)]) }
    }
}
