import AuditTrail
import OpenSSL

extension LocalKeyService {
    public func listSeals() throws(KeyStoreError) -> [SealDescription] {
        let root = root
        return try environment.records.read { reader throws(KeyStoreError) in
            try CatalogSnapshot(reader: reader, root: root).seals().map(\.summary).sorted { $0.creationDate < $1.creationDate }
        }
    }

    public func addSeal(_ seal: consuming NewSeal, label: String) throws(KeyStoreError) -> SealDescription {
        let made: SealSlot.Made
        do throws(KeyStoreError) { made = try SealSlot.make(seal, label: label, root: root, now: now()) } catch {
            throw try refused(OperationEvent("AddSeal", source: .coffer), error)
        }
        let event = Self.sealEvent("AddSeal", Hex.encode(made.record.sealID), made.record.kind)
        return try change(event) { transaction, _ throws(KeyStoreError) in
            guard try transaction.snapshot.seals().count < SealRecord.maximumCount else {
                throw KeyStoreError(.limitExceeded, "a store has at most \(SealRecord.maximumCount) seals")
            }
            try transaction.put(made.record)
            return made.record.summary
        }
    }

    /// Replaces a seal. The new one has been opened before the old one goes, and both steps are one commit.
    public func changeSeal(id: String, to seal: consuming NewSeal, label: String?) throws(KeyStoreError) -> SealDescription {
        let old: SealRecord
        let made: SealSlot.Made
        do throws(KeyStoreError) {
            old = try self.seal(id)
            made = try SealSlot.make(seal, label: label ?? old.label, root: root, now: now())
        } catch {
            throw try refused(OperationEvent("ChangeSeal", source: .coffer, [("sealId", .string(id))]), error)
        }
        return try change(Self.sealEvent("ChangeSeal", id, made.record.kind)) { transaction, event throws(KeyStoreError) in
            _ = try Self.find(id, in: transaction.snapshot.seals())
            try transaction.put(made.record)
            try transaction.remove(old.id)
            transaction.noteRemovedMaterial()
            try Self.checkDailySealRemains(transaction.snapshot)
            event.response = [("sealId", .string(Hex.encode(made.record.sealID)))]
            return made.record.summary
        }
    }

    public func removeSeal(id: String) throws(KeyStoreError) {
        let event = OperationEvent("RemoveSeal", source: .coffer, [("sealId", .string(id))])
        try change(event) { transaction, _ throws(KeyStoreError) in
            let old = try Self.find(id, in: transaction.snapshot.seals())
            try transaction.remove(old.id)
            transaction.noteRemovedMaterial()
            try Self.checkDailySealRemains(transaction.snapshot)
        }
    }

    private func seal(_ id: String) throws(KeyStoreError) -> SealRecord {
        let root = root
        return try environment.records.read { reader throws(KeyStoreError) in
            try Self.find(id, in: CatalogSnapshot(reader: reader, root: root).seals())
        }
    }

    /// By id, or by a beginning of it that no other seal has.
    private static func find(_ id: String, in seals: [SealRecord]) throws(KeyStoreError) -> SealRecord {
        let found = id.utf8.count < 4 ? [] : seals.filter { Hex.encode($0.sealID).hasPrefix(id) }
        guard found.count <= 1 else { throw KeyStoreError(.validation, "several seals have an id that begins with '\(id)'") }
        guard let seal = found.first else { throw KeyStoreError(.notFound, "there is no seal '\(id)'") }
        return seal
    }

    private static func checkDailySealRemains(_ snapshot: CatalogSnapshot) throws(KeyStoreError) {
        guard try snapshot.seals().contains(where: { $0.kind != .recovery }) else {
            throw KeyStoreError(.invalidState, "this is the last passphrase or key file of the store; add another one first")
        }
    }

    private static func sealEvent(_ name: String, _ id: String, _ kind: SealKind) -> OperationEvent {
        OperationEvent(name, source: .coffer, [("sealId", .string(id)), ("kind", .string(kind.rawValue))])
    }
}
