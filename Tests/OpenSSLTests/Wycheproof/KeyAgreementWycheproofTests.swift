import OpenSSL
import TestSupport
import Testing

@Suite("Wycheproof: key agreement", .tags(.wycheproof))
struct KeyAgreementWycheproofTests {
    struct Group: Decodable {
        let tests: [Case]
    }

    struct Case: Decodable {
        let tcId: Int
        let flags: [String]
        let `public`: HexBytes
        // A number, not a byte string: P-256 scalars come with leading zeros or without, x25519 ones always with 32 bytes.
        let `private`, shared: HexBytes
        let result: WycheproofResult
    }

    /// Acceptable are public keys whose X25519 result others refuse or allow: on the twist, not canonical, of small order. We compute
    /// all but those whose result is all zero (RFC 7748 §6.1), which are exactly the ones with the flag `ZeroSharedSecret`.
    @Test("X25519: every case gives the shared secret, but an all-zero one is refused")
    func x25519() throws {
        let file = try WycheproofFile<Group>.load("x25519_test.json")
        var tally = Tally()
        for test in file.testGroups.flatMap(\.tests) {
            let peer = test.public.bytes
            do {
                let shared = try PrivateKey(rawX25519: secret(test.private.bytes)).sharedSecret(with: PublicKey(rawX25519: peer.span.bytes))
                #expect(test.result != .invalid && revealed(shared) == test.shared.bytes, "case \(test.tcId)")
                #expect(!test.flags.contains("ZeroSharedSecret"), "case \(test.tcId)")
                tally.accepted += 1
            } catch {
                #expect(test.flags.contains("ZeroSharedSecret") && error.code == .invalidKey, "case \(test.tcId): \(error)")
                tally.refused += 1
            }
        }
        #expect(tally == Tally(accepted: 487, refused: 31))
        #expect(tally.accepted + tally.refused == file.numberOfTests)
    }

    /// Acceptable are encodings that sloppy readers take: BER, wrong parameters of a curve given in full, negative integers. We accept only
    /// the one with a compressed point, which is DER, and refuse the rest, whether its secret would be right or not.
    @Test("ECDH on P-256: valid cases give the shared secret, keys of bad encoding, off the curve or on another one are refused")
    func p256() throws {
        let file = try WycheproofFile<Group>.load("ecdh_secp256r1_test.json")
        var tally = Tally()
        for test in file.testGroups.flatMap(\.tests) {
            let peer = test.public.bytes
            let key = try PrivateKey(pkcs8DER: secret(Self.pkcs8(p256Scalar: test.private.bytes)))
            do {
                let shared = try key.sharedSecret(with: PublicKey(spkiDER: peer.span.bytes))
                #expect(test.result == .valid || test.flags.contains("CompressedPoint"), "case \(test.tcId)")
                #expect(revealed(shared) == test.shared.bytes, "case \(test.tcId)")
                tally.accepted += 1
            } catch {
                #expect(test.result != .valid, "case \(test.tcId): \(error)")
                tally.refused += 1
            }
        }
        #expect(tally == Tally(accepted: 331, refused: 281))
        #expect(tally.accepted + tally.refused == file.numberOfTests)
    }

    /// PrivateKeyInfo (RFC 5208) around an ECPrivateKey (RFC 5915) that has no public part.
    private static func pkcs8(p256Scalar number: [UInt8]) -> [UInt8] {
        let significant = number.drop { $0 == 0 }
        let scalar = [UInt8](repeating: 0, count: 32 - significant.count) + significant
        return [UInt8](hex: "3041020100301306072a8648ce3d020106082a8648ce3d030107042730250201010420") + scalar
    }
}
