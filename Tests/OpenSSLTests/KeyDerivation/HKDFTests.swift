import OpenSSL
import TestSupport
import Testing

@Suite("HKDF")
struct HKDFTests {
    @Test("an empty secret is allowed, as age's ssh-ed25519 recipient needs it")
    func emptyInput() throws {
        let salt = [UInt8](0..<32)
        let info = [UInt8]("age-encryption.org/v1/ssh-ed25519".utf8)
        let key = try HKDF.derive(.sha256, inputKey: secret([]), salt: salt.span.bytes, info: info.span.bytes, count: 32)
        // Computed from RFC 5869's definition with another implementation of HMAC.
        #expect(revealed(key).hex == "15f7c675f038d083989d49f0a20e0c3ffbe92a12aaa27bfb4507bb41f0d0f38e")
    }

    @Test("lengths outside RFC 5869's bounds are refused", arguments: [Int.min, -1, 0, 255 * 32 + 1, Int.max])
    func outputBounds(count: Int) throws {
        let none: [UInt8] = []
        #expect(
            try failure { _ = try HKDF.derive(.sha256, inputKey: secret([1]), salt: none.span.bytes, info: none.span.bytes, count: count) }
                == .invalidInput)
    }

    @Test(
        "info may be as long as the bound and no longer",
        arguments: [(HKDF.maximumInfoByteCount, nil), (HKDF.maximumInfoByteCount + 1, .invalidInput)] as [(Int, OpenSSLError.Code?)])
    func infoBounds(count: Int, code: OpenSSLError.Code?) throws {
        let (none, info) = ([UInt8](), [UInt8](repeating: 7, count: count))
        #expect(
            try failure { _ = try HKDF.derive(.sha512, inputKey: secret([1]), salt: none.span.bytes, info: info.span.bytes, count: 64) }
                == code)
    }
}
