import Foundation
import KeyTestSupport
import OpenSSL
import TestSupport
import Testing

@testable import KeyStore

@Suite struct KeyBackupTests {
    private func scrypt() throws -> ScryptParameters { try ScryptParameters(logN: 10) }

    @Test(arguments: [KeySpec.symmetricDefault, .hmac256, .eccNISTP256, .eccNISTEdwards25519, .rsa2048])
    func `a backup restores a key of every kind into another store`(spec: KeySpec) async throws {
        let (from, to) = (try TestStore(), try TestStore())
        let key = try await from.makeKey(spec)
        try await from.service.createAlias(aliasName: "alias/copied", targetKeyID: key.keyID)
        let identity = try AgeIdentity.generate()
        let backup = try from.service.backupKeys(nil, to: .recipients([identity.recipient()]))

        let report = try to.service.restoreKeys(backup, with: .identity(identity.copy()))

        #expect(report == RestoreReport(restored: [key.arn], aliases: ["alias/copied"]))
        let restored = try await to.service.describeKey(keyID: "alias/copied")
        #expect(restored == key)
    }

    @Test func `what was encrypted under any version opens after a restore`() async throws {
        let (from, to) = (try TestStore(), try TestStore())
        let key = try await from.makeKey()
        let old = try await from.encrypt([1, 2, 3], key.keyID)
        _ = try await from.service.rotateKeyOnDemand(keyID: key.keyID)
        let new = try await from.encrypt([4, 5, 6], key.keyID)
        let backup = try from.service.backupKeys([key.keyID], to: .passphrase(secret(Array("a long passphrase".utf8)), scrypt()))

        _ = try to.service.restoreKeys(backup, with: .passphrase(secret(Array("a long passphrase".utf8))))

        #expect(try await to.decrypt(old) == [1, 2, 3])
        #expect(try await to.decrypt(new) == [4, 5, 6])
    }

    @Test func `keys that are there already are left alone`() async throws {
        let store = try TestStore()
        let key = try await store.makeKey()
        let identity = try AgeIdentity.generate()
        let backup = try store.service.backupKeys(nil, to: .recipients([identity.recipient()]))
        try await store.service.disableKey(keyID: key.keyID)

        let report = try store.service.restoreKeys(backup, with: .identity(identity.copy()))

        #expect(report == RestoreReport(alreadyPresent: [key.arn]))
        #expect(try await store.state(key.keyID) == .disabled)
    }

    @Test func `a newer backup brings the versions that an older one lacked, once, and changes nothing else of the key`() async throws {
        let (from, to) = (try TestStore(), try TestStore())
        let identity = try AgeIdentity.generate()
        let key = try await from.makeKey()
        let older = try from.service.backupKeys(nil, to: .recipients([identity.recipient()]))
        _ = try await from.service.rotateKeyOnDemand(keyID: key.keyID)
        let second = try await from.encrypt([2], key.keyID)
        _ = try await from.service.rotateKeyOnDemand(keyID: key.keyID)
        let third = try await from.encrypt([3], key.keyID)
        let newer = try from.service.backupKeys(nil, to: .recipients([identity.recipient()]))
        _ = try to.service.restoreKeys(older, with: .identity(identity.copy()))
        let refusal = await #expect(throws: KeyStoreError(.invalidCiphertext)) { try await to.decrypt(second) }
        #expect(refusal?.message.contains("version 2") == true)
        try await to.service.updateKeyDescription(keyID: key.keyID, description: "kept")

        let report = try to.service.restoreKeys(newer, with: .identity(identity.copy()))

        #expect(report == RestoreReport(extended: [key.arn]))
        #expect(try await to.decrypt(second) == [2])
        #expect(try await to.decrypt(third) == [3])
        #expect(try await from.decrypt(to.encrypt([4], key.keyID)) == [4])
        #expect(try await to.service.describeKey(keyID: key.keyID).description == "kept")
        for backup in [newer, older] {
            let again = try to.service.restoreKeys(backup, with: .identity(identity.copy()))
            #expect(again == RestoreReport(alreadyPresent: [key.arn]))
        }
    }

    @Test func `a backup that lacks the newest material of this store adds no version, so that nobody can make one up`() async throws {
        let (from, to) = (try TestStore(), try TestStore())
        let identity = try AgeIdentity.generate()
        let key = try await from.makeKey()
        _ = try to.service.restoreKeys(
            from.service.backupKeys(nil, to: .recipients([identity.recipient()])), with: .identity(identity.copy()))
        _ = try await from.service.rotateKeyOnDemand(keyID: key.keyID)
        try from.service.change(OperationEvent("Test", source: .coffer)) { transaction, _ throws(KeyStoreError) in
            try transaction.remove(.keyVersion(keyID: key.keyID, version: 1))
        }
        let forged = try from.service.backupKeys(nil, to: .recipients([identity.recipient()]))

        let report = try to.service.restoreKeys(forged, with: .identity(identity.copy()))

        #expect(report == RestoreReport(conflicting: [key.arn]))
        let versions = try await to.service.listKeyRotations(keyID: key.keyID, includeAllKeyMaterial: true, limit: nil, marker: nil)
        #expect(versions.elements.count == 1)
    }

