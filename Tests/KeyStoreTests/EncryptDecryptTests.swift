import KeyTestSupport
import OpenSSL
import TestSupport
import Testing

@testable import KeyStore

@Suite struct EncryptDecryptTests {
    @Test(arguments: [1, 2, 31, 32, 33, 4095, 4096])
    func `What was encrypted comes back`(byteCount: Int) async throws {
        let store = try TestStore()
        let key = try await store.makeKey()
        var random = SeededGenerator(seed: UInt64(byteCount))
        let plaintext = random.bytes(byteCount)
        let context: EncryptionContext = ["purpose": "test", "tenant": "7"]

        let sealed = try await store.service.encrypt(
            EncryptRequest(keyID: key.keyID, plaintext: secret(plaintext), encryptionContext: context))
        #expect(sealed.keyARN == key.arn)
        #expect(sealed.ciphertextBlob.count == CiphertextBlobHeader.byteCount + CommittingSeal.overhead + byteCount)

        let opened = try await store.service.decrypt(DecryptRequest(ciphertextBlob: sealed.ciphertextBlob, encryptionContext: context))
        let (arn, material, bytes) = (opened.keyARN, opened.keyMaterialID, revealed(opened.plaintext))
        #expect(bytes == plaintext)
        #expect(arn == key.arn)
        #expect(material == key.currentKeyMaterialID)
    }

