import OpenSSL
import TestSupport
import Testing

@Suite("AESKeyWrap")
struct AESKeyWrapTests {
    @Test("RFC 3394 §4.6: 256 bits of key data with a 256-bit KEK")
    func rfc3394() throws {
        let kek = try secret([UInt8](hex: "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"))
        let key = try secret([UInt8](hex: "00112233445566778899aabbccddeeff000102030405060708090a0b0c0d0e0f"))
        #expect(
            try AESKeyWrap.wrap(key, with: kek).hex == "28c9f404c4b810f4cbccb35cfb87f8263f5786e2d80ed326cbc7f0e71a99f43bfb988b9b7a02dd21")
    }

    @Test("RFC 5649 §6: 20 and 7 octets with a 192-bit KEK")
    func rfc5649() throws {
        let kek = try secret([UInt8](hex: "5840df6e29b02af1ab493b705bf16ea1ae8338f4dcc176a8"))
        let long = try secret([UInt8](hex: "c37b7e6492584340bed12207808941155068f738"))
        #expect(try AESKeyWrap.wrapPadded(long, with: kek).hex == "138bdeaa9b8fa7fc61f97742e72248ee5ae6ae5360d1ae6a5f54f373fa543b6a")
        let short = try secret([UInt8](hex: "466f7250617369"))
        #expect(try AESKeyWrap.wrapPadded(short, with: kek).hex == "afbeb0f07dfbf5419200f2ccb50bb24f")
    }

    @Test("with padding every length comes back", arguments: [1, 7, 8, 9, 16, 17, 1217, AESKeyWrap.maximumByteCount])
    func paddedRoundTrip(count: Int) throws {
        let kek = try SecretBytes(random: 32)
        let key = try SecretBytes(random: count)
        let wrapped = try AESKeyWrap.wrapPadded(key, with: kek)
        #expect(try AESKeyWrap.unwrapPadded(wrapped.span.bytes, with: kek).isEqual(to: key))
    }

    @Test("a changed bit anywhere is noticed", arguments: [0, 7, 8, 20, 39])
    func tampering(index: Int) throws {
        let kek = try SecretBytes(random: 32)
        let key = try SecretBytes(random: 32)
        var plain = try AESKeyWrap.wrap(key, with: kek)
        var padded = try AESKeyWrap.wrapPadded(key, with: kek)
        plain[index] ^= 1
        padded[index] ^= 1
        #expect(try failure { _ = try AESKeyWrap.unwrap(plain.span.bytes, with: kek) } == .authenticationFailed)
        #expect(try failure { _ = try AESKeyWrap.unwrapPadded(padded.span.bytes, with: kek) } == .authenticationFailed)
    }

    @Test("what cannot be wrapped is refused", arguments: [0, 8, 15, 17, AESKeyWrap.maximumByteCount + 8])
    func lengths(count: Int) throws {
        let kek = try SecretBytes(random: 32)
        let key = try SecretBytes(random: count)
        #expect(try failure { _ = try AESKeyWrap.wrap(key, with: kek) } == .invalidInput)
    }

    @Test("a KEK of another length than AES has is refused", arguments: [0, 15, 31, 33, 64])
    func kekLength(count: Int) throws {
        let kek = try SecretBytes(random: count)
        let key = try SecretBytes(random: 32)
        let wrapped = [UInt8](repeating: 0, count: 40)
        #expect(try failure { _ = try AESKeyWrap.wrap(key, with: kek) } == .invalidKey)
        #expect(try failure { _ = try AESKeyWrap.unwrap(wrapped.span.bytes, with: kek) } == .invalidKey)
    }
}
