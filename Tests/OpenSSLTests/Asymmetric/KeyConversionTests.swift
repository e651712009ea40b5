import OpenSSL
import TestSupport
import Testing

@Suite("Keys from numbers, and Ed25519 keys as X25519 keys")
struct KeyConversionTests {
    /// RFC 8032 §7.1, tests 1 and 2: seed, public key, and the X25519 public key of the first half of SHA-512 of the seed.
    static let pairs = [
        (
            "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
            "d85e07ec22b0ad881537c2f44d662d1a143cf830c57aca4305d85c7a90f6b62e"
        ),
        (
            "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
            "25c704c594b88afc00a76b69d1ed2b984d7e22550f3ed0802d04fbcd07d38d47"
        ),
    ]

    @Test("the X25519 form of an Ed25519 key is that of its scalar", arguments: pairs)
    func conversion(seed: String, point: String, montgomery: String) throws {
        let key = try PublicKey(x25519FromEd25519: [UInt8](hex: point))
        #expect(try key.rawBytes().hex == montgomery)
        let scalar = try Digest.hash(.sha512, secret: secret([UInt8](hex: seed))).copy(0..<32)
        #expect(try PrivateKey(rawX25519: scalar).publicKey().rawBytes().hex == montgomery)
        let raw = try PrivateKey(rawEd25519: secret([UInt8](hex: seed))).rawBytes()
        #expect(revealed(raw).hex == seed)
    }

    @Test("the same holds for random keys")
    func random() throws {
        for _ in 0..<50 {
            let seed = try SecretBytes(random: 32)
            let point = try PrivateKey(rawEd25519: seed).publicKey().rawBytes()
            let scalar = try Digest.hash(.sha512, secret: seed).copy(0..<32)
            let expected = try PrivateKey(rawX25519: scalar).publicKey().rawBytes()
            #expect(try PublicKey(x25519FromEd25519: point).rawBytes() == expected)
        }
    }

    @Test(
        "what is not a point in its one encoding is refused",
        arguments: [
            // 1, the neutral point; p + 2 and 2²⁵⁵ − 1, which are not canonical; 2, 7 and 8 belong to no point.
            "01" + String(repeating: "00", count: 31), "ef" + String(repeating: "ff", count: 30) + "7f", String(repeating: "ff", count: 32),
            "02" + String(repeating: "00", count: 31), "07" + String(repeating: "00", count: 31), "", "00",
            String(repeating: "00", count: 33),
        ])
    func notPoints(hex: String) throws {
        let code = try failure { _ = try PublicKey(x25519FromEd25519: [UInt8](hex: hex)) }
        #expect(code == .invalidKey)
    }

    @Test("an RSA key comes back from its two numbers")
    func rsaPublic() throws {
        let key = try PrivateKey.generate(.rsa(bits: 2048)).publicKey()
        let numbers = try key.rsaNumbers()
        #expect(numbers.modulus.count == 256 && numbers.exponent == [1, 0, 1])
        let (again, original) = (try PublicKey(rsaModulus: numbers.modulus, exponent: numbers.exponent).spkiDER(), try key.spkiDER())
        #expect(again == original)
        let padded = try PublicKey(rsaModulus: [0, 0] + numbers.modulus, exponent: [0] + numbers.exponent).spkiDER()
        #expect(padded == original)
    }

    @Test("numbers that are no RSA key are refused")
    func notRSA() throws {
        let modulus = try PrivateKey.generate(.rsa(bits: 2048)).publicKey().rsaNumbers().modulus
        let cases: [([UInt8], [UInt8])] = [
            (modulus, []), (modulus, [0]), (modulus, [1]), (modulus, [2]), ([], [1, 0, 1]), (Array(modulus.dropLast()), [1, 0, 1]),
            ([UInt8](repeating: 0xFF, count: 2049), [1, 0, 1]), (Array(modulus.dropLast()) + [modulus[255] ^ 1], [1, 0, 1]),
        ]
        for (index, (modulus, exponent)) in cases.enumerated() {
            let code = try failure { _ = try PublicKey(rsaModulus: modulus, exponent: exponent) }
            #expect(code == .invalidKey || code == .unsupported, "case \(index): \(String(describing: code))")
        }
    }

    @Test("only keys of the right type have raw or RSA numbers")
    func types() throws {
        let (rsa, p256, x25519) = (try RSABox(.rsa(bits: 2048)), try RSABox(.p256), try RSABox(.x25519))
        #expect(try failure { _ = try rsa.key.rawBytes() } == .invalidInput)
        #expect(try failure { _ = try p256.key.rawBytes() } == .invalidInput)
        #expect(try failure { _ = try x25519.key.publicKey().rsaNumbers() } == .invalidInput)
    }

    private final class RSABox {
        let key: PrivateKey

        init(_ type: AsymmetricKeyType) throws { key = try PrivateKey.generate(type) }
    }
}
