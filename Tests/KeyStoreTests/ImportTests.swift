import KeyTestSupport
import OpenSSL
import TestSupport
import Testing

@testable import KeyStore

@Suite struct ImportTests {
    private static let material = [UInt8](0..<32)

    @Test(arguments: WrappingAlgorithm.allCases)
    func `Material imported in every way encrypts and decrypts`(algorithm: WrappingAlgorithm) async throws {
        let store = try TestStore()
        let key = try await store.makeKey(origin: .external)
        #expect(key.keyState == .pendingImport)
        #expect(try await refusal { _ = try await store.encrypt([1], key.keyID) }.code == .invalidState)
        let response = try await store.importMaterial(Self.material, into: key.keyID, algorithm)
        let metadata = try await store.service.describeKey(keyID: key.keyID)
        #expect(metadata.keyState == .enabled)
        #expect(metadata.currentKeyMaterialID == response.keyMaterialID)
        #expect(metadata.expirationModel == .doesNotExpire)
        #expect(try await store.decrypt(store.encrypt([1], key.keyID)) == [1])
    }

    @Test(arguments: [KeySpec.hmac224, .hmac512, .eccNISTP256, .eccNISTEdwards25519])
    func `Other kinds of keys are imported, and material of another kind is refused`(spec: KeySpec) async throws {
        let store = try TestStore()
        let key = try await store.makeKey(spec, origin: .external)
        let other = try KeyMaterial.generate(spec == .eccNISTP256 ? .eccNISTP384 : .eccNISTP256)
        let wrong = revealed(other)
        #expect(
            try await refusal { try await store.importMaterial(wrong, into: key.keyID, .rsaAESKeyWrapSHA256) }.code == .incorrectKeyMaterial
        )
        let material = try KeyMaterial.generate(spec)
        let right = revealed(material)
        try await store.importMaterial(right, into: key.keyID, .rsaAESKeyWrapSHA256)
        #expect(try await store.state(key.keyID) == .enabled)
    }

    @Test(arguments: [0, 1, 16, 31, 33])
    func `A symmetric key has 32 bytes`(count: Int) async throws {
        let store = try TestStore()
        let key = try await store.makeKey(origin: .external)
        let material = [UInt8](repeating: 1, count: count)
        let error = try await refusal { try await store.importMaterial(material, into: key.keyID) }
        #expect(error.code == .incorrectKeyMaterial)
        #expect(try await store.state(key.keyID) == .pendingImport)
    }

    @Test func `A token is good for its key, its store and 24 hours`() async throws {
        let store = try TestStore()
        let (key, other) = (try await store.makeKey(origin: .external), try await store.makeKey(origin: .external))
        let parameters = try await store.parameters(key.keyID)
        let encrypted = try store.wrap(Self.material, parameters, .rsaesOAEPSHA256)
        func importInto(_ keyID: String, _ token: [UInt8]) async throws {
            _ = try await store.service.importKeyMaterial(
                ImportKeyMaterialRequest(
                    keyID: keyID, importToken: token, encryptedKeyMaterial: encrypted, expirationModel: .doesNotExpire))
        }
        #expect(parameters.parametersValidTo == store.clock.now.adding(days: 1))
        #expect(try await refusal { try await importInto(other.keyID, parameters.importToken) }.code == .invalidImportToken)
        let (start, end) = (parameters.importToken.startIndex, parameters.importToken.endIndex - 1)
        for index in Array(start..<80) + [end] {
            var token = parameters.importToken
            token[index] ^= 1
            let changed = token
            let error = try await refusal { try await importInto(key.keyID, changed) }
            #expect(error.code == .invalidImportToken, "byte \(index)")
        }
        for token in [[], Array(parameters.importToken.dropLast()), parameters.importToken + [0], [UInt8](repeating: 0, count: 7000)] {
            #expect(try await refusal { try await importInto(key.keyID, token) }.code == .invalidImportToken)
        }
        store.clock.pass(.days(1.01))
        #expect(try await refusal { try await importInto(key.keyID, parameters.importToken) }.code == .expiredImportToken)
        store.clock.setWall(by: .days(-1))
        // The store has not seen the later time in a commit, so the token is valid again by every clock it knows.
        try await importInto(key.keyID, parameters.importToken)
    }

    @Test func `Rotating the root key ends the imports that are under way`() async throws {
        let store = try TestStore()
        let key = try await store.makeKey(origin: .external)
        let parameters = try await store.parameters(key.keyID)
        try store.service.rotateRootKey()
        let error = try await refusal {
            _ = try await store.service.importKeyMaterial(
                ImportKeyMaterialRequest(
                    keyID: key.keyID, importToken: parameters.importToken,
                    encryptedKeyMaterial: store.wrap(Self.material, parameters, .rsaesOAEPSHA256), expirationModel: .doesNotExpire))
        }
        #expect(error.code == .invalidImportToken)
    }

    @Test(arguments: WrappingAlgorithm.allCases)
    func `Wrapped material that was changed or is wrapped in another way is refused`(algorithm: WrappingAlgorithm) async throws {
        let store = try TestStore()
        let key = try await store.makeKey(origin: .external)
        let parameters = try await store.parameters(key.keyID, algorithm)
        let genuine = try store.wrap(Self.material, parameters, algorithm)
        let foreign = try store.wrap(Self.material, parameters, algorithm.usesAESKeyWrap ? .rsaesOAEPSHA256 : .rsaAESKeyWrapSHA256)
        var changed = genuine
        changed[genuine.count - 1] ^= 1
        for encrypted in [changed, foreign, Array(genuine.dropLast()), [1]] {
            let error = try await refusal {
                _ = try await store.service.importKeyMaterial(
                    ImportKeyMaterialRequest(
                        keyID: key.keyID, importToken: parameters.importToken, encryptedKeyMaterial: encrypted,
                        expirationModel: .doesNotExpire))
            }
            #expect(error.code == .invalidCiphertext)
        }
    }

    @Test(arguments: [
        (ExpirationModel.expires, Int?.none, "A validTo date must be set if the ExpirationModel is KEY_MATERIAL_EXPIRES"),
        (.doesNotExpire, 5, "A validTo date must not be set if the ExpirationModel is KEY_MATERIAL_DOES_NOT_EXPIRE"),
        (.expires, 0, "ValidTo must be in the future and at most 365 days ahead"),
        (.expires, 366, "ValidTo must be in the future and at most 365 days ahead"),
    ])
    func `An expiration date that does not fit is refused`(model: ExpirationModel, days: Int?, message: String) async throws {
        let store = try TestStore()
        let key = try await store.makeKey(origin: .external)
        let error = try await refusal {
            _ = try await store.service.importKeyMaterial(
                ImportKeyMaterialRequest(
                    keyID: key.keyID, importToken: [1], encryptedKeyMaterial: [1], expirationModel: model,
                    validTo: days.map { store.clock.now.adding(days: $0) }))
        }
        #expect(error.code == .validation)
        #expect(error.message == message)
    }

    @Test func `New material waits for a rotation on demand, one at a time`() async throws {
        let store = try TestStore()
        let key = try await store.makeKey(origin: .external)
        let second = [UInt8](repeating: 2, count: 32)
        try await store.importMaterial(Self.material, into: key.keyID)
        let blob = try await store.encrypt([1], key.keyID)
        let nothing = try await refusal { _ = try await store.service.rotateKeyOnDemand(keyID: key.keyID) }
        #expect(nothing.message == "No available key material pending rotation for the key: \(key.arn).")
        #expect(try await refusal { try await store.importMaterial(second, into: key.keyID) }.code == .incorrectKeyMaterial)
        let pending = try await store.importMaterial(second, into: key.keyID, type: .newKeyMaterial).keyMaterialID
        #expect(try CiphertextBlobHeader(parsing: try await store.encrypt([1], key.keyID)).version == 1)
        let third = try await refusal {
            try await store.importMaterial([UInt8](repeating: 3, count: 32), into: key.keyID, type: .newKeyMaterial)
        }
        #expect(third.code == .invalidState)
        #expect(third.message.hasSuffix("because another key material (id: \(pending)) is pending rotation."))

        _ = try await store.service.rotateKeyOnDemand(keyID: key.keyID)
        let rotated = try await store.encrypt([2], key.keyID)
        #expect(try CiphertextBlobHeader(parsing: rotated).version == 2)
        #expect(try await store.decrypt(blob) == [1])
        let entries = try await store.service.listKeyRotations(
            keyID: key.keyID, includeAllKeyMaterial: true, limit: nil, marker: nil
        ).elements
        #expect(entries.map(\.keyMaterialState) == [.nonCurrent, .current])
        #expect(entries.map(\.importState) == [.imported, .imported])

        // With any of its material missing the whole key stops, until that is back.
        _ = try await store.service.deleteImportedKeyMaterial(keyID: key.keyID, keyMaterialID: entries.first?.keyMaterialID)
        #expect(try await refusal { _ = try await store.decrypt(rotated) }.code == .invalidState)
        try await store.importMaterial(Self.material, into: key.keyID, type: .existingKeyMaterial)
        #expect(try await store.decrypt(rotated) == [2])
        #expect(try await store.decrypt(blob) == [1])
    }

    @Test func `Deleted material is gone from the store, and only its owner can bring it back`() async throws {
        let store = try TestStore()
        let key = try await store.makeKey(origin: .external)
        #expect(
            try await refusal { _ = try await store.service.deleteImportedKeyMaterial(keyID: key.keyID, keyMaterialID: nil) }.code
                == .notFound)
        try await store.importMaterial(Self.material, into: key.keyID)
        let before = store.records.rows[.keyVersion(keyID: key.keyID, version: 1)]?.body.count ?? 0
        _ = try await store.service.deleteImportedKeyMaterial(keyID: key.keyID, keyMaterialID: nil)
        let after = store.records.rows[.keyVersion(keyID: key.keyID, version: 1)]?.body.count ?? 0
        #expect(before - after == 32 + CommittingSeal.overhead)
        #expect(store.records.purgeCount == 1)
    }

    @Test func `A key made here takes no import`() async throws {
        let store = try TestStore()
        let key = try await store.makeKey()
        for error in [
            try await refusal { _ = try await store.parameters(key.keyID) },
            try await refusal { _ = try await store.service.deleteImportedKeyMaterial(keyID: key.keyID, keyMaterialID: nil) },
        ] {
            #expect(error.code == .unsupportedOperation)
            #expect(error.message == "\(key.arn) origin is AWS_KMS which is not valid for this operation.")
        }
    }
}
