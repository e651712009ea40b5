import OpenSSL
import TestSupport
import Testing

@Suite("Key agreement")
struct KeyAgreementTests {
    @Test(
        "both sides get the same secret, as long as a coordinate",
        arguments: [(AsymmetricKeyType.p256, 32), (.p384, 48), (.p521, 66), (.secp256k1, 32), (.x25519, 32)])
    func agree(type: AsymmetricKeyType, count: Int) throws {
        let alice = try PrivateKey.generate(type)
        let bob = try PrivateKey.generate(type)
        let shared = try alice.sharedSecret(with: bob.publicKey())
        #expect(shared.count == count)
        #expect(try bob.sharedSecret(with: alice.publicKey()).isEqual(to: shared))
    }

    @Test("X25519 gives the secret of RFC 7748 §6.1")
    func knownAnswer() throws {
        let alice = try PrivateKey(rawX25519: secret([UInt8](hex: "77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a")))
        let bob = [UInt8](hex: "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f")
        let shared = try alice.sharedSecret(with: PublicKey(rawX25519: bob.span.bytes))
        #expect(revealed(shared).hex == "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742")
    }

    @Test(
        "points of small order, whose X25519 result is all zero, are refused",
        arguments: [
            "0000000000000000000000000000000000000000000000000000000000000000",
            "0100000000000000000000000000000000000000000000000000000000000000",
            "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
            "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        ])
    func smallOrder(point: String) throws {
        let bytes = [UInt8](hex: point)
        let key = try PrivateKey.generate(.x25519)
        #expect(try failure { _ = try key.sharedSecret(with: PublicKey(rawX25519: bytes.span.bytes)) } == .invalidKey)
    }

    @Test(
        "keys of different types, and of types that cannot agree, are refused",
        arguments: [
            (.p256, .p384), (.p256, .secp256k1), (.x25519, .ed25519), (.ed25519, .ed25519), (.rsa(bits: 2048), .rsa(bits: 2048)),
        ] as [(AsymmetricKeyType, AsymmetricKeyType)])
    func mismatch(one: AsymmetricKeyType, other: AsymmetricKeyType) throws {
        #expect(
            try failure { _ = try PrivateKey.generate(one).sharedSecret(with: PrivateKey.generate(other).publicKey()) } == .invalidInput)
    }
}
