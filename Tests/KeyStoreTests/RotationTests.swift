import KeyTestSupport
import Testing

@testable import KeyStore

@Suite struct RotationTests {
    @Test func `After a rotation old ciphertexts open and new ones are under the new version`() async throws {
        let store = try TestStore()
        let key = try await store.makeKey()
        var blobs = [try await store.encrypt([0], key.keyID)]
        for number in 1...3 {
            #expect(try await store.service.rotateKeyOnDemand(keyID: key.keyID) == key.arn)
            blobs.append(try await store.encrypt([UInt8(number)], key.keyID))
        }
        for (number, blob) in blobs.enumerated() {
            #expect(try CiphertextBlobHeader(parsing: blob).version == UInt32(number + 1))
            #expect(try await store.decrypt(blob) == [UInt8(number)])
        }
        let rotations = try await store.service.listKeyRotations(keyID: key.keyID, includeAllKeyMaterial: false, limit: 2, marker: nil)
        #expect(rotations.elements.map(\.rotationType) == [.onDemand, .onDemand])
        let rest = try await store.service.listKeyRotations(
            keyID: key.keyID, includeAllKeyMaterial: false, limit: 2, marker: rotations.nextMarker)
        #expect(rest.elements.map(\.keyMaterialState) == [.current])
        #expect(!rest.isTruncated)
        let all = try await store.service.listKeyRotations(keyID: key.keyID, includeAllKeyMaterial: true, limit: nil, marker: nil)
        #expect(all.elements.count == 4)
        #expect(Set(all.elements.map(\.keyMaterialID)).count == 4)
    }

    @Test func `A key is rotated on demand 25 times and no more`() async throws {
        let store = try TestStore()
        let key = try await store.makeKey()
        let blob = try await store.encrypt([1], key.keyID)
        for _ in 0..<25 { _ = try await store.service.rotateKeyOnDemand(keyID: key.keyID) }
        let error = try await refusal { _ = try await store.service.rotateKeyOnDemand(keyID: key.keyID) }
        #expect(error.code == .limitExceeded)
        #expect(
            error.message == "The on-demand rotations limit has been reached for the given keyId. No more on-demand rotations can be "
                + "performed for this key: \(key.arn)")
        #expect(try await store.decrypt(blob) == [1])
    }

    @Test(arguments: [(nil, 365), (90, 90), (2560, 2560)] as [(Int?, Int)])
    func `A rotation period is kept and counted from now`(asked: Int?, days: Int) async throws {
        let store = try TestStore()
        let key = try await store.makeKey()
        #expect(try await store.service.getKeyRotationStatus(keyID: key.keyID).keyRotationEnabled == false)
        try await store.service.enableKeyRotation(keyID: key.keyID, rotationPeriodInDays: asked)
        let status = try await store.service.getKeyRotationStatus(keyID: key.keyID)
        #expect(status.rotationPeriodInDays == days)
        #expect(status.nextRotationDate == store.clock.now.adding(days: days))
        try await store.service.disableKeyRotation(keyID: key.keyID)
        #expect(try await store.service.getKeyRotationStatus(keyID: key.keyID).keyRotationEnabled == false)
    }

    @Test(arguments: [89, 2561, 0, -1])
    func `A rotation period outside 90 to 2560 days is refused`(days: Int) async throws {
        let store = try TestStore()
        let key = try await store.makeKey()
        let error = try await refusal { try await store.service.enableKeyRotation(keyID: key.keyID, rotationPeriodInDays: days) }
        #expect(error.code == .validation)
    }

    @Test(arguments: [KeySpec.rsa2048, .eccNISTP256, .hmac256])
    func `Only symmetric encryption keys rotate`(spec: KeySpec) async throws {
        let store = try TestStore()
        let key = try await store.makeKey(spec)
        let service = store.service
        for error in [
            try await refusal { try await service.enableKeyRotation(keyID: key.keyID, rotationPeriodInDays: nil) },
            try await refusal { try await service.disableKeyRotation(keyID: key.keyID) },
            try await refusal { _ = try await service.rotateKeyOnDemand(keyID: key.keyID) },
            try await refusal { _ = try await service.getKeyRotationStatus(keyID: key.keyID) },
            try await refusal {
                _ = try await service.listKeyRotations(keyID: key.keyID, includeAllKeyMaterial: true, limit: nil, marker: nil)
            },
        ] { #expect(error.code == .unsupportedOperation) }
    }
}
