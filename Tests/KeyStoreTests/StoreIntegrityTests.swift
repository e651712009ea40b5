import AuditTrail
import KeyTestSupport
import OpenSSL
import Testing

@testable import KeyStore

/// What somebody who can write the store's files, but has no seal, may try.
@Suite struct StoreIntegrityTests {
    /// A store with two keys of two versions each, an alias and two seals.
    private func filledStore() async throws -> (TestStore, KeyMetadata, KeyMetadata) {
        let store = try TestStore()
        let (one, other) = (try await store.makeKey(), try await store.makeKey())
        for key in [one, other] { _ = try await store.service.rotateKeyOnDemand(keyID: key.keyID) }
        try await store.service.createAlias(aliasName: "alias/app", targetKeyID: one.keyID)
        _ = try store.service.addSeal(.recovery(AgeIdentity.generate().recipient()), label: "safe")
        return (store, one, other)
    }

    private func reopening(_ store: TestStore) async throws -> KeyStoreError {
        try await refusal { _ = try store.reopen() }
    }

    @Test func `Every record is authentic in its place only, and an edited one is named`() async throws {
        let (store, _, _) = try await filledStore()
        let genuine = store.records.rows
        #expect(genuine.count == 10, "two keys, four versions, an alias, two seals, the catalog")
        for (id, row) in genuine {
            for index in [0, row.body.count / 2, row.body.count - 1] {
                var body = row.body
                body[index] ^= 0x80
                store.records.rows[id] = StoredRecord(id: id, body: body, mac: row.mac, referencedKeyID: row.referencedKeyID)
                let error = try await reopening(store)
                // A broken seal may not open at all; a changed generation looks like a root key that was rotated.
                let codes: [KeyStoreError.Code] = [.damagedRecord, .sealed, .newerFormat]
                #expect(codes.contains(error.code), "\(id), byte \(index): \(error)")
                if error.code == .damagedRecord { #expect(error.message.contains(id.description), "\(error)") }
                store.records.rows = genuine
            }
            var mac = row.mac
            mac[31] ^= 1
            store.records.rows[id] = StoredRecord(id: id, body: row.body, mac: mac, referencedKeyID: row.referencedKeyID)
            let error = try await reopening(store)
            #expect(error.code == .damagedRecord)
            #expect(error.message.contains(id.description), "\(error)")
            store.records.rows = genuine
        }
        _ = try store.reopen()
    }

    @Test func `A row in the place of another is refused by an open service, too`() async throws {
        let (store, one, other) = try await filledStore()
        let blob = try await store.encrypt([1], one.keyID)
        let rows = store.records.rows
        let foreign = try #require(rows[.key(other.keyID)])
        for row in [foreign, StoredRecord(id: .key(one.keyID), body: foreign.body, mac: foreign.mac)] {
            store.records.rows[.key(one.keyID)] = row
            let error = try await refusal { _ = try await store.decrypt(blob) }
            #expect(error.code == .damagedRecord)
            #expect(error.message.contains(one.keyID))
            store.records.rows = rows
        }
        let version = try #require(rows[.keyVersion(keyID: one.keyID, version: 2)])
        let id = RecordID.keyVersion(keyID: one.keyID, version: 1)
        store.records.rows[id] = StoredRecord(id: id, body: version.body, mac: version.mac)
        #expect(try await reopening(store).message.contains(id.description))
    }

    @Test func `A removed record is missed`() async throws {
        let (store, _, _) = try await filledStore()
        let genuine = store.records.rows
        for id in genuine.keys {
            store.records.rows.removeValue(forKey: id)
            let error = try await reopening(store)
            switch id {
            case .catalog: #expect(error.code == .storeNotFound)
            case .seal: #expect(error.code == .damagedRecord || error.code == .sealed, "\(id): \(error)")
            case .key, .keyVersion, .alias: #expect(error.code == .damagedRecord, "\(id): \(error)")
            }
            store.records.rows = genuine
        }
    }

    @Test func `An older form of one record is refused, although it was authentic once`() async throws {
        let (store, one, _) = try await filledStore()
        let old = store.records.rows
        try await store.service.disableKey(keyID: one.keyID)
        try await store.service.deleteAlias(aliasName: "alias/app")
        let new = store.records.rows
        for id in [RecordID.key(one.keyID), .alias("alias/app"), .catalog] {
            store.records.rows[id] = old[id]
            let error = try await reopening(store)
            #expect(error.code == .damagedRecord)
            #expect(error.message.contains("removed from the key store or put back in an older form"), "\(error)")
            store.records.rows = new
        }
    }

    @Test func `A whole store that was put back is told by the trail's anchor`() async throws {
        let (store, one, _) = try await filledStore()
        let old = store.records.rows
        try await store.service.disableKey(keyID: one.keyID)
        store.records.rows = old
        // Nothing inside an older, whole copy is wrong; the trail is ahead of the position that the copy vouches for.
        let service = try store.reopen()
        #expect(try service.auditAnchor().sequence < store.trail.position().sequence)
    }

    @Test func `A commit that fails changes nothing, and says so in the trail`() async throws {
        let (store, one, _) = try await filledStore()
        let before = store.records.rows
        store.records.failsToCommit = true
        let errors = [
            try await refusal { try await store.service.disableKey(keyID: one.keyID) },
            try await refusal { _ = try await store.makeKey() },
            try await refusal { _ = try await store.service.rotateKeyOnDemand(keyID: one.keyID) },
            try await refusal { try store.service.rotateRootKey() },
            try await refusal { _ = try store.service.addSeal(.recovery(AgeIdentity.generate().recipient()), label: "") },
        ]
        #expect(errors.allSatisfy { $0.code == .unavailable })
        #expect(store.records.rows == before)
        #expect(try store.events().last?.errorCode == "StoreUnavailable")
        store.records.failsToCommit = false
        #expect(try await store.decrypt(store.encrypt([1], one.keyID)) == [1])
        try await store.service.disableKey(keyID: one.keyID)
        _ = try store.reopen()
    }
}