    @Test(arguments: [
        (0, "Member must have length greater than or equal to 1"), (4097, "Member must have length less than or equal to 4096"),
    ])
    func `A plaintext of the wrong length is refused in AWS's words`(byteCount: Int, constraint: String) async throws {
        let store = try TestStore()
        let key = try await store.makeKey()
        let error = try await refusal { _ = try await store.encrypt([UInt8](repeating: 7, count: byteCount), key.keyID) }
        #expect(error.code == .validation)
        #expect(
            error.message == "1 validation error detected: Value at 'plaintext' failed to satisify constraint: \(constraint)")
    }

    @Test func `The same plaintext never gives the same ciphertext`() async throws {
        let store = try TestStore()
        let key = try await store.makeKey()
        var blobs: Set<[UInt8]> = []
        for _ in 0..<16 { blobs.insert(try await store.encrypt([1, 2, 3], key.keyID)) }
        #expect(blobs.count == 16)
    }

    @Test(arguments: [
        (["a": "bc"], ["ab": "c"]), (["a": "b", "c": ""], ["a": "b"]), (["a": "b", "c": ""], ["a": "bc"]), (["a": ""], [:]),
        (["a": "b", "c": "d"], ["a": "d", "c": "b"]), (["a": "b"], ["b": "a"]), (["a": "b"], ["A": "b"]), (["a": "b"], ["a": "B"]),
        (["a": "b"], ["a": "b "]), (["\u{E9}": "x"], ["e\u{301}": "x"]), (["a": "\u{E9}"], ["a": "e\u{301}"]),
        (["ab": "", "c": ""], ["a": "b", "c": ""]),
    ])
    func `Only the very same encryption context opens a ciphertext`(sealing: [String: String], opening: [String: String]) async throws {
        let store = try TestStore()
        let key = try await store.makeKey()
        for (one, other) in [(sealing, opening), (opening, sealing)] {
            let blob = try await store.encrypt([9], key.keyID, EncryptionContext(one))
            #expect(try await store.decrypt(blob, EncryptionContext(one)) == [9])
            let error = try await refusal { _ = try await store.decrypt(blob, EncryptionContext(other)) }
            #expect(error.code == .invalidCiphertext)
            #expect(error.message.isEmpty)
        }
    }

    @Test func `A ciphertext with any one bit changed is refused`() async throws {
        let store = try TestStore()
        let key = try await store.makeKey()
        let blob = try await store.encrypt([1, 2, 3, 4, 5], key.keyID)
        for index in blob.indices {
            for bit in 0..<8 {
                var changed = blob
                changed[index] ^= 1 << UInt8(bit)
                let error = try await refusal { _ = try await store.decrypt(changed) }
                switch index {
                case 2: #expect(error.code == (changed[2] > 1 ? .newerFormat : .invalidCiphertext), "format version \(changed[2])")
                case 4..<20: #expect(error.code == .accessDenied, "byte \(index), bit \(bit)")
                default: #expect(error.code == .invalidCiphertext, "byte \(index), bit \(bit)")
                }
            }
        }
    }

    @Test func `A ciphertext that was cut or lengthened is refused`() async throws {
        let store = try TestStore()
        let key = try await store.makeKey()
        let blob = try await store.encrypt([1, 2, 3, 4, 5], key.keyID)
        for count in 1..<blob.count {
            let error = try await refusal { _ = try await store.decrypt(Array(blob[..<count])) }
            #expect(error.code == .invalidCiphertext, "\(count) bytes")
        }
        let longer = try await refusal { _ = try await store.decrypt(blob + [0]) }
        #expect(longer.code == .invalidCiphertext)
        for count in [0, CiphertextBlobHeader.maximumBlobByteCount + 1] {
            let error = try await refusal { _ = try await store.decrypt([UInt8](repeating: 0x43, count: count)) }
            #expect(error.code == .validation, "\(count) bytes")
        }
    }

    @Test func `A ciphertext of another key is refused, whether or not the key is named`() async throws {
        let store = try TestStore()
        let (key, other) = (try await store.makeKey(), try await store.makeKey())
        let blob = try await store.encrypt([1], key.keyID)
        #expect(try await store.decrypt(blob, keyID: key.arn) == [1])

        let named = try await refusal { _ = try await store.decrypt(blob, keyID: other.keyID) }
        #expect(named.code == .incorrectKey)
        #expect(named.message == "The key ID in the request does not identify a CMK that can perform this operation.")

        // Relabelled, so that the other key's material is tried on it.
        let relabelled = blob[..<4] + (UUIDText.decode(other.keyID) ?? []) + blob[20...]
        let unnamed = try await refusal { _ = try await store.decrypt(Array(relabelled)) }
        #expect(unnamed.code == .invalidCiphertext)
    }

    @Test func `The same material under two keys does not open the other's ciphertexts`() async throws {
        let store = try TestStore()
        let one = try await store.makeKey(origin: .external)
        let other = try await store.makeKey(origin: .external)
        let material = [UInt8](repeating: 0x5A, count: 32)
        let ids = (
            try await store.importMaterial(material, into: one.keyID).keyMaterialID,
            try await store.importMaterial(material, into: other.keyID).keyMaterialID
        )
        #expect(ids.0 != ids.1)
        let blob = try await store.encrypt([1], one.keyID)
        #expect(try await store.decrypt(blob) == [1])
        let relabelled = blob[..<4] + (UUIDText.decode(other.keyID) ?? []) + blob[20...]
        #expect(try await refusal { _ = try await store.decrypt(Array(relabelled)) }.code == .invalidCiphertext)
    }

    @Test func `A dry run checks everything and encrypts nothing`() async throws {
        let store = try TestStore()
        let key = try await store.makeKey()
        let blob = try await store.encrypt([1], key.keyID)
        let encrypting = try await refusal {
            _ = try await store.service.encrypt(EncryptRequest(keyID: key.keyID, plaintext: secret([1]), dryRun: true))
        }
        let decrypting = try await refusal {
            _ = try await store.service.decrypt(DecryptRequest(ciphertextBlob: blob, dryRun: true))
        }
        for error in [encrypting, decrypting] {
            #expect(error.code == .dryRun)
            #expect(error.message == "The request would have succeeded, but the DryRun option is set.")
        }
        try await store.service.disableKey(keyID: key.keyID)
        let disabled = try await refusal {
            _ = try await store.service.encrypt(EncryptRequest(keyID: key.keyID, plaintext: secret([1]), dryRun: true))
        }
        #expect(disabled.code == .disabled)
    }

    @Test func `A key answers to its id, its ARN, its alias and its alias ARN`() async throws {
        let store = try TestStore()
        let key = try await store.makeKey()
        try await store.service.createAlias(aliasName: "alias/app", targetKeyID: key.keyID)
        for name in [key.keyID, key.arn, "alias/app", store.service.identity.aliasARN("alias/app")] {
            let blob = try await store.encrypt([1], name)
            #expect(try await store.decrypt(blob, keyID: name) == [1])
        }
        for (name, code) in [
            ("alias/none", KeyStoreError.Code.notFound), ("00000000-0000-4000-8000-000000000000", .notFound), ("", .validation),
            ("arn:aws:s3:us-east-1:000000000000:key/\(key.keyID)", .invalidARN),
            ("arn:aws:kms:eu-west-1:000000000000:key/\(key.keyID)", .notFound),
            ("arn:aws:kms:us-east-1:000000000001:key/\(key.keyID)", .notFound),
        ] {
            #expect(try await refusal { _ = try await store.encrypt([1], name) }.code == code, "\(name)")
        }
    }

    @Test(arguments: [(EncryptionAlgorithm.rsaesOAEPSHA1, 214), (.rsaesOAEPSHA256, 190)])
    func `An RSA key encrypts up to its limit, without a context, and only when it is named`(algorithm: EncryptionAlgorithm, limit: Int)
        async throws
    {
        let store = try TestStore()
        let key = try await store.makeKey(.rsa2048, .encryptDecrypt)
        let plaintext = [UInt8](repeating: 3, count: limit)
        let blob = try await store.service.encrypt(
            EncryptRequest(keyID: key.keyID, plaintext: secret(plaintext), encryptionAlgorithm: algorithm)
        ).ciphertextBlob
        let opened = try await store.service.decrypt(
            DecryptRequest(ciphertextBlob: blob, keyID: key.keyID, encryptionAlgorithm: algorithm))
        let bytes = revealed(opened.plaintext)
        #expect(bytes == plaintext)

        let tooLong = try await refusal {
            _ = try await store.service.encrypt(
                EncryptRequest(keyID: key.keyID, plaintext: secret(plaintext + [3]), encryptionAlgorithm: algorithm))
        }
        #expect(tooLong.message == "Algorithm \(algorithm.rawValue) and key spec RSA_2048 cannot encrypt data larger than \(limit) bytes.")
        let withContext = try await refusal {
            _ = try await store.service.encrypt(
                EncryptRequest(keyID: key.keyID, plaintext: secret([1]), encryptionContext: ["a": "b"], encryptionAlgorithm: algorithm))
        }
        #expect(withContext.code == .validation)
        let unnamed = try await refusal {
            _ = try await store.service.decrypt(DecryptRequest(ciphertextBlob: blob, encryptionAlgorithm: algorithm))
        }
        #expect(unnamed.code == .validation)
        var changed = blob
        changed[100] ^= 1
        let damaged = try await refusal { [changed] in
            _ = try await store.service.decrypt(DecryptRequest(ciphertextBlob: changed, keyID: key.keyID, encryptionAlgorithm: algorithm))
        }
        #expect(damaged.code == .invalidCiphertext)
        let symmetric = try await refusal { _ = try await store.encrypt([1], key.keyID) }
        #expect(symmetric.code == .invalidKeyUsage)
    }

    @Test func `Re-encryption changes key and context and asks for the right ones`() async throws {
        let store = try TestStore()
        let (source, destination) = (try await store.makeKey(), try await store.makeKey())
        let blob = try await store.encrypt([4, 2], source.keyID, ["old": "1"])
        let response = try await store.service.reEncrypt(
            ReEncryptRequest(
                ciphertextBlob: blob, sourceEncryptionContext: ["old": "1"], destinationKeyID: destination.keyID,
                destinationEncryptionContext: ["new": "2"]))
        #expect(response.sourceKeyARN == source.arn)
        #expect(response.keyARN == destination.arn)
        #expect(response.sourceKeyMaterialID == source.currentKeyMaterialID)
        #expect(response.destinationKeyMaterialID == destination.currentKeyMaterialID)
        #expect(try await store.decrypt(response.ciphertextBlob, ["new": "2"], keyID: destination.keyID) == [4, 2])

        let wrongContext = try await refusal {
            _ = try await store.service.reEncrypt(ReEncryptRequest(ciphertextBlob: blob, destinationKeyID: destination.keyID))
        }
        #expect(wrongContext.code == .invalidCiphertext)
        let wrongSource = try await refusal {
            _ = try await store.service.reEncrypt(
                ReEncryptRequest(ciphertextBlob: blob, sourceKeyID: destination.keyID, destinationKeyID: destination.keyID))
        }
        #expect(wrongSource.code == .incorrectKey)
    }
}
