import AuditTrail

extension LocalKeyService {
    public func createAlias(aliasName: String, targetKeyID: String) async throws(KeyStoreError) {
        try change(Self.aliasEvent("CreateAlias", aliasName, targetKeyID)) { transaction, event throws(KeyStoreError) in
            try AliasRecord.validate(name: aliasName)
            let target = try aliasTarget(targetKeyID, in: transaction.snapshot, &event)
            guard try transaction.snapshot.alias(aliasName) == nil else {
                throw KeyStoreError(.alreadyExists, "An alias with the name \(identity.aliasARN(aliasName)) already exists")
            }
            try checkRoomForAlias(of: target, in: transaction.snapshot)
            let now = transaction.catalog.clock.latestWall
            try transaction.put(AliasRecord(name: aliasName, targetKeyID: target.keyID, creationDate: now, lastUpdatedDate: now))
        }
    }

    public func updateAlias(aliasName: String, targetKeyID: String) async throws(KeyStoreError) {
        try change(Self.aliasEvent("UpdateAlias", aliasName, targetKeyID)) { transaction, event throws(KeyStoreError) in
            try AliasRecord.validate(name: aliasName)
            var alias = try existingAlias(aliasName, in: transaction.snapshot)
            let target = try aliasTarget(targetKeyID, in: transaction.snapshot, &event)
            guard let old = try transaction.snapshot.key(alias.targetKeyID) else {
                throw KeyStoreError(.damagedRecord, "\(aliasName) points to a key that does not exist")
            }
            event.concerns(identity.keyARN(old.keyID))
            guard old.usage == target.usage, old.spec.isAsymmetric == target.spec.isAsymmetric, old.spec.isHMAC == target.spec.isHMAC else {
                throw KeyStoreError(
                    .validation,
                    "Alias cannot be updated to a key of another type or usage: \(old.usage.rawValue) to \(target.usage.rawValue)")
            }
            if target.keyID != old.keyID { try checkRoomForAlias(of: target, in: transaction.snapshot) }
            alias.targetKeyID = target.keyID
            alias.lastUpdatedDate = transaction.catalog.clock.latestWall
            try transaction.put(alias)
        }
    }

    public func deleteAlias(aliasName: String) async throws(KeyStoreError) {
        let event = OperationEvent("DeleteAlias", [("aliasName", .string(aliasName))])
        try change(event) { transaction, event throws(KeyStoreError) in
            try AliasRecord.validate(name: aliasName)
            let alias = try existingAlias(aliasName, in: transaction.snapshot)
            event.concerns(identity.keyARN(alias.targetKeyID))
            try transaction.remove(alias.id)
        }
    }

    public func listAliases(keyID: String?, limit: Int?, marker: String?) async throws(KeyStoreError) -> Page<AliasListEntry> {
        let event = OperationEvent("ListAliases", readOnly: true, keyID.map { [("keyId", .string($0))] } ?? [])
        return try await view(event) { snapshot, event throws(KeyStoreError) in
            let limit = limit ?? 50
            try Limits.check(limit, in: 1...100, member: "limit")
            if let marker, !marker.hasPrefix(AliasRecord.prefix) {
                throw KeyStoreError(.invalidMarker, "the marker is not one of this listing")
            }
            var target: String?
            if let keyID { target = try find(keyID, in: snapshot, &event).keyID }
            let found = try snapshot.aliases(after: marker, of: target, limit: limit + 1).map {
                AliasListEntry(
                    aliasName: $0.name, aliasARN: identity.aliasARN($0.name), targetKeyID: $0.targetKeyID, creationDate: $0.creationDate,
                    lastUpdatedDate: $0.lastUpdatedDate)
            }
            return Page(found, limit: limit, marker: \.aliasName)
        }
    }

    private func existingAlias(_ name: String, in snapshot: CatalogSnapshot) throws(KeyStoreError) -> AliasRecord {
        guard let alias = try snapshot.alias(name) else {
            throw KeyStoreError(.notFound, "Alias \(identity.aliasARN(name)) is not found.")
        }
        return alias
    }

    private func aliasTarget(_ keyID: String, in snapshot: CatalogSnapshot, _ event: inout OperationEvent) throws(KeyStoreError)
        -> KeyRecord
    {
        let target = try find(keyID, in: snapshot, &event)
        try target.requireNotPendingDeletion(arn: identity.keyARN(target.keyID))
        return target
    }

    private func checkRoomForAlias(of target: KeyRecord, in snapshot: CatalogSnapshot) throws(KeyStoreError) {
        guard try snapshot.aliases(of: target.keyID, limit: AliasRecord.maximumPerKey).count < AliasRecord.maximumPerKey else {
            throw KeyStoreError(.limitExceeded, "a key has at most \(AliasRecord.maximumPerKey) aliases")
        }
    }

    private static func aliasEvent(_ name: String, _ aliasName: String, _ target: String) -> OperationEvent {
        OperationEvent(name, [("aliasName", .string(aliasName)), ("targetKeyId", .string(target))])
    }
}
