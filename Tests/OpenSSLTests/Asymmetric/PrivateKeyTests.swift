import OpenSSL
import TestSupport
import Testing

@Suite("PrivateKey")
struct PrivateKeyTests {
    static let types: [AsymmetricKeyType] = [
        .rsa(bits: 2048), .rsa(bits: 3072), .rsa(bits: 4096), .p256, .p384, .p521, .secp256k1, .ed25519, .x25519,
    ]

    @Test("a key of every type goes out as PKCS#8 and comes back with the same public half", arguments: types)
    func roundTrip(type: AsymmetricKeyType) throws {
        let key = try PrivateKey.generate(type)
        let encoded = try key.pkcs8DER()
        let checked = try PrivateKey(pkcs8DER: encoded)
        let trusted = try PrivateKey(authenticatedPKCS8DER: encoded)
        #expect(key.type == type && checked.type == type && trusted.type == type)
        let publicHalf = try key.publicKey().spkiDER()
        #expect(try checked.publicKey().spkiDER() == publicHalf)
        #expect(try trusted.publicKey().spkiDER() == publicHalf)
        #expect(try checked.pkcs8DER().isEqual(to: encoded))
    }

    @Test(
        "an encoding with bytes behind it, one cut short, and none at all are refused",
        arguments: [AsymmetricKeyType.rsa(bits: 2048), .p256, .ed25519, .x25519])
    func trailing(type: AsymmetricKeyType) throws {
        let encoded = revealed(try PrivateKey.generate(type).pkcs8DER())
        for bytes in [encoded + [0], [UInt8](encoded.dropLast()), []] {
            #expect(try failure { _ = try PrivateKey(pkcs8DER: secret(bytes)) } == .invalidKey)
            #expect(try failure { _ = try PrivateKey(authenticatedPKCS8DER: secret(bytes)) } == .invalidKey)
        }
    }

    @Test("an RSA key whose numbers do not fit together is refused")
    func brokenRSA() throws {
        var encoded = revealed(try PrivateKey.generate(.rsa(bits: 2048)).pkcs8DER())
        // The last number is the CRT coefficient, which no signature needs to be wrong for a while.
        encoded[encoded.count - 1] ^= 2
        #expect(try failure { _ = try PrivateKey(pkcs8DER: secret(encoded)) } == .invalidKey)
    }

    @Test("an elliptic key whose public half belongs to another is refused")
    func mismatchedEC() throws {
        let one = revealed(try PrivateKey.generate(.p256).pkcs8DER())
        let other = revealed(try PrivateKey.generate(.p256).pkcs8DER())
        // The encoding ends with the public point, 65 bytes.
        let mixed = [UInt8](one.dropLast(65) + other.suffix(65))
        #expect(try failure { _ = try PrivateKey(pkcs8DER: secret(mixed)) } == .invalidKey)
    }

    @Test("RSA keys of other sizes are not made", arguments: [0, 512, 1024, 2047, 5120, 16384])
    func rsaSizes(bits: Int) throws {
        #expect(try failure { _ = try PrivateKey.generate(.rsa(bits: bits)) } == .invalidInput)
    }

    @Test("an RSA key that is too small, and a type that is not offered, are refused")
    func unsupported() throws {
        // openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:512, -algorithm X448
        let rsa512 =
            "30820153020100300d06092a864886f70d01010105000482013d30820139020100024100bf0183a81d5ce2bde1846658c702f68b4466b59b7044610be504f17a2b4e3f238758a169b9fb249dec4def49a3f291130ace0699d3b4e5c0a04229e4ad55b589020301000102405c4a2d0523fae78bfbd56f6661f26a91ec20fc8af879f1b23f9c5dd93be778d5a919d1c2385c9609bb334136b45904cbc8e9fd7a7eb5e3b36645b0912fa160a1022100f4ce0b60a5ba513b4f7dc4d0908942ad75d42668aba9d530f06715a5bc76e465022100c7bda3dc040bacff7cefc19e6de0b82eb942b67d25e7e4f196c90f6fc8fe6055022071bc08ad2e5211cb6c73122d93f93171457cfb1b4625f1567b5a694446fb35c1022009095e6174d9666144b0c02cbfc1dbf3593458773f00c7cdda498c663d4cace502205b7ef8f7673434a6df2d1b4b4c270bbceaf8806088507fb3e788e0803692cd4e"
        let x448 =
            "3046020100300506032b656f043a04380c1e1dd16ec8a877ecf000954a92729463e5b8b554acb769f7714ddcebb159144e9e02fb4160310140bbebaeff61a6725f348e1169b6f49e"
        for encoded in [rsa512, x448] {
            #expect(try failure { _ = try PrivateKey(pkcs8DER: secret([UInt8](hex: encoded))) } == .unsupported)
        }
    }

    @Test("raw keys give the public keys of RFC 7748 §6.1 and RFC 8032 §7.1")
    func raw() throws {
        let x25519 = try secret([UInt8](hex: "77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a"))
        let agreement = try PrivateKey(rawX25519: x25519).publicKey()
        #expect(agreement.type == .x25519)
        #expect(try agreement.rawBytes().hex == "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a")
        let ed25519 = try secret([UInt8](hex: "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"))
        let signing = try PrivateKey(rawEd25519: ed25519).publicKey()
        #expect(signing.type == .ed25519)
        #expect(try signing.rawBytes().hex == "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
    }

    @Test("raw keys of another length are refused", arguments: [0, 31, 33, 64])
    func rawLength(count: Int) throws {
        #expect(try failure { _ = try PrivateKey(rawX25519: SecretBytes(random: count)) } == .invalidKey)
        #expect(try failure { _ = try PrivateKey(rawEd25519: SecretBytes(random: count)) } == .invalidKey)
    }
}
