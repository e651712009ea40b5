import OpenSSL
import TestSupport
import Testing

@Suite("Wycheproof: HMAC and HKDF", .tags(.wycheproof))
struct KeyDerivationWycheproofTests {
    struct HKDFGroup: Decodable {
        let tests: [HKDFCase]
    }

    struct HKDFCase: Decodable {
        let tcId, size: Int
        let ikm, salt, info, okm: HexBytes
        let result: WycheproofResult
    }

    /// The invalid cases ask for more than 255 digests.
    @Test(
        "HKDF: valid cases derive the given key, invalid ones are refused",
        arguments: [("hkdf_sha256_test.json", DigestAlgorithm.sha256, 83), ("hkdf_sha512_test.json", .sha512, 80)])
    func hkdf(name: String, algorithm: DigestAlgorithm, valid: Int) throws {
        let file = try WycheproofFile<HKDFGroup>.load(name)
        var tally = Tally()
        for test in file.testGroups.flatMap(\.tests) {
            let (salt, info) = (test.salt.bytes, test.info.bytes)
            let inputKey = try secret(test.ikm.bytes)
            do {
                let key = try HKDF.derive(algorithm, inputKey: inputKey, salt: salt.span.bytes, info: info.span.bytes, count: test.size)
                #expect(test.result == .valid && revealed(key) == test.okm.bytes, "case \(test.tcId)")
                tally.accepted += 1
            } catch {
                #expect(test.result == .invalid && error.code == .invalidInput, "case \(test.tcId): \(error)")
                tally.refused += 1
            }
        }
        #expect(tally == Tally(accepted: valid, refused: 3))
        #expect(valid + 3 == file.numberOfTests)
    }

    struct HMACGroup: Decodable {
        let tagSize: Int
        let tests: [HMACCase]
    }

    struct HMACCase: Decodable {
        let tcId: Int
        let key, msg, tag: HexBytes
        let result: WycheproofResult
    }

    /// Half of the groups truncate the code to 128 bits: its beginning is compared.
    @Test("HMAC-SHA256: valid codes are those that we compute, invalid ones are not")
    func hmac() throws {
        let file = try WycheproofFile<HMACGroup>.load("hmac_sha256_test.json")
        var tally = Tally()
        for group in file.testGroups {
            for test in group.tests {
                let message = test.msg.bytes
                let code = try HMAC.authenticate(.sha256, key: secret(test.key.bytes), message.span.bytes)
                let prefix = [UInt8](code.prefix(group.tagSize / 8))
                let tag = test.tag.bytes
                let isEqual = ConstantTime.areEqual(prefix.span.bytes, tag.span.bytes)
                #expect(isEqual == (test.result == .valid), "case \(test.tcId)")
                if isEqual { tally.accepted += 1 } else { tally.refused += 1 }
            }
        }
        #expect(tally == Tally(accepted: 66, refused: 108))
        #expect(tally.accepted + tally.refused == file.numberOfTests)
    }
}
