import AuditTrail
import KeyTestSupport
import OpenSSL
import SystemPackage
import TestSupport
import Testing

@testable import KeyStore

@Suite struct SealTests {
    private static func passphrase(_ text: String) throws -> SecretBytes { try secret(Array(text.utf8)) }
    private static func newPassphrase(_ text: String) throws -> NewSeal {
        .passphrase(try passphrase(text), try ScryptParameters(logN: 10))
    }

    private func opens(_ store: TestStore, _ passphrase: String) async throws -> Bool {
        do {
            _ = try LocalKeyService.open(store.environment, with: .passphrase(Self.passphrase(passphrase)))
            return true
        } catch {
            #expect(error as? KeyStoreError == KeyStoreError(.sealed))
            return false
        }
    }

    @Test func `A store is made once`() async throws {
        let store = try TestStore()
        #expect(try LocalKeyService.isInitialized(store.records))
        #expect(try !LocalKeyService.isInitialized(InMemoryKeyRecords()))
        let before = store.records.rows
        let error = try await refusal {
            _ = try LocalKeyService.initialize(
                store.environment, identity: StoreIdentity(), seal: Self.newPassphrase("a passphrase"), label: "")
        }
        #expect(error.code == .storeAlreadyExists)
        #expect(store.records.rows == before)
    }

    @Test func `Every seal opens the store, and nothing else does`() async throws {
        let store = try TestStore()
        let key = try await store.makeKey()
        let blob = try await store.encrypt([1], key.keyID)
        let recovery = try AgeIdentity.generate()
        _ = try store.service.addSeal(Self.newPassphrase("correct horse"), label: "daily")
        _ = try store.service.addSeal(.recovery(recovery.recipient()), label: "safe")

        let byPassphrase = try LocalKeyService.open(store.environment, with: .passphrase(Self.passphrase("correct horse")))
        let byRecovery = try LocalKeyService.open(store.environment, with: .identity(recovery))
        for service in [byPassphrase, byRecovery, try store.reopen()] {
            let opened = try await service.decrypt(DecryptRequest(ciphertextBlob: blob))
            let bytes = revealed(opened.plaintext)
            #expect(bytes == [1])
        }
        for wrong in ["correct hors", "correct horse ", "Correct horse", "another one"] {
            #expect(try await !opens(store, wrong))
            let event = try #require(try store.lastEvent())
            #expect(event.eventName == "OpenStore")
            #expect(event.errorCode == "StoreSealed")
            #expect(!event.json.contains(wrong))
        }
        let stranger = try await refusal { _ = try LocalKeyService.open(store.environment, with: .identity(AgeIdentity.generate())) }
        #expect(stranger.code == .sealed)
        #expect(try store.trail.verify(against: store.service.auditAnchor()).firstProblem == nil)
    }

    @Test func `Seals are listed the same from inside and outside`() async throws {
        let store = try TestStore()
        store.clock.pass(.days(0.01))
        let added = try store.service.addSeal(Self.newPassphrase("correct horse"), label: "daily")
        #expect(added.kind == .passphrase)
        #expect(added.scrypt?.logN == 10)
        #expect(try store.service.listSeals().map(\.label) == ["unattended", "daily"])
        #expect(try LocalKeyService.seals(store.records) == store.service.listSeals())
        #expect(try store.service.listSeals().first?.keyFilePath == "/keys/unseal")
    }

    @Test func `A changed passphrase replaces the old one`() async throws {
        let store = try TestStore()
        let old = try store.service.addSeal(Self.newPassphrase("correct horse"), label: "daily")
        let new = try store.service.changeSeal(id: String(old.id.prefix(8)), to: Self.newPassphrase("battery staple"), label: nil)
        #expect(new.id != old.id)
        #expect(new.label == "daily")
        #expect(try await opens(store, "battery staple"))
        #expect(try await !opens(store, "correct horse"))
        #expect(store.records.purgeCount == 1)
        let gone = try await refusal { _ = try store.service.changeSeal(id: old.id, to: Self.newPassphrase("correct horse"), label: nil) }
        #expect(gone.code == .notFound)
    }