    @Test func `versions of a key that was rotated here and elsewhere are not mixed`() async throws {
        let (from, to) = (try TestStore(), try TestStore())
        let identity = try AgeIdentity.generate()
        let key = try await from.makeKey()
        let older = try from.service.backupKeys(nil, to: .recipients([identity.recipient()]))
        _ = try to.service.restoreKeys(older, with: .identity(identity.copy()))
        for store in [from, to] { _ = try await store.service.rotateKeyOnDemand(keyID: key.keyID) }
        _ = try await from.service.rotateKeyOnDemand(keyID: key.keyID)
        let here = try await to.encrypt([1], key.keyID)
        let elsewhere = try await from.encrypt([3], key.keyID)
        let newer = try from.service.backupKeys(nil, to: .recipients([identity.recipient()]))

        let report = try to.service.restoreKeys(newer, with: .identity(identity.copy()))

        #expect(report == RestoreReport(conflicting: [key.arn]))
        #expect(try await to.decrypt(here) == [1])
        await #expect(throws: KeyStoreError(.invalidCiphertext)) { try await to.decrypt(elsewhere) }
    }

    @Test func `a backup of many chunks comes back whole`() async throws {
        let (from, to) = (try TestStore(), try TestStore())
        for index in 0..<120 {
            let tags = [Tag(key: "index", value: String(index)), Tag(key: "filling", value: String(repeating: "x", count: 250))]
            _ = try await from.service.createKey(CreateKeyRequest(description: String(repeating: "d", count: 1000), tags: tags))
        }
        let identity = try AgeIdentity.generate()
        let backup = try from.service.backupKeys(nil, to: .recipients([identity.recipient()]))
        #expect(backup.count > 2 * 65_552)

        let report = try to.service.restoreKeys(backup, with: .identity(identity.copy()))

        #expect(report.restored.count == 120)
    }

    @Test func `a cut, changed or extended backup restores nothing`() async throws {
        let (from, to) = (try TestStore(), try TestStore())
        _ = try await from.makeKey()
        let identity = try AgeIdentity.generate()
        let backup = try from.service.backupKeys(nil, to: .recipients([identity.recipient()]))
        var damaged: [[UInt8]] = [backup + [0], []]
        for count in stride(from: 1, to: backup.count, by: 7) { damaged.append(Array(backup[..<count])) }
        for index in stride(from: 0, to: backup.count, by: 3) {
            var flipped = backup
            flipped[index] ^= 0x01
            damaged.append(flipped)
        }
        for file in damaged {
            let error = #expect(throws: KeyStoreError.self) { _ = try to.service.restoreKeys(file, with: .identity(identity.copy())) }
            #expect(error.map { [.invalidBackup, .sealed].contains($0.code) } == true, "\(String(describing: error))")
        }
        #expect(try await to.service.listKeys(limit: nil, marker: nil).elements.isEmpty)
    }

    @Test func `another identity or passphrase opens nothing`() async throws {
        let store = try TestStore()
        let identity = try AgeIdentity.generate()
        let toIdentity = try store.service.backupKeys(nil, to: .recipients([identity.recipient()]))
        let toPassphrase = try store.service.backupKeys(nil, to: .passphrase(secret(Array("a long passphrase".utf8)), scrypt()))
        let sealed = KeyStoreError(.sealed)
        #expect(throws: sealed) { _ = try store.service.restoreKeys(toIdentity, with: .identity(AgeIdentity.generate())) }
        #expect(throws: sealed) {
            _ = try store.service.restoreKeys(toIdentity, with: .passphrase(secret(Array("a long passphrase".utf8))))
        }
        #expect(throws: sealed) {
            _ = try store.service.restoreKeys(toPassphrase, with: .passphrase(secret(Array("another passphrase".utf8))))
        }
    }

    @Test func `a restored key that waits for deletion waits its whole time again`() async throws {
        let (from, to) = (try TestStore(), try TestStore())
        let key = try await from.makeKey()
        _ = try await from.service.scheduleKeyDeletion(keyID: key.keyID, pendingWindowInDays: 7)
        let identity = try AgeIdentity.generate()
        let backup = try from.service.backupKeys(nil, to: .recipients([identity.recipient()]))

        _ = try to.service.restoreKeys(backup, with: .identity(identity.copy()))

        let report = try to.service.performMaintenance(trustingWallClock: false)
        #expect(report.deleted.isEmpty)
        #expect(try await to.state(key.keyID) == .pendingDeletion)
    }

    @Test(.enabled(if: StockAge.isInstalled, "age is not installed"))
    func `stock age opens a backup with the identity alone`() async throws {
        let store = try TestStore()
        _ = try await store.makeKey()
        let identity = try AgeIdentity.generate()
        let folder = try TemporaryFolder()
        let file = try folder.write(store.service.backupKeys(nil, to: .recipients([identity.recipient()])), to: "keys.age")
        let text = try identity.fileContents(created: "2026-11-21T00:00:00Z")
        let identityFile = try folder.write(revealed(text), to: "identity")
        let opened = try StockAge.open(file, with: identityFile)
        #expect(opened.starts(with: KeyBackup.magic))
    }
}
