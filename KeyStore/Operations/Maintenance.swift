import AuditTrail

/// What time-driven work did, and what waits.
public struct MaintenanceReport: Sendable, Equatable {
    /// A key that is due by the wall clock, but whose waiting period the machine cannot attest yet.
    public struct Waiting: Sendable, Equatable {
        public let keyARN: String
        public let dueDate: Timestamp
        /// Days that still have to pass while the machine is up.
        public let unattestedDays: Int
    }

    public internal(set) var rotated: [String] = []
    public internal(set) var deleted: [String] = []
    public internal(set) var expired: [String] = []
    public internal(set) var waiting: [Waiting] = []

    var changesNothing: Bool { rotated.isEmpty && deleted.isEmpty && expired.isEmpty }
}

extension LocalKeyService {
    /// Attested time is noted at least this often while the store is in use.
    private static let observationInterval: Int64 = 3600 * 1_000_000_000

    /// Rotates, expires and deletes what is due.
    ///
    /// - Parameter trustingWallClock: an operator vouches for the wall clock: what is due by it is done, whether or not the
    ///   machine can attest that the time has passed, and a time in the future that the clock once showed by mistake is
    ///   forgotten (see `AttestedClock`).
    public func performMaintenance(trustingWallClock: Bool) throws(KeyStoreError) -> MaintenanceReport {
        let event = OperationEvent(
            "PerformMaintenance", source: .coffer, [("trustWallClock", .boolean(trustingWallClock))])
        let reading = try environment.clock.read()
        return try change(event) { transaction, event throws(KeyStoreError) in
            if trustingWallClock { transaction.replaceCatalog { $0.clock.trustWall(of: reading) } }
            let report = try maintain(&transaction, trustingWallClock: trustingWallClock, &event)
            event.response = [
                ("rotated", .array(report.rotated.map { .string($0) })), ("deleted", .array(report.deleted.map { .string($0) })),
                ("expired", .array(report.expired.map { .string($0) })),
            ]
            return report
        }
    }

    /// On opening: writes only when something is due or attested time should be noted.
    func performDueMaintenance() throws(KeyStoreError) {
        let reading = try environment.clock.read()
        let root = root
        let isDue = try environment.records.read { reader throws(KeyStoreError) in
            let snapshot = CatalogSnapshot(reader: reader, root: root)
            let stored = try snapshot.catalog().clock
            let clock = stored.observing(reading)
            if clock.elapsed - stored.elapsed >= Self.observationInterval { return true }
            return try isAnythingDue(snapshot, clock)
        }
        if isDue { _ = try performMaintenance(trustingWallClock: false) }
    }

    private func isAnythingDue(_ snapshot: CatalogSnapshot, _ clock: AttestedClock) throws(KeyStoreError) -> Bool {
        var last: String?
        while true {
            let keys = try snapshot.keys(after: last, limit: 256)
            guard let end = keys.last else { return false }
            for key in keys {
                if key.isRotationDue(clock) || key.deletion?.isDue(clock, trustingWallClock: false) == true { return true }
                guard key.origin == .external else { continue }
                for version in try snapshot.versions(of: key.keyID)
                where version.isExpiryDue(clock) || version.isErasureDue(clock, trustingWallClock: false) { return true }
            }
            last = end.keyID
        }
    }

    private func maintain(_ transaction: inout CatalogTransaction, trustingWallClock: Bool, _ event: inout OperationEvent)
        throws(KeyStoreError) -> MaintenanceReport
    {
        var report = MaintenanceReport()
        let clock = transaction.catalog.clock
        var last: String?
        while true {
            let keys = try transaction.snapshot.keys(after: last, limit: 256)
            guard let end = keys.last else { return report }
            for var key in keys {
                let arn = identity.keyARN(key.keyID)
                if let deletion = key.deletion, deletion.isDue(clock, trustingWallClock: trustingWallClock) {
                    try destroy(key, in: &transaction)
                    report.deleted.append(arn)
                    try noteServiceEvent("DeleteKey", arn, transaction)
                    continue
                }
                if let deletion = key.deletion, deletion.date <= clock.latestWall {
                    report.waiting.append(
                        MaintenanceReport.Waiting(keyARN: arn, dueDate: deletion.date, unattestedDays: deletion.unattestedDays(clock)))
                }
                if key.isRotationDue(clock) {
                    try rotateAutomatically(&key, in: &transaction)
                    report.rotated.append(arn)
                    try noteServiceEvent("RotateKey", arn, transaction)
                }
                if try expireMaterial(of: &key, in: &transaction, clock, trustingWallClock: trustingWallClock) {
                    report.expired.append(arn)
                    try noteServiceEvent("DeleteExpiredKeyMaterial", arn, transaction)
                }
            }
            last = end.keyID
        }
    }

