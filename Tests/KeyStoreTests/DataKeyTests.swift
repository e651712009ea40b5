import AuditTrail
import KeyTestSupport
import OpenSSL
import TestSupport
import Testing

@testable import KeyStore

@Suite struct DataKeyTests {
    @Test(arguments: [
        (DataKeySpec?.some(.aes256), Int?.none, 32), (.some(.aes128), nil, 16), (nil, 1, 1), (nil, 1024, 1024), (nil, 33, 33),
    ])
    func `A data key has the length that was asked for and its blob opens to it`(spec: DataKeySpec?, count: Int?, expected: Int)
        async throws
    {
        let store = try TestStore()
        let key = try await store.makeKey()
        let response = try await store.service.generateDataKey(
            GenerateDataKeyRequest(keyID: key.keyID, encryptionContext: ["a": "b"], keySpec: spec, numberOfBytes: count))
        let plaintext = revealed(try await store.service.exportPlaintext(of: response.dataKey))
        let (blob, arn, material) = (response.ciphertextBlob, response.keyARN, response.keyMaterialID)
        #expect(plaintext.count == expected)
        #expect(arn == key.arn)
        #expect(material == key.currentKeyMaterialID)
        #expect(try await store.decrypt(blob, ["a": "b"]) == plaintext)
        #expect(try store.lastEvent()?.eventName == "Decrypt")
        #expect(try store.events().contains { $0.eventName == "ExportDataKey" && $0.resources == [key.arn] })

        let blind = try await store.service.generateDataKeyWithoutPlaintext(
            GenerateDataKeyRequest(keyID: key.keyID, keySpec: spec, numberOfBytes: count))
        #expect(try await store.decrypt(blind.ciphertextBlob).count == expected)
    }

    @Test(arguments: [
        (DataKeySpec?.none, Int?.none, "Please specify either number of bytes or key spec."),
        (.some(.aes256), 32, "Please specify either number of bytes or key spec."),
        (
            nil, 0,
            "1 validation error detected: Value '0' at 'numberOfBytes' failed to satisfy constraint: "
                + "Member must have value greater than or equal to 1"
        ),
        (
            nil, 1025,
            "1 validation error detected: Value '1025' at 'numberOfBytes' failed to satisfy constraint: "
                + "Member must have value less than or equal to 1024"
        ),
    ])
    func `A length that is missing, given twice or out of range is refused`(spec: DataKeySpec?, count: Int?, message: String) async throws {
        let store = try TestStore()
        let key = try await store.makeKey()
        let request = GenerateDataKeyRequest(keyID: key.keyID, keySpec: spec, numberOfBytes: count)
        for error in [
            try await refusal { _ = try await store.service.generateDataKey(request) },
            try await refusal { _ = try await store.service.generateDataKeyWithoutPlaintext(request) },
        ] {
            #expect(error.code == .validation)
            #expect(error.message == message)
        }
    }

    @Test(arguments: KeySpec.allCases.filter { $0.isAsymmetric && ![.rsa3072, .rsa4096].contains($0) })
    func `A data key pair's private key opens to the half that belongs to the public one`(spec: KeySpec) async throws {
        let store = try TestStore()
        let key = try await store.makeKey()
        let pair = try await store.service.generateDataKeyPair(GenerateDataKeyPairRequest(keyID: key.keyID, keyPairSpec: spec))
        let (blob, publicKey) = (pair.privateKeyCiphertextBlob, pair.publicKey)
        let der = try await store.service.decrypt(DecryptRequest(ciphertextBlob: blob))
        let computed = try PrivateKey(pkcs8DER: der.plaintext).publicKey().spkiDER()
        let exported = try await store.service.exportPlaintext(of: pair.privateKey)
        let isSame = exported.isEqual(to: der.plaintext)
        #expect(computed == publicKey)
        #expect(isSame)
        let blind = try await store.service.generateDataKeyPairWithoutPlaintext(
            GenerateDataKeyPairRequest(keyID: key.keyID, keyPairSpec: spec, encryptionContext: ["a": "b"]))
        let opened = try await store.service.decrypt(
            DecryptRequest(ciphertextBlob: blind.privateKeyCiphertextBlob, encryptionContext: ["a": "b"]))
        let other = try PrivateKey(pkcs8DER: opened.plaintext).publicKey().spkiDER()
        #expect(other == blind.publicKey)
        #expect(other != publicKey)
    }

    @Test func `A symmetric spec is no key pair`() async throws {
        let store = try TestStore()
        let key = try await store.makeKey()
        let request = GenerateDataKeyPairRequest(keyID: key.keyID, keyPairSpec: .hmac256)
        #expect(try await refusal { _ = try await store.service.generateDataKeyPair(request) }.code == .validation)
    }

    @Test func `Only a symmetric encryption key makes data keys`() async throws {
        let store = try TestStore()
        for (spec, usage) in [(KeySpec.rsa2048, KeyUsage.encryptDecrypt), (.hmac256, .generateVerifyMAC), (.eccNISTP256, .signVerify)] {
            let key = try await store.makeKey(spec, usage)
            let error = try await refusal {
                _ = try await store.service.generateDataKey(GenerateDataKeyRequest(keyID: key.keyID, keySpec: .aes256))
            }
            #expect(error.code == .invalidKeyUsage, "\(spec)")
        }
    }

    @Test func `A dry run makes no data key`() async throws {
        let store = try TestStore()
        let key = try await store.makeKey()
        let one = try await refusal {
            _ = try await store.service.generateDataKey(GenerateDataKeyRequest(keyID: key.keyID, keySpec: .aes256, dryRun: true))
        }
        let pair = try await refusal {
            _ = try await store.service.generateDataKeyPair(
                GenerateDataKeyPairRequest(keyID: key.keyID, keyPairSpec: .eccNISTP256, dryRun: true))
        }
        #expect([one.code, pair.code] == [.dryRun, .dryRun])
    }

    @Test(arguments: [1, 32, 1024])
    func `Random bytes have the length that was asked for`(count: Int) async throws {
        let store = try TestStore()
        let bytes = try await store.service.generateRandom(numberOfBytes: count)
        let byteCount = bytes.count
        #expect(byteCount == count)
        for wrong in [0, -1, 1025] {
            #expect(try await refusal { _ = try await store.service.generateRandom(numberOfBytes: wrong) }.code == .validation)
        }
    }
}
