import AuditTrail
import KeyTestSupport
import Testing

@testable import KeyStore

@Suite struct DeletionTimeTests {
    private func storeWithDoomedKey(window: Int = 7) async throws -> (TestStore, KeyMetadata, [UInt8]) {
        let store = try TestStore()
        let key = try await store.makeKey()
        try await store.service.createAlias(aliasName: "alias/doomed", targetKeyID: key.keyID)
        let blob = try await store.encrypt([1], key.keyID)
        _ = try await store.service.scheduleKeyDeletion(keyID: key.keyID, pendingWindowInDays: window)
        return (store, key, blob)
    }

    @Test func `A key is destroyed when its waiting period has passed on both clocks, not before`() async throws {
        let (store, key, blob) = try await storeWithDoomedKey()
        store.clock.pass(.days(6.99))
        #expect(try store.service.performMaintenance(trustingWallClock: false).deleted.isEmpty)
        store.clock.pass(.days(0.02))
        #expect(try store.service.performMaintenance(trustingWallClock: false).deleted == [key.arn])
        #expect(try await refusal { _ = try await store.service.describeKey(keyID: key.keyID) }.code == .notFound)
        #expect(try await refusal { _ = try await store.decrypt(blob) }.code == .accessDenied)
        #expect(try await store.service.listAliases(keyID: nil, limit: nil, marker: nil).elements.isEmpty)
        #expect(!store.records.rows.keys.contains { if case .keyVersion = $0 { true } else { false } })
        #expect(store.records.purgeCount > 0)
        #expect(try store.events().contains { $0.eventName == "DeleteKey" && $0.resources == [key.arn] })
        _ = try store.reopen()
    }

    @Test func `A wall clock that jumps forward destroys nothing`() async throws {
        let (store, key, blob) = try await storeWithDoomedKey()
        store.clock.setWall(by: .days(400))
        let report = try store.reopen().performMaintenance(trustingWallClock: false)
        #expect(report.deleted.isEmpty)
        #expect(report.waiting.map(\.keyARN) == [key.arn])
        #expect(report.waiting.map(\.unattestedDays) == [7])
        _ = try await store.service.cancelKeyDeletion(keyID: key.keyID)
        try await store.service.enableKey(keyID: key.keyID)
        #expect(try await store.decrypt(blob) == [1])
    }

    @Test func `A wall clock that stands still keeps a key, however long the machine runs`() async throws {
        let (store, key, _) = try await storeWithDoomedKey()
        store.clock.pass(.days(30))
        store.clock.setWall(by: .days(-30))
        #expect(try store.service.performMaintenance(trustingWallClock: false).deleted.isEmpty)
        #expect(try await store.state(key.keyID) == .pendingDeletion)
    }

    @Test func `What was due stays due when the wall clock is set back`() async throws {
        let (store, key, _) = try await storeWithDoomedKey()
        store.clock.setWall(by: .days(8))
        _ = try store.service.performMaintenance(trustingWallClock: false)
        store.clock.setWall(by: .days(-100))
        store.clock.pass(.days(7))
        #expect(try store.service.performMaintenance(trustingWallClock: false).deleted == [key.arn])
    }

    @Test func `Across a reboot only the time since it counts`() async throws {
        let (store, key, _) = try await storeWithDoomedKey()
        store.clock.pass(.days(3))
        #expect(try store.service.performMaintenance(trustingWallClock: false).deleted.isEmpty)
        store.clock.reboot(off: .days(50), up: .days(2))
        let report = try store.reopen().performMaintenance(trustingWallClock: false)
        #expect(report.deleted.isEmpty)
        #expect(report.waiting.map(\.unattestedDays) == [2])
        store.clock.pass(.days(2))
        #expect(try store.service.performMaintenance(trustingWallClock: false).deleted == [key.arn])
    }

    @Test func `An operator can vouch for the wall clock, but not against it`() async throws {
        let (store, key, _) = try await storeWithDoomedKey()
        #expect(try store.service.performMaintenance(trustingWallClock: true).deleted.isEmpty)
        store.clock.setWall(by: .days(8))
        #expect(try store.service.performMaintenance(trustingWallClock: true).deleted == [key.arn])
    }

    @Test func `Opening a store does what has become due`() async throws {
        let (store, key, _) = try await storeWithDoomedKey()
        store.clock.pass(.days(8))
        let service = try store.reopen()
        #expect(try await refusal { _ = try await service.describeKey(keyID: key.keyID) }.code == .notFound)
    }
}

@Suite struct RotationTimeTests {
    @Test func `Many missed periods rotate once, and the next date is ahead`() async throws {
        let store = try TestStore()
        let key = try await store.makeKey()
        let blob = try await store.encrypt([1], key.keyID)
        try await store.service.enableKeyRotation(keyID: key.keyID, rotationPeriodInDays: 90)
        store.clock.pass(.days(89))
        #expect(try store.service.performMaintenance(trustingWallClock: false).rotated.isEmpty)
        store.clock.pass(.days(1000))
        #expect(try store.service.performMaintenance(trustingWallClock: false).rotated == [key.arn])
        #expect(try store.service.performMaintenance(trustingWallClock: false).rotated.isEmpty)
        let rotations = try await store.service.listKeyRotations(
            keyID: key.keyID, includeAllKeyMaterial: false, limit: nil, marker: nil)
        #expect(rotations.elements.map(\.rotationType) == [.automatic])
        #expect(rotations.elements.map(\.rotationDate) == [store.clock.now])
        #expect(try await store.service.getKeyRotationStatus(keyID: key.keyID).nextRotationDate == store.clock.now.adding(days: 90))
        #expect(try await store.decrypt(blob) == [1])
        #expect(try CiphertextBlobHeader(parsing: try await store.encrypt([1], key.keyID)).version == 2)
        #expect(try store.events().contains { $0.eventName == "RotateKey" && $0.resources == [key.arn] })
    }

