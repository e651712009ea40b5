import AuditTrail
import OpenSSL

extension LocalKeyService {
    public static func isInitialized(_ records: any KeyRecordStore) throws(KeyStoreError) -> Bool {
        try records.read { reader throws(KeyStoreError) in
            do throws(KeyRecordStoreError) { return try reader.record(.catalog) != nil } catch { throw KeyStoreError(error) }
        }
    }

    /// Makes a store: a fresh root key, one seal that opens it, and the key that authenticates the audit trail. All or nothing.
    /// - Throws: `StoreAlreadyExists`.
    public static func initialize(
        _ environment: KeyStoreEnvironment, identity: StoreIdentity, seal: consuming NewSeal, label: String
    ) throws(KeyStoreError) -> LocalKeyService {
        let reading = try environment.clock.read()
        let root: RootKey
        do { root = try RootKey.generate(generation: 1) } catch { throw KeyStoreError(error) }
        let auditKey = try SecretBytes.generate(32)
        let made = try SealSlot.make(seal, label: label, root: root, now: reading.wall)
        guard let opener = made.opener else {
            throw KeyStoreError(.validation, "a store needs a passphrase or a key file for daily use; add a recovery seal to it afterwards")
        }
        let catalog = try environment.records.write { records throws(KeyStoreError) in
            try create(records, environment, identity, made.record, root, auditKey, reading)
        }
        return LocalKeyService(environment: environment, catalog: catalog, root: root, seal: opener)
    }

    private static func create(
        _ records: any KeyRecordTransaction, _ environment: KeyStoreEnvironment, _ identity: StoreIdentity, _ seal: SealRecord,
        _ root: RootKey, _ auditKey: borrowing SecretBytes, _ reading: ClockReading
    ) throws(KeyStoreError) -> CatalogRecord {
        let existing: StoredRecord?
        do { existing = try records.record(.catalog) } catch { throw KeyStoreError(error) }
        guard existing == nil else { throw KeyStoreError(.storeAlreadyExists, "there is already a key store here; nothing was changed") }
        let wrapped: [UInt8]
        do { wrapped = try root.seal(auditKey, label: .auditKey, binding: []) } catch { throw KeyStoreError(error) }
        try authenticateTrail(environment.trail, auditKey)
        let catalog = CatalogRecord(
            identity: identity, creationDate: reading.wall, revision: 0, rootGeneration: root.generation, digest: .none,
            clock: AttestedClock(start: reading), auditPosition: AuditPosition.start, wrappedAuditKey: wrapped)
        var transaction = CatalogTransaction(starting: records, root: root, catalog: catalog)
        try transaction.insert(seal)
        let event = OperationEvent("InitializeStore", source: .coffer, [("seal", .string(seal.kind.rawValue))])
        let position = try append(event, nil, environment, identity, reading.wall)
        try transaction.finish(auditPosition: position)
        return transaction.catalog
    }

    static func authenticateTrail(_ trail: AuditTrail, _ key: borrowing SecretBytes) throws(KeyStoreError) {
        let copy = try key.duplicate()
        do { try trail.authenticate(with: copy) } catch { throw KeyStoreError(error) }
    }

    static func append(
        _ event: OperationEvent, _ error: KeyStoreError?, _ environment: KeyStoreEnvironment, _ identity: StoreIdentity, _ time: Timestamp
    ) throws(KeyStoreError) -> AuditPosition {
        let caller = environment.caller
        let record = try event.record(
            by: caller.principal(in: identity), with: caller.userAgent, in: identity.region, at: time, error: error)
        do { return try environment.trail.append(record) } catch { throw KeyStoreError(error) }
    }
}
