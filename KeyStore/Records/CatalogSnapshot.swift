import OpenSSL

/// Authenticated reading: every record is checked against the root key before it is believed.
struct CatalogSnapshot {
    let reader: any KeyRecordReader
    let root: RootKey

    func catalog() throws(KeyStoreError) -> CatalogRecord {
        guard let stored = try fetch(.catalog) else {
            throw KeyStoreError(.damagedRecord, "the store has lost its \(RecordID.catalog); restore the store from a backup")
        }
        return try authenticated(stored) { CatalogRecord(encoded: $0) }
    }

    func key(_ keyID: String) throws(KeyStoreError) -> KeyRecord? {
        guard let stored = try fetch(.key(keyID)) else { return nil }
        return try key(stored)
    }

    func keys(after keyID: String?, limit: Int) throws(KeyStoreError) -> [KeyRecord] {
        try fetch { reader throws(KeyRecordStoreError) in try reader.keys(after: keyID, limit: limit) }.map(key)
    }

    func versions(of keyID: String) throws(KeyStoreError) -> [KeyVersionRecord] {
        let stored = try fetch { reader throws(KeyRecordStoreError) in try reader.keyVersions(of: keyID) }
        return try stored.map { stored throws(KeyStoreError) in
            try authenticated(stored) { KeyVersionRecord(encoded: $0) }
        }
    }

    func version(_ version: UInt32, of keyID: String) throws(KeyStoreError) -> KeyVersionRecord? {
        guard let stored = try fetch(.keyVersion(keyID: keyID, version: version)) else { return nil }
        return try authenticated(stored) { KeyVersionRecord(encoded: $0) }
    }

    func alias(_ name: String) throws(KeyStoreError) -> AliasRecord? {
        guard let stored = try fetch(.alias(name)) else { return nil }
        return try alias(stored)
    }

    func aliases(after name: String? = nil, of keyID: String? = nil, limit: Int) throws(KeyStoreError) -> [AliasRecord] {
        try fetch { reader throws(KeyRecordStoreError) in try reader.aliases(after: name, of: keyID, limit: limit) }.map(alias)
    }

    func seals() throws(KeyStoreError) -> [SealRecord] {
        let stored = try fetch { reader throws(KeyRecordStoreError) in try reader.seals() }
        return try stored.map { stored throws(KeyStoreError) in try authenticated(stored) { SealRecord(encoded: $0) } }
    }

    /// Checks every record and that the set of them is the one that was committed last.
    func verifyAll() throws(KeyStoreError) {
        let catalog = try catalog()
        var sum = CatalogDigest.Sum.empty
        var failure: KeyStoreError?
        try fetch { reader throws(KeyRecordStoreError) in
            try reader.forEachRecord { stored throws(KeyRecordStoreError) in
                guard failure == nil else { return }
                do throws(KeyStoreError) { try add(stored, to: &sum) } catch { failure = error }
            }
        }
        if let failure { throw failure }
        let expected: CatalogDigest.Sum
        do {
            expected = try root.withDigestMAC { hmac throws(OpenSSLError) in try catalog.digest.sum(&hmac) }
        } catch { throw KeyStoreError(error) }
        guard expected.recordCount == sum.recordCount, ConstantTime.areEqual(expected.bytes.bytes, sum.bytes.bytes) else {
            throw KeyStoreError(
                .damagedRecord,
                "records were removed from the key store or put back in an older form (\(sum.recordCount) found, "
                    + "\(expected.recordCount) expected); restore the store from a backup")
        }
    }

    private func add(_ stored: StoredRecord, to sum: inout CatalogDigest.Sum) throws(KeyStoreError) {
        try checkMAC(stored)
        do {
            try root.withDigestMAC { hmac throws(OpenSSLError) in try sum.add(recordMAC: stored.mac, &hmac) }
        } catch { throw KeyStoreError(error) }
    }

    // MARK: Authentication

    private func key(_ stored: StoredRecord) throws(KeyStoreError) -> KeyRecord {
        try authenticated(stored) { KeyRecord(encoded: $0) }
    }

    private func alias(_ stored: StoredRecord) throws(KeyStoreError) -> AliasRecord {
        try authenticated(stored) { AliasRecord(encoded: $0) }
    }

    func checkMAC(_ stored: StoredRecord) throws(KeyStoreError) {
        let expected: [UInt8]
        do { expected = try root.mac(of: stored.id, body: stored.body) } catch { throw KeyStoreError(error) }
        guard ConstantTime.areEqual(expected.bytes, stored.mac.bytes) else {
            try requireCurrentRoot()
            throw KeyStoreError(
                .damagedRecord, "\(stored.id) is not what this store's root key authenticated: it was edited, swapped or damaged")
        }
    }

    /// Tells a record under a newer root key from a damaged one.
    private func requireCurrentRoot() throws(KeyStoreError) {
        let generation = try fetch(.catalog).flatMap { CatalogRecord.rootGeneration(ofUnauthenticated: $0.body) }
        if let generation, generation > root.generation {
            throw KeyStoreError(.sealed, "the root key was rotated by another process; open the store again")
        }
    }

    private func authenticated<Record: IdentifiedRecord>(_ stored: StoredRecord, _ decode: ([UInt8]) -> Record?) throws(KeyStoreError)
        -> Record
    {
        try checkMAC(stored)
        guard let record = decode(stored.body), record.id == stored.id else {
            throw KeyStoreError(.newerFormat, "\(stored.id) has a form that this version of coffer does not know")
        }
        return record
    }

    func fetch(_ id: RecordID) throws(KeyStoreError) -> StoredRecord? {
        let stored = try fetch { reader throws(KeyRecordStoreError) in try reader.record(id) }
        // An engine that hands out another row than the one asked for is a swapped row, too.
        if let stored, stored.id != id { throw KeyStoreError(.damagedRecord, "\(stored.id) was found in the place of \(id)") }
        return stored
    }

    private func fetch<R>(_ body: (any KeyRecordReader) throws(KeyRecordStoreError) -> R) throws(KeyStoreError) -> R {
        do { return try body(reader) } catch { throw KeyStoreError(error) }
    }
}

/// A record that knows which row it belongs in, so that a swapped row is noticed.
protocol IdentifiedRecord: Sendable {
    var id: RecordID { get }
    var encoded: [UInt8] { get }
    /// For an alias: the key it points to.
    var referencedKeyID: String? { get }
}

extension IdentifiedRecord {
    var referencedKeyID: String? { nil }
}

extension KeyRecord: IdentifiedRecord {}
extension KeyVersionRecord: IdentifiedRecord {}
extension CatalogRecord: IdentifiedRecord { var id: RecordID { .catalog } }
extension AliasRecord: IdentifiedRecord { var referencedKeyID: String? { targetKeyID } }

extension Array {
    /// `map` keeps a typed error only for closures; this keeps it for methods.
    fileprivate func map<R>(_ transform: (Element) throws(KeyStoreError) -> R) throws(KeyStoreError) -> [R] {
        var result: [R] = []
        result.reserveCapacity(count)
        for element in self { result.append(try transform(element)) }
        return result
    }
}
