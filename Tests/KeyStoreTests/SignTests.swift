import KeyTestSupport
import OpenSSL
import Testing

@testable import KeyStore

@Suite struct SignTests {
    static let specs: [KeySpec] = [.rsa2048, .eccNISTP256, .eccNISTP384, .eccNISTP521, .eccSECGP256K1, .eccNISTEdwards25519]

    @Test(arguments: specs)
    func `Every algorithm of a signing key signs what only it verifies`(spec: KeySpec) async throws {
        let store = try TestStore()
        let key = try await store.makeKey(spec, .signVerify)
        let message = Array("a message".utf8)
        #expect(!key.signingAlgorithms.isEmpty)
        for algorithm in key.signingAlgorithms {
            let signature = try await store.service.sign(
                SignRequest(keyID: key.keyID, message: message, signingAlgorithm: algorithm)
            ).signature
            try await expectOnlyGenuine(signature, message, .raw, algorithm, key, store)
            guard let digest = algorithm.digest else { continue }
            let hash = try Digest.hash(digest, message.bytes)
            // The signature of the digest is one of the message, and the other way round.
            let ofDigest = try await store.service.sign(
                SignRequest(keyID: key.keyID, message: hash, messageType: .digest, signingAlgorithm: algorithm)
            ).signature
            try await expectOnlyGenuine(ofDigest, message, .raw, algorithm, key, store)
            try await expectOnlyGenuine(signature, hash, .digest, algorithm, key, store)
        }
    }

    private func expectOnlyGenuine(
        _ signature: [UInt8], _ message: [UInt8], _ type: MessageType, _ algorithm: SigningAlgorithm, _ key: KeyMetadata, _ store: TestStore
    ) async throws {
        func verify(_ signature: [UInt8], _ message: [UInt8]) async throws -> VerifyResponse {
            try await store.service.verify(
                VerifyRequest(
                    keyID: key.keyID, message: message, messageType: type, signature: signature, signingAlgorithm: algorithm))
        }
        #expect(try await verify(signature, message).signatureValid)
        var otherMessage = message
        otherMessage[0] ^= 1
        var otherSignature = signature
        otherSignature[signature.count / 2] ^= 1
        for (signature, message) in [
            (signature, otherMessage), (otherSignature, message), (signature.dropLast(), message), (signature + [0], message),
            ([0], message),
        ] {
            let error = try await refusal { _ = try await verify(signature, message) }
            #expect(error.code == .invalidSignature, "\(algorithm): \(error)")
        }
    }

    @Test(arguments: specs)
    func `A digest of the wrong length is refused in AWS's words`(spec: KeySpec) async throws {
        let store = try TestStore()
        let key = try await store.makeKey(spec, .signVerify)
        for algorithm in key.signingAlgorithms {
            for count in [1, (algorithm.digest?.byteCount ?? 64) - 1, (algorithm.digest?.byteCount ?? 64) + 1] {
                let error = try await refusal {
                    _ = try await store.service.sign(
                        SignRequest(
                            keyID: key.keyID, message: [UInt8](repeating: 1, count: count), messageType: .digest,
                            signingAlgorithm: algorithm))
                }
                #expect(error.code == .validation)
                if algorithm.digest != nil { #expect(error.message == "Digest is invalid length for algorithm \(algorithm.rawValue).") }
            }
        }
    }

    @Test func `A key is not used with an algorithm or for a purpose that is not its own`() async throws {
        let store = try TestStore()
        let key = try await store.makeKey(.eccNISTP256, .signVerify)
        let wrongAlgorithm = try await refusal {
            _ = try await store.service.sign(SignRequest(keyID: key.keyID, message: [1], signingAlgorithm: .ecdsaSHA384))
        }
        #expect(wrongAlgorithm.code == .invalidKeyUsage)
        #expect(wrongAlgorithm.message == "Algorithm ECDSA_SHA_384 is incompatible with key spec ECC_NIST_P256.")
        let wrongUsage = try await refusal { _ = try await store.encrypt([1], key.keyID) }
        #expect(wrongUsage.code == .invalidKeyUsage)
        #expect(wrongUsage.message == "\(key.arn) key usage is SIGN_VERIFY which is not valid for Encrypt.")
        let symmetric = try await store.makeKey()
        let noSigner = try await refusal {
            _ = try await store.service.sign(SignRequest(keyID: symmetric.keyID, message: [1], signingAlgorithm: .ecdsaSHA256))
        }
        #expect(noSigner.message == "\(symmetric.arn) key usage is ENCRYPT_DECRYPT which is not valid for Sign.")
        let dryRun = try await refusal {
            _ = try await store.service.sign(
                SignRequest(keyID: key.keyID, message: [1], signingAlgorithm: .ecdsaSHA256, dryRun: true))
        }
        #expect(dryRun.code == .dryRun)
    }

    @Test(arguments: [0, 4097])
    func `A message of the wrong length is refused`(count: Int) async throws {
        let store = try TestStore()
        let key = try await store.makeKey(.eccNISTEdwards25519, .signVerify)
        let error = try await refusal {
            _ = try await store.service.sign(
                SignRequest(keyID: key.keyID, message: [UInt8](repeating: 1, count: count), signingAlgorithm: .ed25519SHA512))
        }
        #expect(error.code == .validation)
    }

    @Test(arguments: specs)
    func `The public key verifies outside`(spec: KeySpec) async throws {
        let store = try TestStore()
        let key = try await store.makeKey(spec, .signVerify)
        let response = try await store.service.getPublicKey(keyID: key.arn)
        #expect(response.keySpec == spec)
        #expect(response.signingAlgorithms == key.signingAlgorithms)
        let message: [UInt8] = [1, 2, 3]
        for algorithm in response.signingAlgorithms {
            let signature = try await store.service.sign(
                SignRequest(keyID: key.keyID, message: message, signingAlgorithm: algorithm)
            ).signature
            let isValid = try PublicKey(spkiDER: response.publicKey.bytes)
                .isValidSignature(signature.bytes, message: message.bytes, algorithm.scheme)
            #expect(isValid)
        }
        try await store.service.disableKey(keyID: key.keyID)
        #expect(try await refusal { _ = try await store.service.getPublicKey(keyID: key.keyID) }.code == .disabled)
    }

    @Test func `A key without a public half has none to give`() async throws {
        let store = try TestStore()
        for spec in [KeySpec.symmetricDefault, .hmac256] {
            let key = try await store.makeKey(spec)
            #expect(try await refusal { _ = try await store.service.getPublicKey(keyID: key.keyID) }.code == .unsupportedOperation)
        }
    }
}
