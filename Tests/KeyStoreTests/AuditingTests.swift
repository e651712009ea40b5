import AuditTrail
import KeyTestSupport
import OpenSSL
import TestSupport
import Testing

@testable import KeyStore

@Suite struct AuditingTests {
    @Test func `Operations and refusals are recorded with their key, and without plaintexts`() async throws {
        let store = try TestStore()
        let key = try await store.makeKey()
        let plaintext = Array("the plaintext of the test".utf8)
        let blob = try await store.encrypt(plaintext, key.keyID, ["tenant": "seven"])
        _ = try await store.decrypt(blob, ["tenant": "seven"])
        _ = try await refusal { _ = try await store.decrypt(blob) }
        try await store.service.disableKey(keyID: key.keyID)
        _ = try await refusal { _ = try await store.encrypt(plaintext, key.keyID) }
        _ = try await refusal { _ = try await store.service.describeKey(keyID: "alias/none") }

        let events = try store.events()
        let names = ["InitializeStore", "CreateKey", "Encrypt", "Decrypt", "Decrypt", "DisableKey", "Encrypt", "DescribeKey"]
        #expect(events.map(\.eventName) == names)
        let codes: [String?] = [nil, nil, nil, nil, "InvalidCiphertextException", nil, "DisabledException", "NotFoundException"]
        #expect(events.map(\.errorCode) == codes)
        #expect(events[1...6].allSatisfy { $0.resources == [key.arn] })
        #expect(events.map(\.readOnly) == [false, false, true, true, true, false, true, true])
        #expect(events.allSatisfy { $0.userName == "tester" && $0.isAuthenticated })
        #expect(events[2].json.contains("seven"))
        for event in events {
            #expect(!event.json.contains("plaintext of the test"))
            #expect(!event.json.contains(Hex.encode(plaintext)))
            #expect(!event.json.contains(Hex.encode(blob)))
        }
        #expect(try store.trail.verify(against: store.service.auditAnchor()).firstProblem == nil)
    }

    @Test func `What cannot be recorded is not done`() async throws {
        let store = try TestStore()
        let key = try await store.makeKey()
        let blob = try await store.encrypt([1], key.keyID)
        let before = store.records.rows
        let mute = try LocalKeyService.open(store.environmentWithoutWritableTrail(), with: store.keyFileCredential())
        let errors = [
            try await refusal { _ = try await mute.decrypt(DecryptRequest(ciphertextBlob: blob)) },
            try await refusal { _ = try await mute.encrypt(EncryptRequest(keyID: key.keyID, plaintext: secret([1]))) },
            try await refusal { _ = try await mute.generateRandom(numberOfBytes: 1) },
            try await refusal { _ = try await mute.describeKey(keyID: key.keyID) },
            try await refusal { _ = try await mute.createKey(CreateKeyRequest()) },
            try await refusal { _ = try await mute.createKey(CreateKeyRequest(multiRegion: true)) },
            try await refusal { try await mute.disableKey(keyID: key.keyID) },
            try await refusal { try mute.rotateRootKey() },
            try await refusal { try mute.removeSeal(id: "00000000") },
        ]
        #expect(errors.map(\.code) == errors.map { _ in .auditUnavailable })
        #expect(store.records.rows == before)
        #expect(try await store.decrypt(blob) == [1])
    }

    @Test func `A seal that does not open is called that also where it cannot be recorded`() async throws {
        let store = try TestStore()
        let error = try await refusal {
            _ = try LocalKeyService.open(store.environmentWithoutWritableTrail(), with: .identity(AgeIdentity.generate()))
        }
        #expect(error.code == .sealed)
    }

    @Test func `The last use of a key is its last successful cryptographic operation`() async throws {
        let store = try TestStore()
        let key = try await store.makeKey()
        let other = try await store.makeKey()
        #expect(try await store.service.getKeyLastUsage(keyID: key.keyID).keyLastUsage == nil)
        store.clock.pass(.days(1))
        let blob = try await store.encrypt([1], key.keyID)
        store.clock.pass(.days(1))
        _ = try await store.decrypt(blob)
        let time = store.clock.now
        store.clock.pass(.days(1))
        _ = try await refusal { _ = try await store.decrypt(blob, ["a": "b"]) }
        _ = try await store.encrypt([1], other.keyID)
        try await store.service.updateKeyDescription(keyID: key.keyID, description: "no use")

        let response = try await store.service.getKeyLastUsage(keyID: key.keyID)
        let usage = try #require(response.keyLastUsage)
        #expect(usage.operation == "Decrypt")
        #expect(usage.timestamp == time)
        #expect(try store.events().contains { $0.eventID == usage.eventID && $0.eventName == "Decrypt" })
        #expect(response.keyCreationDate == ManualClock.start)
    }
}
