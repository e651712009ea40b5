import AuditTrail

extension LocalKeyService {
    private static let defaultPeriodInDays = 365

    public func enableKeyRotation(keyID: String, rotationPeriodInDays: Int?) async throws(KeyStoreError) {
        var parameters: [(String, AuditValue)] = [("keyId", .string(keyID))]
        if let days = rotationPeriodInDays { parameters.append(("rotationPeriodInDays", .integer(Int64(days)))) }
        try change(OperationEvent("EnableKeyRotation", parameters)) { transaction, event throws(KeyStoreError) in
            var record = try rotatableKey(keyID, in: transaction.snapshot, &event)
            let days = rotationPeriodInDays ?? record.rotation?.periodInDays ?? Self.defaultPeriodInDays
            try Limits.check(days, in: KeyRecord.rotationPeriodRange, member: "rotationPeriodInDays")
            let start = transaction.catalog.clock.latestWall
            record.rotation = KeyRecord.Rotation(periodInDays: days, nextDate: start.adding(days: days))
            try transaction.put(record)
        }
    }

    public func disableKeyRotation(keyID: String) async throws(KeyStoreError) {
        try change(OperationEvent("DisableKeyRotation", [("keyId", .string(keyID))])) { transaction, event throws(KeyStoreError) in
            var record = try rotatableKey(keyID, in: transaction.snapshot, &event)
            record.rotation = nil
            try transaction.put(record)
        }
    }

    /// Automatic rotation is for symmetric keys made here (AWS KMS developer guide, "Rotating keys").
    private func rotatableKey(_ keyID: String, in snapshot: CatalogSnapshot, _ event: inout OperationEvent) throws(KeyStoreError)
        -> KeyRecord
    {
        let record = try find(keyID, in: snapshot, &event)
        try requireRotations(record)
        let arn = identity.keyARN(record.keyID)
        guard record.origin == .awsKMS else {
            throw KeyStoreError(.unsupportedOperation, "\(arn) origin is EXTERNAL which is not valid for this operation.")
        }
        try record.requireUsable(arn: arn)
        return record
    }

    private func requireRotations(_ record: KeyRecord) throws(KeyStoreError) {
        guard record.spec != .symmetricDefault else { return }
        let name = "\(identity.keyARN(record.keyID)) is \(record.spec.rawValue)"
        throw KeyStoreError(.unsupportedOperation, "\(name): only symmetric encryption keys rotate; make a new key, and give it the alias.")
    }

    public func getKeyRotationStatus(keyID: String) async throws(KeyStoreError) -> GetKeyRotationStatusResponse {
        let event = OperationEvent("GetKeyRotationStatus", readOnly: true, [("keyId", .string(keyID))])
        return try await view(event) { snapshot, event throws(KeyStoreError) in
            let record = try find(keyID, in: snapshot, &event)
            try requireRotations(record)
            let rotation = record.state == .pendingDeletion ? nil : record.rotation
            return GetKeyRotationStatusResponse(
                keyARN: identity.keyARN(record.keyID), keyRotationEnabled: rotation != nil, rotationPeriodInDays: rotation?.periodInDays,
                nextRotationDate: rotation?.nextDate)
        }
    }

    public func listKeyRotations(keyID: String, includeAllKeyMaterial: Bool, limit: Int?, marker: String?) async throws(KeyStoreError)
        -> Page<RotationListEntry>
    {
        let event = OperationEvent("ListKeyRotations", readOnly: true, [("keyId", .string(keyID))])
        return try await view(event) { snapshot, event throws(KeyStoreError) in
            let limit = limit ?? 100
            try Limits.check(limit, in: 1...1000, member: "limit")
            let first = try marker.map { marker throws(KeyStoreError) in
                guard let version = UInt32(marker) else { throw KeyStoreError(.invalidMarker, "the marker is not one of this listing") }
                return version
            }
            let record = try find(keyID, in: snapshot, &event)
            try requireRotations(record)
            let versions = try snapshot.versions(of: record.keyID)
                .filter { ($0.rotation != nil || includeAllKeyMaterial) && $0.version > (first ?? 0) }
            let page = Page(versions, limit: limit, marker: { String($0.version) })
            return Page(
                elements: page.elements.map { Self.entry($0, of: record) }, nextMarker: page.nextMarker)
        }
    }

    private static func entry(_ version: KeyVersionRecord, of key: KeyRecord) -> RotationListEntry {
        let state: KeyMaterialState =
            if version.version == key.currentVersion { .current } else if version.version > key.currentVersion { .pendingRotation } else {
                .nonCurrent
            }
        return RotationListEntry(
            keyID: key.keyID, keyVersion: version.version, keyMaterialID: Hex.encode(version.materialID), keyMaterialState: state,
            keyMaterialDescription: version.importInfo.flatMap { $0.description.isEmpty ? nil : $0.description },
            importState: version.importInfo.map { _ in version.isUsable ? .imported : .pendingImport },
            expirationModel: version.importInfo.map { $0.validTo == nil ? .doesNotExpire : .expires }, validTo: version.importInfo?.validTo,
            rotationDate: version.rotation?.date, rotationType: version.rotation?.type)
    }

    /// Makes a new version current: fresh material, or for an EXTERNAL key the imported material that waits for it.
    public func rotateKeyOnDemand(keyID: String) async throws(KeyStoreError) -> String {
        try change(OperationEvent("RotateKeyOnDemand", [("keyId", .string(keyID))])) { transaction, event throws(KeyStoreError) in
            var record = try find(keyID, in: transaction.snapshot, &event)
            let arn = identity.keyARN(record.keyID)
            try requireRotations(record)
            try record.requireUsable(arn: arn)
            guard Int(record.onDemandRotationCount) < KeyRecord.maximumOnDemandRotations else {
                throw KeyStoreError(
                    .limitExceeded,
                    "The on-demand rotations limit has been reached for the given keyId. No more on-demand rotations can be performed "
                        + "for this key: \(arn)")
            }
            record.onDemandRotationCount += 1
            if record.origin == .external {
                try activatePendingVersion(of: &record, in: &transaction, arn: arn)
            } else {
                try addVersion(to: &record, in: &transaction, type: .onDemand)
            }
            return arn
        }
    }

    func addVersion(to record: inout KeyRecord, in transaction: inout CatalogTransaction, type: RotationType) throws(KeyStoreError) {
        let now = transaction.catalog.clock.latestWall
        let version = try NewMaterial(record.spec).version(
            record.lastVersion + 1, of: record, root: root, now: now, rotation: KeyVersionRecord.Rotation(date: now, type: type))
        record.lastVersion = version.version
        record.currentVersion = version.version
        try transaction.put(record)
        try transaction.put(version)
    }

    private func activatePendingVersion(of record: inout KeyRecord, in transaction: inout CatalogTransaction, arn: String)
        throws(KeyStoreError)
    {
        let next = record.currentVersion + 1
        guard next <= record.lastVersion, var version = try transaction.snapshot.version(next, of: record.keyID), version.isUsable else {
            throw KeyStoreError(.invalidState, "No available key material pending rotation for the key: \(arn).")
        }
        version.rotation = KeyVersionRecord.Rotation(date: transaction.catalog.clock.latestWall, type: .onDemand)
        record.currentVersion = next
        try transaction.put(record)
        try transaction.put(version)
    }
}
