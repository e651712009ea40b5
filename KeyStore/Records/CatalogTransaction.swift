import AuditTrail
import OpenSSL

/// Authenticated writing within one commit. It keeps the digest of the set of records while records come and go, and
/// `finish` writes the catalog record that belongs to them.
struct CatalogTransaction {
    private let transaction: any KeyRecordTransaction
    private let root: RootKey
    private var sum: CatalogDigest.Sum
    private(set) var catalog: CatalogRecord
    /// Whether wrapped key material was removed, so that the files must be purged after the commit.
    private(set) var removedMaterial = false

    var snapshot: CatalogSnapshot { CatalogSnapshot(reader: transaction, root: root) }

    /// Continues from the committed state.
    init(_ transaction: any KeyRecordTransaction, root: RootKey, reading: ClockReading) throws(KeyStoreError) {
        var catalog = try CatalogSnapshot(reader: transaction, root: root).catalog()
        catalog.clock.observe(reading)
        do {
            self.sum = try root.withDigestMAC { [digest = catalog.digest] hmac throws(OpenSSLError) in try digest.sum(&hmac) }
        } catch { throw KeyStoreError(error) }
        self.transaction = transaction
        self.root = root
        self.catalog = catalog
    }

    /// Starts a store, or starts over under a new root key: `put` every record again.
    init(starting transaction: any KeyRecordTransaction, root: RootKey, catalog: CatalogRecord) {
        self.transaction = transaction
        self.root = root
        self.catalog = catalog
        self.sum = .empty
    }

    /// Inserts or replaces.
    mutating func put(_ record: some IdentifiedRecord) throws(KeyStoreError) {
        try forget(record.id)
        try insert(record)
    }

    /// Inserts a record that cannot have been counted before.
    mutating func insert(_ record: some IdentifiedRecord) throws(KeyStoreError) {
        let body = record.encoded
        guard body.count <= StoredRecord.maximumBodyByteCount else {
            throw KeyStoreError(.limitExceeded, "\(record.id) would be too large to store")
        }
        let mac: [UInt8]
        do {
            mac = try root.mac(of: record.id, body: body)
            try root.withDigestMAC { hmac throws(OpenSSLError) in try sum.add(recordMAC: mac, &hmac) }
        } catch { throw KeyStoreError(error) }
        try store(StoredRecord(id: record.id, body: body, mac: mac, referencedKeyID: record.referencedKeyID))
    }

    mutating func remove(_ id: RecordID) throws(KeyStoreError) {
        try forget(id)
        if case .keyVersion = id { removedMaterial = true }
        do { try transaction.remove(id) } catch { throw KeyStoreError(error) }
    }

    /// Notes that wrapped material was dropped from a record that stays.
    mutating func noteRemovedMaterial() { removedMaterial = true }

    mutating func replaceCatalog(_ change: (inout CatalogRecord) -> Void) { change(&catalog) }

    /// Writes the catalog record; the last step of a transaction.
    mutating func finish(auditPosition: AuditPosition) throws(KeyStoreError) {
        catalog.revision += 1
        catalog.auditPosition = auditPosition
        let body: [UInt8]
        let mac: [UInt8]
        do {
            catalog.digest = try root.withDigestMAC { [sum] hmac throws(OpenSSLError) in try sum.masked(&hmac) }
            body = catalog.encoded
            mac = try root.mac(of: .catalog, body: body)
        } catch { throw KeyStoreError(error) }
        try store(StoredRecord(id: .catalog, body: body, mac: mac))
    }

    /// Takes the stored form of a record out of the sum, if there is one.
    private mutating func forget(_ id: RecordID) throws(KeyStoreError) {
        guard let old = try snapshot.fetch(id) else { return }
        try snapshot.checkMAC(old)
        do {
            try root.withDigestMAC { hmac throws(OpenSSLError) in try sum.remove(recordMAC: old.mac, &hmac) }
        } catch { throw KeyStoreError(error) }
    }

    private func store(_ record: StoredRecord) throws(KeyStoreError) {
        do { try transaction.put(record) } catch { throw KeyStoreError(error) }
    }
}
