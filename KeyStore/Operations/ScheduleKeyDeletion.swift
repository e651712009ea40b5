import AuditTrail

extension LocalKeyService {
    private static let defaultWindowInDays = 30

    public func scheduleKeyDeletion(keyID: String, pendingWindowInDays: Int?) async throws(KeyStoreError) -> ScheduleKeyDeletionResponse {
        let days = pendingWindowInDays ?? Self.defaultWindowInDays
        let event = OperationEvent(
            "ScheduleKeyDeletion", [("keyId", .string(keyID)), ("pendingWindowInDays", .integer(Int64(days)))])
        return try change(event) { transaction, event throws(KeyStoreError) in
            try Limits.check(days, in: KeyRecord.pendingWindowRange, member: "pendingWindowInDays")
            var record = try find(keyID, in: transaction.snapshot, &event)
            let arn = identity.keyARN(record.keyID)
            try record.requireNotPendingDeletion(arn: arn)
            try environment.deletionGate?.approveDeletion(of: arn)
            let clock = transaction.catalog.clock
            let date = clock.latestWall.adding(days: days)
            record.state = .pendingDeletion
            record.deletion = KeyRecord.Deletion(date: date, windowInDays: days, attestedStart: clock.elapsed)
            try transaction.put(record)
            event.response = [("keyId", .string(arn)), ("keyState", .string(record.state.rawValue))]
            return ScheduleKeyDeletionResponse(
                keyARN: arn, deletionDate: date, keyState: .pendingDeletion, pendingWindowInDays: days)
        }
    }

    public func cancelKeyDeletion(keyID: String) async throws(KeyStoreError) -> String {
        try change(OperationEvent("CancelKeyDeletion", [("keyId", .string(keyID))])) { transaction, event throws(KeyStoreError) in
            var record = try find(keyID, in: transaction.snapshot, &event)
            let arn = identity.keyARN(record.keyID)
            guard record.state == .pendingDeletion else { throw KeyStoreError(.invalidState, "\(arn) is not pending deletion.") }
            // Imported material may have been deleted or have expired meanwhile.
            let current = record.currentVersion
            let isComplete = try transaction.snapshot.versions(of: record.keyID).allSatisfy { $0.version > current || $0.isUsable }
            record.state = current > 0 && isComplete ? .disabled : .pendingImport
            record.deletion = nil
            try transaction.put(record)
            return arn
        }
    }

    /// Destroys a key: its record, every wrapped version and its aliases. What is left are ciphertexts that nothing opens.
    func destroy(_ record: KeyRecord, in transaction: inout CatalogTransaction) throws(KeyStoreError) {
        for alias in try transaction.snapshot.aliases(of: record.keyID, limit: AliasRecord.maximumPerKey) {
            try transaction.remove(alias.id)
        }
        for version in try transaction.snapshot.versions(of: record.keyID) { try transaction.remove(version.id) }
        try transaction.remove(record.id)
    }
}

/// Asked before a key is scheduled for deletion, by whoever protects what the key encrypts (a second factor, say).
public protocol DeletionGate: Sendable {
    /// - Throws: `AccessDeniedException` to refuse.
    func approveDeletion(of keyARN: String) throws(KeyStoreError)
}