    @Test func `The last passphrase or key file cannot be removed or turned into a recovery seal`() async throws {
        let store = try TestStore()
        let first = try #require(try store.service.listSeals().first)
        _ = try store.service.addSeal(.recovery(AgeIdentity.generate().recipient()), label: "safe")
        #expect(try await refusal { try store.service.removeSeal(id: first.id) }.code == .invalidState)
        let change = try await refusal {
            _ = try store.service.changeSeal(id: first.id, to: .recovery(AgeIdentity.generate().recipient()), label: nil)
        }
        #expect(change.code == .invalidState)
        #expect(try store.service.listSeals().count == 2)
        _ = try store.reopen()
        _ = try store.service.addSeal(Self.newPassphrase("correct horse"), label: "daily")
        try store.service.removeSeal(id: first.id)
        #expect(try await refusal { _ = try store.reopen() }.code == .sealed)
        #expect(try await opens(store, "correct horse"))
    }

    @Test func `A seal is named by enough of its id, and no name fits two`() async throws {
        let store = try TestStore()
        let id = try #require(try store.service.listSeals().first).id
        for unknown in ["", String(id.prefix(3)), "zzzz", id + "0"] {
            #expect(try await refusal { try store.service.removeSeal(id: unknown) }.code == .notFound, "\(unknown)")
        }
    }

    @Test func `There are at most 16 seals`() async throws {
        let store = try TestStore()
        for _ in 1..<16 { _ = try store.service.addSeal(.recovery(AgeIdentity.generate().recipient()), label: "") }
        let error = try await refusal { _ = try store.service.addSeal(.recovery(AgeIdentity.generate().recipient()), label: "") }
        #expect(error.code == .limitExceeded)
        _ = try store.reopen()
    }

    @Test(arguments: ["", "seven 7", String(repeating: "x", count: 1025)])
    func `A passphrase that is too short or too long is refused`(text: String) async throws {
        let store = try TestStore()
        #expect(try await refusal { _ = try store.service.addSeal(Self.newPassphrase(text), label: "") }.code == .validation)
        #expect(try store.lastEvent()?.eventName == "AddSeal")
        let id = try #require(try store.service.listSeals().first).id
        #expect(
            try await refusal { _ = try store.service.changeSeal(id: id, to: Self.newPassphrase(text), label: nil) }.code == .validation)
        #expect(try store.lastEvent()?.eventName == "ChangeSeal")
        #expect(try store.lastEvent()?.errorCode == "ValidationException")
    }

    @Test(arguments: [9, 21, 0, -1])
    func `Scrypt's cost has bounds`(logN: Int) {
        #expect(throws: KeyStoreError(.validation)) { try ScryptParameters(logN: logN) }
    }

    @Test func `A new root key keeps everything usable and ends other sessions`() async throws {
        let store = try TestStore()
        let key = try await store.makeKey()
        _ = try await store.service.rotateKeyOnDemand(keyID: key.keyID)
        let blob = try await store.encrypt([1], key.keyID)
        try await store.service.createAlias(aliasName: "alias/app", targetKeyID: key.keyID)
        let recovery = try AgeIdentity.generate()
        _ = try store.service.addSeal(.recovery(recovery.recipient()), label: "safe")
        _ = try store.service.addSeal(Self.newPassphrase("correct horse"), label: "daily")
        let other = try store.reopen()
        let before = store.records.rows

        try store.service.rotateRootKey()
        #expect(store.records.rows.keys == before.keys)
        #expect(store.records.rows.allSatisfy { before[$0.key]?.mac != $0.value.mac })
        #expect(try await store.decrypt(blob, keyID: "alias/app") == [1])
        let stale = try await refusal { try await other.disableKey(keyID: key.keyID) }
        #expect(stale.code == .sealed)
        #expect(stale.message == "the root key was rotated by another process; open the store again")
        let reading = try await refusal { _ = try other.listSeals() }
        #expect(reading.code == .sealed || reading.code == .damagedRecord)

        for service in [
            try store.reopen(), try LocalKeyService.open(store.environment, with: .identity(recovery)),
            try LocalKeyService.open(store.environment, with: .passphrase(Self.passphrase("correct horse"))),
        ] {
            let opened = try await service.decrypt(DecryptRequest(ciphertextBlob: blob))
            let bytes = revealed(opened.plaintext)
            #expect(bytes == [1])
        }
        #expect(try store.trail.verify(against: store.service.auditAnchor()).firstProblem == nil)
        // And once more, from a session that was opened after the first.
        try store.reopen().rotateRootKey()
        #expect(try await refusal { _ = try await store.makeKey() }.code == .sealed)
    }
}
