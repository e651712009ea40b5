import OpenSSL
import TestSupport
import Testing

@Suite("Wycheproof: authenticated encryption", .tags(.wycheproof))
struct AEADWycheproofTests {
    struct Group: Decodable {
        let ivSize, keySize, tagSize: Int
        let tests: [Case]
    }

    struct Case: Decodable {
        let tcId: Int
        let key, iv, aad, msg, ct, tag: HexBytes
        let result: WycheproofResult
    }

    @Test("AES-GCM: valid cases seal and open, invalid ones are refused, other nonces and 192-bit keys are not offered")
    func aesGCM() throws {
        let tally = try run("aes_gcm_test.json") { group in
            guard group.ivSize == 96, group.tagSize == 128 else { return nil }
            return switch group.keySize {
            case 128: .aes128GCM
            case 256: .aes256GCM
            default: nil
            }
        }
        #expect(tally == Tally(accepted: 79, refused: 54, notOffered: 183))
    }

    @Test("ChaCha20-Poly1305: valid cases seal and open, invalid ones are refused, other nonces are not offered")
    func chaCha20Poly1305() throws {
        let tally = try run("chacha20_poly1305_test.json") { group in
            group.ivSize == 96 && group.tagSize == 128 && group.keySize == 256 ? .chaCha20Poly1305 : nil
        }
        #expect(tally == Tally(accepted: 256, refused: 60, notOffered: 9))
    }

    private func run(_ file: String, _ offered: (Group) -> AEADAlgorithm?) throws -> Tally {
        let file = try WycheproofFile<Group>.load(file)
        var tally = Tally()
        for group in file.testGroups {
            for test in group.tests {
                if let algorithm = offered(group) {
                    try run(test, algorithm, &tally)
                } else {
                    try refuseParameters(test)
                    tally.notOffered += 1
                }
            }
        }
        #expect(tally.accepted + tally.refused + tally.notOffered == file.numberOfTests)
        return tally
    }

    private func run(_ test: Case, _ algorithm: AEADAlgorithm, _ tally: inout Tally) throws {
        var aead = try AEAD(algorithm, key: secret(test.key.bytes))
        let sealed = test.ct.bytes + test.tag.bytes
        let (nonce, associated, message) = (test.iv.bytes, test.aad.bytes, test.msg.bytes)
        do {
            let opened = try aead.open(sealed.span.bytes, nonce: nonce.span.bytes, authenticating: associated.span.bytes)
            #expect(test.result == .valid && opened == message, "case \(test.tcId)")
            // Sealing after opening also shows that the one context serves both directions.
            let resealed = try aead.seal(message.span.bytes, nonce: nonce.span.bytes, authenticating: associated.span.bytes)
            #expect(resealed == sealed, "case \(test.tcId)")
            tally.accepted += 1
        } catch {
            #expect(test.result == .invalid && error.code == .authenticationFailed, "case \(test.tcId): \(error)")
            tally.refused += 1
        }
    }

    /// A key or a nonce of another length is refused by every algorithm, valid case or not.
    private func refuseParameters(_ test: Case) throws {
        for algorithm in AEADAlgorithm.allCases {
            let (nonce, associated, message) = (test.iv.bytes, test.aad.bytes, test.msg.bytes)
            let code = try failure {
                var aead = try AEAD(algorithm, key: secret(test.key.bytes))
                _ = try aead.seal(message.span.bytes, nonce: nonce.span.bytes, authenticating: associated.span.bytes)
            }
            let wrongKey = test.key.bytes.count != algorithm.keyByteCount
            #expect(code == (wrongKey ? .invalidKey : .invalidInput), "case \(test.tcId)")
        }
    }
}
