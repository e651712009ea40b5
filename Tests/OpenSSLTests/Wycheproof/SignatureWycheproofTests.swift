import OpenSSL
import Testing

@Suite("Wycheproof: signatures", .tags(.wycheproof))
struct SignatureWycheproofTests {
    struct Group: Decodable {
        let publicKeyDer: HexBytes
        let tests: [Case]
    }

    struct Case: Decodable {
        let tcId: Int
        let msg, sig: HexBytes
        let result: WycheproofResult
    }

    struct File: Sendable {
        let name: String
        let scheme: SignatureScheme
        let type: AsymmetricKeyType
        let valid, invalid: Int
    }

    static let files = [
        File(name: "ecdsa_secp256r1_sha256_test.json", scheme: .ecdsa(.sha256), type: .p256, valid: 174, invalid: 310),
        File(name: "ecdsa_secp384r1_sha384_test.json", scheme: .ecdsa(.sha384), type: .p384, valid: 194, invalid: 310),
        File(name: "ed25519_test.json", scheme: .ed25519, type: .ed25519, valid: 88, invalid: 63),
        File(name: "rsa_pss_2048_sha256_mgf1_32_test.json", scheme: .rsaPSS(.sha256), type: .rsa(bits: 2048), valid: 63, invalid: 45),
    ]

    @Test("valid signatures are believed, invalid ones are not", arguments: files)
    func verify(_ vectors: File) throws {
        let file = try WycheproofFile<Group>.load(vectors.name)
        var tally = Tally()
        for group in file.testGroups {
            let der = group.publicKeyDer.bytes
            let key = try PublicKey(spkiDER: der.span.bytes)
            #expect(key.type == vectors.type)
            for test in group.tests {
                let (message, signature) = (test.msg.bytes, test.sig.bytes)
                let isValid = try key.isValidSignature(signature.span.bytes, message: message.span.bytes, vectors.scheme)
                #expect(isValid == (test.result == .valid), "case \(test.tcId)")
                if isValid { tally.accepted += 1 } else { tally.refused += 1 }
            }
        }
        #expect(tally == Tally(accepted: vectors.valid, refused: vectors.invalid))
        #expect(tally.accepted + tally.refused == file.numberOfTests)
    }
}
