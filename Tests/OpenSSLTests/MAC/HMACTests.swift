import OpenSSL
import TestSupport
import Testing

@Suite("HMAC")
struct HMACTests {
    /// RFC 4231 §4.3, test case 2.
    private static let key = [UInt8]("Jefe".utf8)
    private static let message = [UInt8]("what do ya want for nothing?".utf8)
    private static let answer = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"

    @Test("it gives the published answer at once, in pieces, and again under the same key")
    func knownAnswer() throws {
        #expect(try HMAC.authenticate(.sha256, key: secret(Self.key), Self.message.span.bytes).hex == Self.answer)
        var mac = try HMAC(.sha256, key: secret(Self.key))
        for _ in 0..<3 {
            let (head, tail) = ([UInt8](Self.message.prefix(5)), [UInt8](Self.message.dropFirst(5)))
            try mac.update(head.span.bytes)
            try mac.update(tail.span.bytes)
            #expect(try mac.finalize().hex == Self.answer)
        }
    }

    @Test("a message that was begun does not run over into the next one")
    func empty() throws {
        var mac = try HMAC(.sha256, key: secret(Self.key))
        let fresh = try mac.finalize()
        try mac.update(Self.message.span.bytes)
        #expect(try mac.finalize() != fresh)
        #expect(try mac.finalize() == fresh)
    }

    @Test("every hash function works, and an empty key is a key", arguments: DigestAlgorithm.allCases)
    func allAlgorithms(algorithm: DigestAlgorithm) throws {
        let code = try HMAC.authenticate(algorithm, key: secret([]), Self.message.span.bytes)
        #expect(code.count == algorithm.byteCount)
        // RFC 2104: a key is padded with zeros to a block, so a zero byte is the same key as none.
        #expect(try code == HMAC.authenticate(algorithm, key: secret([0]), Self.message.span.bytes))
    }
}
