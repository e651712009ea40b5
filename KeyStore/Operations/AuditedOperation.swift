import AuditTrail

/// The three ways in which an operation runs. Each records it, also when it is refused, before the caller hears of it.
extension LocalKeyService {
    /// An operation that uses keys and changes nothing: concurrent callers share one write to the trail.
    func use<R: ~Copyable>(_ event: OperationEvent, _ body: (inout OperationEvent) throws(KeyStoreError) -> R) async throws(KeyStoreError)
        -> R
    {
        var event = event
        let result: R
        do {
            result = try body(&event)
        } catch {
            try await recordGrouped(event, error)
            throw error
        }
        try await recordGrouped(event, nil)
        return result
    }

    /// An operation that only reads records, on one snapshot of the store.
    func view<R>(_ event: OperationEvent, _ body: (CatalogSnapshot, inout OperationEvent) throws(KeyStoreError) -> R)
        async throws(KeyStoreError) -> R
    {
        let root = root
        return try await use(event) { event throws(KeyStoreError) in
            try environment.records.read { reader throws(KeyStoreError) in
                try body(CatalogSnapshot(reader: reader, root: root), &event)
            }
        }
    }

    /// An operation that changes records. The event is durable before the change is committed: a crash in between leaves an
    /// event without a change, never a change without an event.
    func change<R>(
        _ event: OperationEvent, requiringAnchor: Bool = true,
        _ body: (inout CatalogTransaction, inout OperationEvent) throws(KeyStoreError) -> R
    ) throws(KeyStoreError) -> R {
        let root = root
        let reading = try environment.clock.read()
        var event = event
        var removedMaterial = false
        let result: R
        do {
            var anchor: AuditPosition?
            if requiringAnchor { anchor = try checkedAnchor() }
            result = try environment.records.write { records throws(KeyStoreError) in
                var transaction = try CatalogTransaction(records, root: root, reading: reading)
                let result = try body(&transaction, &event)
                event.additional = (event.additional ?? []) + [("catalogRevision", .integer(Int64(transaction.catalog.revision + 1)))]
                if requiringAnchor { try requireContinuation(of: transaction.catalog.auditPosition, checked: anchor) }
                let position = try append(event, nil, reading.wall)
                try transaction.finish(auditPosition: position)
                removedMaterial = transaction.removedMaterial
                return result
            }
        } catch {
            if error.code != .auditUnavailable { _ = try append(event, error, reading.wall) }
            throw error
        }
        if removedMaterial {
            forgetLoadedKeys()
            try environment.records.purgeRemnants()
        }
        return result
    }

    /// Records the refusal of an operation that did not get as far as a transaction.
    /// - Returns: the error to throw.
    func refused(_ event: OperationEvent, _ error: KeyStoreError) throws(KeyStoreError) -> KeyStoreError {
        _ = try append(event, error, environment.clock.read().wall)
        return error
    }

    private func append(_ event: OperationEvent, _ error: KeyStoreError?, _ time: Timestamp) throws(KeyStoreError) -> AuditPosition {
        try Self.append(event, error, environment, identity, time)
    }

    private func recordGrouped(_ event: OperationEvent, _ error: KeyStoreError?) async throws(KeyStoreError) {
        let now = try environment.clock.read().wall
        let userAgent = environment.caller.userAgent
        let record = try event.record(by: principal, with: userAgent, in: identity.region, at: now, error: error)
        do { try await environment.trail.appendGrouped(record) } catch { throw KeyStoreError(error) }
    }
}
