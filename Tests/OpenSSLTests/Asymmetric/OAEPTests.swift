import OpenSSL
import Testing

@Suite("RSA-OAEP")
struct OAEPTests {
    private static let label = [UInt8]("label".utf8)
    private static let none: [UInt8] = []

    @Test(
        "what is encrypted comes back, up to the longest message and down to none",
        arguments: [DigestAlgorithm.sha1, .sha224, .sha256, .sha384, .sha512])
    func roundTrip(digest: DigestAlgorithm) throws {
        let key = try PrivateKey.generate(.rsa(bits: 2048))
        let publicKey = try key.publicKey()
        let longest = 256 - 2 * digest.byteCount - 2
        for count in [0, 32, longest] {
            for label in [Self.none, Self.label] {
                let message = try SecretBytes(random: count)
                let ciphertext = try publicKey.encryptOAEP(message, digest: digest, label: label.span.bytes)
                #expect(ciphertext.count == 256)
                #expect(try key.decryptOAEP(ciphertext.span.bytes, digest: digest, label: label.span.bytes).isEqual(to: message))
            }
        }
        let tooLong = try SecretBytes(random: longest + 1)
        #expect(try failure { _ = try publicKey.encryptOAEP(tooLong, digest: digest, label: Self.none.span.bytes) } == .invalidInput)
    }

    @Test("whatever is wrong with a ciphertext, the error is the same")
    func oneError() throws {
        let key = try PrivateKey.generate(.rsa(bits: 2048))
        let ciphertext = try key.publicKey().encryptOAEP(SecretBytes(random: 32), digest: .sha256, label: Self.label.span.bytes)
        var changed = ciphertext
        changed[100] ^= 1
        let cases: [(ciphertext: [UInt8], digest: DigestAlgorithm, label: [UInt8])] = [
            (changed, .sha256, Self.label), (ciphertext, .sha256, Self.none), (ciphertext, .sha384, Self.label),
            ([UInt8](ciphertext.dropLast()), .sha256, Self.label), ([], .sha256, Self.label), (ciphertext + [0], .sha256, Self.label),
            ([UInt8](repeating: 0xFF, count: 256), .sha256, Self.label), ([UInt8](repeating: 0, count: 256), .sha256, Self.label),
        ]
        for wrong in cases {
            #expect(throws: OpenSSLError(code: .authenticationFailed, operation: "RSA-OAEP decrypt", reason: "")) {
                _ = try key.decryptOAEP(wrong.ciphertext.span.bytes, digest: wrong.digest, label: wrong.label.span.bytes)
            }
            #expect(Library.peekError() == 0)
        }
    }

    @Test("another type of key, and another hash function, are refused")
    func unsupported() throws {
        let elliptic = try PrivateKey.generate(.p256)
        let rsa = try PrivateKey.generate(.rsa(bits: 2048))
        let message = try SecretBytes(random: 32)
        #expect(
            try failure { _ = try elliptic.publicKey().encryptOAEP(message, digest: .sha256, label: Self.none.span.bytes) } == .invalidInput
        )
        #expect(
            try failure { _ = try elliptic.decryptOAEP(Self.none.span.bytes, digest: .sha256, label: Self.none.span.bytes) }
                == .invalidInput)
        #expect(
            try failure { _ = try rsa.publicKey().encryptOAEP(message, digest: .blake2b512, label: Self.none.span.bytes) } == .unsupported)
    }
}
