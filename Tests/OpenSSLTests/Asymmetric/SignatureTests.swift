import OpenSSL
import TestSupport
import Testing

@Suite("Signatures")
struct SignatureTests {
    private static let message = [UInt8]("the message".utf8)
    static let hashes: [DigestAlgorithm] = [.sha224, .sha256, .sha384, .sha512]
    static let curves: [AsymmetricKeyType] = [.p256, .p384, .p521, .secp256k1]

    @Test("ECDSA signs and verifies on every curve with every hash", arguments: curves, hashes)
    func ecdsa(curve: AsymmetricKeyType, hash: DigestAlgorithm) throws {
        try roundTrip(PrivateKey.generate(curve), .ecdsa(hash))
    }

    @Test("RSA signs and verifies with both paddings and every hash", arguments: hashes)
    func rsa(hash: DigestAlgorithm) throws {
        let key = try PrivateKey.generate(.rsa(bits: 2048))
        try roundTrip(key, .rsaPSS(hash))
        try roundTrip(key, .rsaPKCS1v15(hash))
    }

    private func roundTrip(_ key: borrowing PrivateKey, _ scheme: SignatureScheme) throws {
        let publicKey = try key.publicKey()
        guard let hash = scheme.hash else { return }
        let digest = try Digest.hash(hash, Self.message.span.bytes)
        let signatures = [
            try key.sign(message: Self.message.span.bytes, scheme), try key.sign(digest: digest.span.bytes, scheme),
        ]
        let otherDigest = [UInt8](digest.reversed())
        for signature in signatures {
            #expect(try !publicKey.isValidSignature(signature.span.bytes, digest: otherDigest.span.bytes, scheme))
            #expect(try publicKey.isValidSignature(signature.span.bytes, message: Self.message.span.bytes, scheme))
            #expect(try publicKey.isValidSignature(signature.span.bytes, digest: digest.span.bytes, scheme))
            var changed = signature
            changed[signature.count - 1] ^= 1
            #expect(try !publicKey.isValidSignature(changed.span.bytes, digest: digest.span.bytes, scheme))
            let longer = signature + [0]
            #expect(try !publicKey.isValidSignature(longer.span.bytes, digest: digest.span.bytes, scheme))
        }
    }

    @Test("a signature of one RSA padding is not one of the other, nor one of another hash")
    func rsaSchemesDiffer() throws {
        let key = try PrivateKey.generate(.rsa(bits: 2048))
        let publicKey = try key.publicKey()
        let signature = try key.sign(message: Self.message.span.bytes, .rsaPSS(.sha256))
        for scheme: SignatureScheme in [.rsaPKCS1v15(.sha256), .rsaPSS(.sha384)] {
            #expect(try !publicKey.isValidSignature(signature.span.bytes, message: Self.message.span.bytes, scheme))
        }
    }

    @Test("Ed25519 gives the signature of RFC 8032 §7.1, test 2, and takes messages only")
    func ed25519() throws {
        let seed = "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"
        let key = try PrivateKey(rawEd25519: secret([UInt8](hex: seed)))
        let message: [UInt8] = [0x72]
        let signature = try key.sign(message: message.span.bytes, .ed25519)
        #expect(
            signature.hex
                == "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        )
        let publicKey = try key.publicKey()
        #expect(try publicKey.rawBytes().hex == "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
        #expect(try publicKey.isValidSignature(signature.span.bytes, message: message.span.bytes, .ed25519))
        #expect(try failure { _ = try key.sign(digest: message.span.bytes, .ed25519) } == .invalidInput)
        #expect(
            try failure { _ = try publicKey.isValidSignature(signature.span.bytes, digest: message.span.bytes, .ed25519) } == .invalidInput)
    }

    @Test("a digest of another length is refused", arguments: [0, 20, 31, 33, 64])
    func digestLength(count: Int) throws {
        let key = try PrivateKey.generate(.p256)
        let digest = [UInt8](repeating: 1, count: count)
        #expect(try failure { _ = try key.sign(digest: digest.span.bytes, .ecdsa(.sha256)) } == .invalidInput)
        #expect(
            try failure { _ = try key.publicKey().isValidSignature(digest.span.bytes, digest: digest.span.bytes, .ecdsa(.sha256)) }
                == .invalidInput)
    }

    @Test("a hash function outside SHA-2 is refused", arguments: [DigestAlgorithm.sha1, .blake2b512])
    func weakHash(hash: DigestAlgorithm) throws {
        let key = try PrivateKey.generate(.p256)
        #expect(try failure { _ = try key.sign(message: Self.message.span.bytes, .ecdsa(hash)) } == .unsupported)
        #expect(
            try failure {
                _ = try key.publicKey().isValidSignature(Self.message.span.bytes, message: Self.message.span.bytes, .ecdsa(hash))
            } == .unsupported)
    }

    @Test(
        "a scheme that does not fit the key is refused",
        arguments: [
            (.p256, .rsaPSS(.sha256)), (.p256, .ed25519), (.ed25519, .ecdsa(.sha256)), (.x25519, .ed25519),
            (.rsa(bits: 2048), .ecdsa(.sha256)),
        ] as [(AsymmetricKeyType, SignatureScheme)])
    func mismatch(type: AsymmetricKeyType, scheme: SignatureScheme) throws {
        let key = try PrivateKey.generate(type)
        #expect(try failure { _ = try key.sign(message: Self.message.span.bytes, scheme) } == .invalidInput)
        #expect(
            try failure { _ = try key.publicKey().isValidSignature(Self.message.span.bytes, message: Self.message.span.bytes, scheme) }
                == .invalidInput)
    }
}

extension SignatureScheme {
    fileprivate var hash: DigestAlgorithm? {
        switch self {
        case .ecdsa(let hash), .rsaPSS(let hash), .rsaPKCS1v15(let hash): hash
        case .ed25519: nil
        }
    }
}
