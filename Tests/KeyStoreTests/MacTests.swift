import KeyTestSupport
import OpenSSL
import TestSupport
import Testing

@testable import KeyStore

@Suite struct MacTests {
    @Test(arguments: KeySpec.allCases.filter(\.isHMAC))
    func `A MAC is HMAC of the message, and only the genuine one is accepted`(spec: KeySpec) async throws {
        let store = try TestStore()
        let key = try await store.makeKey(spec)
        let algorithm = try #require(spec.macAlgorithm)
        let service = store.service
        let mac = try await service.generateMac(GenerateMacRequest(keyID: key.keyID, message: [1, 2], macAlgorithm: algorithm)).mac
        #expect(mac.count == algorithm.digest.byteCount)
        let genuine = try await service.verifyMac(VerifyMacRequest(keyID: key.keyID, message: [1, 2], mac: mac, macAlgorithm: algorithm))
        #expect(genuine.macValid)
        var changed = mac
        changed[mac.count - 1] ^= 1
        for (message, mac) in [([1, 3], mac), ([1, 2], changed), ([1, 2], mac.dropLast()), ([1, 2], mac + [0])] as [([UInt8], [UInt8])] {
            let error = try await refusal {
                _ = try await service.verifyMac(VerifyMacRequest(keyID: key.keyID, message: message, mac: mac, macAlgorithm: algorithm))
            }
            #expect(error.code == .invalidMAC)
        }
        let other: MACAlgorithm = algorithm == .hmacSHA256 ? .hmacSHA512 : .hmacSHA256
        let wrong = try await refusal {
            _ = try await service.generateMac(GenerateMacRequest(keyID: key.keyID, message: [1], macAlgorithm: other))
        }
        #expect(wrong.code == .invalidKeyUsage)
        #expect(wrong.message == "Algorithm \(other.rawValue) is incompatible with key spec \(spec.rawValue).")
    }

    @Test func `A MAC of imported material is the one that HMAC-SHA256 gives`() async throws {
        let store = try TestStore()
        let key = try await store.makeKey(.hmac256, origin: .external)
        // RFC 4231 has no 32-byte key; this is HMAC-SHA256(00..1f, "abc") by the primitive on its own.
        let material = [UInt8](0..<32)
        try await store.importMaterial(material, into: key.keyID)
        let mac = try await store.service.generateMac(
            GenerateMacRequest(keyID: key.keyID, message: Array("abc".utf8), macAlgorithm: .hmacSHA256)
        ).mac
        let expected = try HMAC.authenticate(.sha256, key: secret(material), Array("abc".utf8).bytes)
        #expect(mac == expected)
    }
}

@Suite struct DeriveSharedSecretTests {
    @Test(arguments: [KeySpec.eccNISTP256, .eccNISTP384, .eccNISTP521])
    func `Two keys agree on one secret`(spec: KeySpec) async throws {
        let store = try TestStore()
        let service = store.service
        let (one, other) = (try await store.makeKey(spec, .keyAgreement), try await store.makeKey(spec, .keyAgreement))
        let (oneKey, otherKey) = (
            try await service.getPublicKey(keyID: one.keyID).publicKey, try await service.getPublicKey(keyID: other.keyID).publicKey
        )
        let here = try await service.deriveSharedSecret(DeriveSharedSecretRequest(keyID: one.keyID, publicKey: otherKey))
        let there = try await service.deriveSharedSecret(DeriveSharedSecretRequest(keyID: other.keyID, publicKey: oneKey))
        let (left, right) = (revealed(here.sharedSecret), revealed(there.sharedSecret))
        #expect(left == right)
        #expect(left.contains { $0 != 0 })
    }

    @Test func `A public key that is no key, or one of another curve, is refused`() async throws {
        let store = try TestStore()
        let key = try await store.makeKey(.eccNISTP256, .keyAgreement)
        let other = try await store.makeKey(.eccNISTP384, .keyAgreement)
        let otherCurve = try await store.service.getPublicKey(keyID: other.keyID).publicKey
        for publicKey in [otherCurve, [], [0x30], [UInt8](repeating: 0, count: 91), [UInt8](repeating: 1, count: 8193)] {
            let error = try await refusal {
                _ = try await store.service.deriveSharedSecret(DeriveSharedSecretRequest(keyID: key.keyID, publicKey: publicKey))
            }
            #expect(error.code == .validation)
        }
    }
}