    private func noteServiceEvent(_ name: String, _ arn: String, _ transaction: CatalogTransaction) throws(KeyStoreError) {
        var event = OperationEvent(name, isServiceEvent: true)
        event.concerns(arn)
        _ = try Self.append(event, nil, environment, identity, transaction.catalog.clock.latestWall)
    }

    /// One new version, however many periods were missed, and the next date in the future.
    private func rotateAutomatically(_ key: inout KeyRecord, in transaction: inout CatalogTransaction) throws(KeyStoreError) {
        guard var rotation = key.rotation else { return }
        rotation.nextDate = transaction.catalog.clock.latestWall.adding(days: rotation.periodInDays)
        key.rotation = rotation
        try addVersion(to: &key, in: &transaction, type: .automatic)
    }

    /// - Returns: whether material became unusable or was erased.
    private func expireMaterial(
        of key: inout KeyRecord, in transaction: inout CatalogTransaction, _ clock: AttestedClock, trustingWallClock: Bool
    ) throws(KeyStoreError) -> Bool {
        guard key.origin == .external else { return false }
        var hasChanged = false
        var losesMaterial = false
        for var version in try transaction.snapshot.versions(of: key.keyID) {
            let expires = version.isExpiryDue(clock)
            if expires { version.importInfo?.isExpired = true }
            let erases = version.isErasureDue(clock, trustingWallClock: trustingWallClock)
            if erases {
                version.wrappedMaterial = nil
                transaction.noteRemovedMaterial()
            }
            guard expires || erases else { continue }
            hasChanged = true
            // Material that waits for its rotation is not missed yet.
            losesMaterial = losesMaterial || version.version <= key.currentVersion
            try transaction.put(version)
        }
        if losesMaterial, key.state != .pendingDeletion {
            key.state = .pendingImport
            try transaction.put(key)
        }
        return hasChanged
    }
}

extension KeyRecord {
    /// Rotation pauses while a key is disabled and catches up when it is enabled (AWS KMS developer guide).
    func isRotationDue(_ clock: AttestedClock) -> Bool {
        guard let rotation, state == .enabled else { return false }
        return rotation.nextDate <= clock.latestWall
    }
}

extension KeyRecord.Deletion {
    /// Irreversible, so both clocks must agree.
    func isDue(_ clock: AttestedClock, trustingWallClock: Bool) -> Bool {
        date <= clock.latestWall && (trustingWallClock || clock.elapsed - attestedStart >= attestedWindow)
    }

    func unattestedDays(_ clock: AttestedClock) -> Int {
        let missing = max(0, attestedWindow - (clock.elapsed - attestedStart))
        return Int((missing + Timestamp.nanosecondsPerDay - 1) / Timestamp.nanosecondsPerDay)
    }

    private var attestedWindow: Int64 { Int64(windowInDays) * Timestamp.nanosecondsPerDay }
}

extension KeyVersionRecord {
    /// Unusable from its date on; that can be undone by importing the same material again.
    func isExpiryDue(_ clock: AttestedClock) -> Bool {
        guard let importInfo, !importInfo.isExpired, wrappedMaterial != nil, let validTo = importInfo.validTo else { return false }
        return validTo <= clock.latestWall
    }

    /// Erasing cannot be undone here, so both clocks must agree.
    func isErasureDue(_ clock: AttestedClock, trustingWallClock: Bool) -> Bool {
        guard let importInfo, importInfo.isExpired, wrappedMaterial != nil, let validTo = importInfo.validTo else { return false }
        let lifetime = validTo.nanoseconds - importInfo.importDate.nanoseconds
        return trustingWallClock || clock.elapsed - importInfo.attestedStart >= lifetime
    }
}