    @Test func `Rotation waits while a key is disabled and catches up when it is enabled`() async throws {
        let store = try TestStore()
        let key = try await store.makeKey()
        try await store.service.enableKeyRotation(keyID: key.keyID, rotationPeriodInDays: 90)
        try await store.service.disableKey(keyID: key.keyID)
        store.clock.pass(.days(200))
        #expect(try store.service.performMaintenance(trustingWallClock: false).rotated.isEmpty)
        try await store.service.enableKey(keyID: key.keyID)
        #expect(try store.service.performMaintenance(trustingWallClock: false).rotated == [key.arn])
    }
}

@Suite struct ExpiryTimeTests {
    private static let material = [UInt8](repeating: 8, count: 32)

    @Test func `Imported material stops working at its date and works again after it was imported again`() async throws {
        let store = try TestStore()
        let key = try await store.makeKey(origin: .external)
        try await store.importMaterial(Self.material, into: key.keyID, validTo: store.clock.now.adding(days: 10))
        let blob = try await store.encrypt([1], key.keyID)
        store.clock.pass(.days(9.99))
        #expect(try await store.decrypt(blob) == [1])
        store.clock.pass(.days(0.01))
        // At once, before any maintenance has run.
        #expect(try await refusal { _ = try await store.decrypt(blob) }.message == "\(key.arn) is pending import.")
        #expect(try store.service.performMaintenance(trustingWallClock: false).expired == [key.arn])
        #expect(try await store.state(key.keyID) == .pendingImport)
        #expect(store.records.purgeCount == 1)

        let other = try await refusal { try await store.importMaterial([UInt8](repeating: 9, count: 32), into: key.keyID) }
        #expect(other.code == .incorrectKeyMaterial)
        try await store.importMaterial(Self.material, into: key.keyID)
        #expect(try await store.state(key.keyID) == .enabled)
        #expect(try await store.decrypt(blob) == [1])
    }

    @Test func `A wall clock that jumps forward makes material unusable but erases nothing, and setting it back does not revive it`()
        async throws
    {
        let store = try TestStore()
        let key = try await store.makeKey(origin: .external)
        try await store.importMaterial(Self.material, into: key.keyID, validTo: store.clock.now.adding(days: 10))
        let blob = try await store.encrypt([1], key.keyID)
        store.clock.setWall(by: .days(20))
        #expect(try store.service.performMaintenance(trustingWallClock: false).expired == [key.arn])
        #expect(store.records.purgeCount == 0)
        store.clock.setWall(by: .days(-20))
        #expect(try await refusal { _ = try await store.decrypt(blob) }.code == .invalidState)
        #expect(try await refusal { _ = try await store.reopen().decrypt(DecryptRequest(ciphertextBlob: blob)) }.code == .invalidState)
        store.clock.pass(.days(10))
        _ = try store.service.performMaintenance(trustingWallClock: false)
        #expect(store.records.purgeCount == 1)
    }

    @Test func `Material that waits for its rotation may expire without taking the key along`() async throws {
        let store = try TestStore()
        let key = try await store.makeKey(origin: .external)
        try await store.importMaterial(Self.material, into: key.keyID)
        try await store.importMaterial(
            [UInt8](repeating: 9, count: 32), into: key.keyID, validTo: store.clock.now.adding(days: 1), type: .newKeyMaterial)
        store.clock.pass(.days(2))
        _ = try store.service.performMaintenance(trustingWallClock: false)
        #expect(try await store.state(key.keyID) == .enabled)
        #expect(try await store.decrypt(store.encrypt([1], key.keyID)) == [1])
    }
}

@Suite struct AttestedClockTests {
    @Test func `A clock is encoded and read back, and every prefix is refused`() throws {
        var clock = AttestedClock(start: ClockReading(wall: Timestamp(seconds: 5), bootID: [UInt8](0..<16), sinceBoot: 7))
        clock.observe(ClockReading(wall: Timestamp(seconds: 4), bootID: [UInt8](0..<16), sinceBoot: 10))
        #expect(clock.elapsed == 3)
        #expect(clock.latestWall == Timestamp(seconds: 5))
        var reader = ByteReader(clock.encoded)
        #expect(AttestedClock(reading: &reader) == clock)
        for count in clock.encoded.indices {
            var reader = ByteReader(Array(clock.encoded[..<count]))
            #expect(AttestedClock(reading: &reader) == nil)
        }
    }

    @Test func `A boot clock that goes back counts as no time`() throws {
        var clock = AttestedClock(start: ClockReading(wall: Timestamp(seconds: 5), bootID: [UInt8](0..<16), sinceBoot: 7))
        clock.observe(ClockReading(wall: Timestamp(seconds: 5), bootID: [UInt8](0..<16), sinceBoot: 2))
        #expect(clock.elapsed == 0)
    }

    @Test(arguments: [(Int.max, Int64.max), (1, 86_400_000_000_001)])
    func `Adding days saturates`(days: Int, nanoseconds: Int64) {
        #expect(Timestamp(nanoseconds: 1).adding(days: days) == Timestamp(nanoseconds: nanoseconds))
    }
}
