import Testing

@testable import TLSInspector

@Suite("SSLv2")
struct SSL2Tests {
    /// As OpenSSL 1.0.1e begins its answer, with seven cipher kinds; the certificate and the connection id are made up.
    static let serverHello: [UInt8] =
        [4, 0, 1, 0, 2, 0, 3, 0, 21, 0, 16] + [0x30, 1, 0]
        + [1, 0, 0x80, 2, 0, 0x80, 3, 0, 0x80, 4, 0, 0x80, 5, 0, 0x80, 6, 0, 0x40, 7, 0, 0xC0] + [UInt8](repeating: 9, count: 16)

    @Test("a hello says what it offers, in a record with a header of two bytes")
    func clientHello() {
        let hello = SSL2ClientHello(challenge: [UInt8](repeating: 7, count: 16))
        let kinds = SSL2CipherKind.offered
        #expect(kinds.count == 10)
        let expected: [UInt8] = [1, 0, 2, 0, UInt8(kinds.count * 3), 0, 0, 0, 16]
        #expect(hello.encoded.starts(with: [0x80, UInt8(9 + kinds.count * 3 + 16)] + expected))
        #expect(hello.encoded.suffix(16) == [UInt8](repeating: 7, count: 16)[...])
        #expect(Set(kinds.map(\.rawValue)).isSuperset(of: [0x01_0080, 0x02_0080, 0x03_0080, 0x04_0080, 0x05_0080, 0x06_0040, 0x07_00C0]))
    }

    @Test("an answer names what both sides have")
    func answer() throws {
        let bytes: [UInt8] = [0x80, UInt8(Self.serverHello.count)] + Self.serverHello
        guard case .serverHello(let hello) = try SSL2Answer.read(bytes[...]) else {
            Issue.record("no SERVER-HELLO")
            return
        }
        #expect(!hello.isSessionHit && hello.certificateType == 1 && hello.certificate == [0x30, 1, 0] && hello.connectionID.count == 16)
        #expect(
            hello.cipherKinds.map(\.name) == [
                "SSL_CK_RC4_128_WITH_MD5", "SSL_CK_RC4_128_EXPORT40_WITH_MD5", "SSL_CK_RC2_128_CBC_WITH_MD5",
                "SSL_CK_RC2_128_CBC_EXPORT40_WITH_MD5", "SSL_CK_IDEA_128_CBC_WITH_MD5", "SSL_CK_DES_64_CBC_WITH_MD5",
                "SSL_CK_DES_192_EDE3_CBC_WITH_MD5",
            ])
        for count in 0..<bytes.count { #expect(try SSL2Answer.read(bytes[..<count]) == nil, "\(count)") }
    }

    @Test("a server that has no cipher in common is still one of SSLv2")
    func noKinds() throws {
        let hello = try SSL2ServerHello([4, 0, 1, 0, 2, 0, 1, 0, 0, 0, 0, 0x30])
        #expect(hello.cipherKinds.isEmpty)
        #expect(try SSL2Answer.read([0x80, 3, 0, 0, 1]) == .error(1))
    }

    @Test("a header of three bytes leaves the padding out")
    func padding() throws {
        let record = try #require(try SSL2Record(startOf: [0, 5, 2, 7, 8, 9, 0, 0]))
        #expect(record.body == [7, 8, 9])
        #expect(throws: WireError.self) { try SSL2Record(startOf: [0, 2, 3, 7, 8]) }
        #expect(try SSL2Record(startOf: [0, 5]) == nil)
    }

    @Test(
        "what is no answer of SSLv2 is refused",
        arguments: [
            [0x80, 1, 4], [0x80, 1, 9], [0x80, 12, 4, 0, 1, 3, 1, 0, 0, 0, 0, 0, 0, 0],
            [0x80, 12, 4, 0, 1, 0, 2, 0, 0, 0, 1, 0, 0, 7], [0x80, 4, 0, 0, 1, 1], [0x80, 0],
        ] as [[UInt8]])
    func refused(bytes: [UInt8]) {
        #expect(throws: WireError.self) {
            if try SSL2Answer.read(bytes[...]) == nil { throw WireError.truncated("\(bytes)") }
        }
    }

    @Test("an unknown kind is its number")
    func unknownKind() {
        let kind = SSL2CipherKind(rawValue: 0x0A_0B0C)
        #expect(kind.name == "0x0A0B0C" && kind.bits == nil && kind.encoded == [10, 11, 12])
        #expect(SSL2CipherKind(rawValue: 0x07_00C0).bits == 112)
    }
}
