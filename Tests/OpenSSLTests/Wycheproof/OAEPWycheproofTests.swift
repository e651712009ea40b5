import OpenSSL
import TestSupport
import Testing

@Suite("Wycheproof: RSA-OAEP", .tags(.wycheproof))
struct OAEPWycheproofTests {
    struct Group: Decodable {
        let privateKeyPkcs8: HexBytes
        let tests: [Case]
    }

    struct Case: Decodable {
        let tcId: Int
        let msg, ct, label: HexBytes
        let result: WycheproofResult
    }

    @Test("RSA-OAEP with SHA-256: valid cases decrypt, invalid ones all fail with one and the same error")
    func decrypt() throws {
        let file = try WycheproofFile<Group>.load("rsa_oaep_2048_sha256_mgf1sha256_test.json")
        var tally = Tally()
        var errors: [OpenSSLError] = []
        for group in file.testGroups {
            let key = try PrivateKey(pkcs8DER: secret(group.privateKeyPkcs8.bytes))
            for test in group.tests {
                let (ciphertext, label) = (test.ct.bytes, test.label.bytes)
                do {
                    let message = try key.decryptOAEP(ciphertext.span.bytes, digest: .sha256, label: label.span.bytes)
                    #expect(test.result == .valid && revealed(message) == test.msg.bytes, "case \(test.tcId)")
                    tally.accepted += 1
                } catch {
                    #expect(test.result == .invalid, "case \(test.tcId): \(error)")
                    errors.append(error)
                    tally.refused += 1
                }
            }
        }
        #expect(errors.allSatisfy { $0 == OpenSSLError(code: .authenticationFailed, operation: "RSA-OAEP decrypt", reason: "") })
        #expect(tally == Tally(accepted: 18, refused: 19))
        #expect(tally.accepted + tally.refused == file.numberOfTests)
    }
}
