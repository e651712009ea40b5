import OpenSSL
import TestSupport
import Testing

@Suite("Digest")
struct DigestTests {
    /// The own example of RFC 1321, FIPS 180-4 and RFC 7693, the message `abc`.
    static let answers: [(DigestAlgorithm, String)] = [
        (.md5, "900150983cd24fb0d6963f7d28e17f72"),
        (.sha1, "a9993e364706816aba3e25717850c26c9cd0d89d"),
        (.sha224, "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7"),
        (.sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (.sha384, "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7"),
        (
            .sha512,
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"
        ),
        (
            .blake2b512,
            "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d17d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923"
        ),
    ]

    @Test("every function gives its published answer, at once, in pieces and again", arguments: answers)
    func knownAnswer(algorithm: DigestAlgorithm, answer: String) throws {
        let message = [UInt8]("abc".utf8)
        #expect(try Digest.hash(algorithm, message.span.bytes).hex == answer)
        #expect(algorithm.byteCount * 2 == answer.count)
        var digest = try Digest(algorithm)
        for _ in 0..<3 {
            for byte in message {
                let piece = [byte]
                try digest.update(piece.span.bytes)
            }
            #expect(try digest.finalize().hex == answer)
        }
    }

    @Test("all functions have an answer here")
    func complete() {
        #expect(Set(Self.answers.map(\.0)) == Set(DigestAlgorithm.allCases))
    }
}
