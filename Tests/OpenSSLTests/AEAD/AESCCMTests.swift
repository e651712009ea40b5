import OpenSSL
import TestSupport
import Testing

@Suite("AES-CCM")
struct AESCCMTests {
    /// NIST SP 800-38C, example 3.
    @Test("the example of NIST seals and opens")
    func example() throws {
        let ccm = try AESCCM(key: secret(Array(0x40...0x4F)), tagByteCount: 8)
        let (nonce, associated, plaintext) = ([UInt8](0x10...0x1B), [UInt8](0...0x13), [UInt8](0x20...0x37))
        let sealed = try ccm.seal(plaintext, nonce: nonce, authenticating: associated)
        #expect(sealed.hex == "e3b201a9f5b71a7a9b1ceaeccd97e70b6176aad9a4428aa5484392fbc1b09951")
        #expect(try ccm.open(sealed, nonce: nonce, authenticating: associated) == plaintext)
    }

    @Test(
        "it agrees with another implementation, also without text or associated data",
        arguments: [
            (16, "", "header", "a99d8a62d2063c1e52c26689dd65ba97"),
            (16, "a message", "", "c169fa44ce689a80b50452e3af2d5c3ce1d4dcb84f623f7a8c"),
            (16, "a message", "header", "c169fa44ce689a80b5b65a7707cda926c479021730962b799f"),
            (16, "", "", "c6711098481d6b4c0eab3e31740c3182"),
            (8, "", "header", "a1266ca6ff9bc9c7"),
            (8, "a message", "", "c169fa44ce689a80b5251624650a5655fd"),
            (8, "a message", "header", "c169fa44ce689a80b596bb22305030eab7"),
            (8, "", "", "da31f2d193dc771d"),
        ])
    func known(tagByteCount: Int, plaintext: String, associated: String, expected: String) throws {
        let ccm = try AESCCM(key: secret(Array(0...15)), tagByteCount: tagByteCount)
        let (nonce, plaintext, associated) = ([UInt8](100...111), Array(plaintext.utf8), Array(associated.utf8))
        #expect(try ccm.seal(plaintext, nonce: nonce, authenticating: associated).hex == expected)
        #expect(try ccm.open([UInt8](hex: expected), nonce: nonce, authenticating: associated) == plaintext)
    }

    @Test("whatever is changed is refused", arguments: [8, 16])
    func changed(tagByteCount: Int) throws {
        let ccm = try AESCCM(key: secret(Array(0...15)), tagByteCount: tagByteCount)
        let nonce = [UInt8](repeating: 3, count: 12)
        for plaintext in [[], [UInt8](1...5)] {
            let sealed = try ccm.seal(plaintext, nonce: nonce, authenticating: [9])
            for index in sealed.indices {
                var changed = sealed
                changed[index] ^= 0x80
                #expect(try failure { _ = try ccm.open(changed, nonce: nonce, authenticating: [9]) } == .authenticationFailed)
            }
            #expect(try failure { _ = try ccm.open(sealed, nonce: nonce, authenticating: [8]) } == .authenticationFailed)
            #expect(try failure { _ = try ccm.open(sealed, nonce: [4] + nonce.dropFirst(), authenticating: [9]) } == .authenticationFailed)
        }
        #expect(try failure { _ = try ccm.open([1, 2, 3], nonce: nonce, authenticating: []) } == .authenticationFailed)
        #expect(Library.peekError() == 0)
    }

    @Test("lengths that TLS does not have are refused")
    func lengths() throws {
        #expect(try failure { _ = try AESCCM(key: secret([1]), tagByteCount: 16) } == .invalidKey)
        #expect(try failure { _ = try AESCCM(key: secret(Array(0...15)), tagByteCount: 12) } == .invalidInput)
        let ccm = try AESCCM(key: secret(Array(0...15)), tagByteCount: 16)
        #expect(try failure { _ = try ccm.seal([], nonce: [1], authenticating: []) } == .invalidInput)
    }
}
