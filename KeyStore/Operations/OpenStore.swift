import AuditTrail
import OpenSSL

extension LocalKeyService {
    /// The seals as they stand in the store, readable without opening it: how else would one know which key file to read?
    /// They are authenticated only once one of them has opened the root key.
    public static func seals(_ records: any KeyRecordStore) throws(KeyStoreError) -> [SealDescription] {
        try storedSeals(records).seals.map(\.summary).sorted { $0.creationDate < $1.creationDate }
    }

    private struct StoredSeals {
        let seals: [SealRecord]
        /// Which root key they open, from the same snapshot.
        let rootGeneration: UInt32
    }

    private static func storedSeals(_ records: any KeyRecordStore) throws(KeyStoreError) -> StoredSeals {
        let (catalog, stored) = try records.read { reader throws(KeyStoreError) in
            do throws(KeyRecordStoreError) { return (try reader.record(.catalog), try reader.seals()) } catch { throw KeyStoreError(error) }
        }
        guard let catalog else { throw KeyStoreError(.storeNotFound, "there is no key store here; make one with 'coffer init'") }
        guard let generation = CatalogRecord.rootGeneration(ofUnauthenticated: catalog.body) else {
            throw KeyStoreError(.newerFormat, "the \(RecordID.catalog) is damaged or of a form that this version of coffer does not know")
        }
        var seals: [SealRecord] = []
        for record in stored.prefix(SealRecord.maximumCount) {
            guard let seal = SealRecord(encoded: record.body) else {
                throw KeyStoreError(.damagedRecord, "\(record.id) is damaged or of a form that this version of coffer does not know")
            }
            seals.append(seal)
        }
        return StoredSeals(seals: seals, rootGeneration: generation)
    }

    /// Opens a store and does what has become due meanwhile (rotation, deletion, expiry).
    ///
    /// - Throws: `StoreSealed` when no seal opens with the credential, with the same work and words whatever was wrong with
    ///   it; `DamagedRecord` when the store is not what its root key authenticated.
    public static func open(_ environment: KeyStoreEnvironment, with credential: consuming SealCredential) throws(KeyStoreError)
        -> LocalKeyService
    {
        let stored = try storedSeals(environment.records)
        guard let opened = try SealSlot.openAny(stored.seals, with: credential) else {
            let refusal = KeyStoreError(.sealed, "no seal of this store opens with what was given")
            let event = OperationEvent("OpenStore", source: .coffer, readOnly: true)
            // Whether it can be recorded or not, nothing is opened, and that is why.
            _ = try? append(event, refusal, environment, StoreIdentity(), environment.clock.read().wall)
            throw refusal
        }
        let root: RootKey
        do { root = try RootKey(bytes: opened.root.copy(), generation: stored.rootGeneration) } catch { throw KeyStoreError(error) }
        let catalog = try environment.records.read { reader throws(KeyStoreError) in
            let snapshot = CatalogSnapshot(reader: reader, root: root)
            try snapshot.verifyAll()
            return try snapshot.catalog()
        }
        let auditKey: SecretBytes
        do { auditKey = try root.open(catalog.wrappedAuditKey, label: .auditKey, binding: []) } catch {
            throw KeyStoreError(.damagedRecord, "the audit key in the \(RecordID.catalog) is damaged")
        }
        try authenticateTrail(environment.trail, auditKey)
        let service = LocalKeyService(environment: environment, catalog: catalog, root: root, seal: opened.seal)
        try service.performDueMaintenance()
        return service
    }
}
