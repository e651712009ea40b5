import AuditTrail

extension LocalKeyService {
    public func enableKey(keyID: String) async throws(KeyStoreError) {
        try setState(keyID, .enabled, OperationEvent("EnableKey", [("keyId", .string(keyID))]))
    }

    public func disableKey(keyID: String) async throws(KeyStoreError) {
        try setState(keyID, .disabled, OperationEvent("DisableKey", [("keyId", .string(keyID))]))
    }

    private func setState(_ keyID: String, _ state: KeyState, _ event: OperationEvent) throws(KeyStoreError) {
        try change(event) { transaction, event throws(KeyStoreError) in
            var record = try find(keyID, in: transaction.snapshot, &event)
            let arn = identity.keyARN(record.keyID)
            try record.requireNotPendingDeletion(arn: arn)
            guard record.state != .pendingImport else { throw KeyStoreError(.invalidState, "\(arn) is pending import.") }
            record.state = state
            try transaction.put(record)
        }
    }

    public func updateKeyDescription(keyID: String, description: String) async throws(KeyStoreError) {
        let event = OperationEvent("UpdateKeyDescription", [("keyId", .string(keyID)), ("description", .string(description))])
        try change(event) { transaction, event throws(KeyStoreError) in
            try Self.checkDescription(description)
            var record = try find(keyID, in: transaction.snapshot, &event)
            try record.requireNotPendingDeletion(arn: identity.keyARN(record.keyID))
            record.description = description
            try transaction.put(record)
        }
    }
}
