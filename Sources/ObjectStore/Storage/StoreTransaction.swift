import GRDB
import KeyStore
import OpenSSL

/// One transaction that changes the store, for all requests of a group. What many requests change, state and buckets, is written once at
/// its end.
///
/// Each row that is written gets its MAC here, and each version is added to or taken out of its bucket's digest here: there is no other
/// way to change a row.
final class StoreTransaction {
    let reader: StoreReader
    let now: Timestamp
    private(set) var state: StoreState
    /// Events of what was done, to be durable before the commit.
    var events: [ObjectEvent] = []
    /// Blobs that nothing has any more once this is committed.
    private(set) var doomed: [BlobName] = []

    private var buckets: [BucketName: BucketState] = [:]
    private var keyIDs: [String: Int64] = [:]
    /// Of the rows of buckets and of their documents.
    private var sum: CatalogDigest.Sum
    private var sets: HMAC

    fileprivate struct BucketState {
        var row: BucketRow
        var sum: CatalogDigest.Sum
        var isChanged = false
    }

    var db: Database { reader.db }

    init(_ db: Database, _ keys: StoreKeys, now: Timestamp) throws(ObjectStoreError) {
        reader = StoreReader(db: db, authenticator: try keys.rowAuthenticator())
        self.now = now
        sets = try keys.setAuthenticator()
        state = try reader.state()
        do { sum = try state.digest.sum(&sets) } catch { throw ObjectStoreError(error) }
    }

    // MARK: Several requests in one

    /// What a request that fails has to be undone to.
    struct Mark {
        fileprivate let state: StoreState
        fileprivate let buckets: [BucketName: BucketState]
        fileprivate let keyIDs: [String: Int64]
        fileprivate let sum: CatalogDigest.Sum
        fileprivate let eventCount: Int
        fileprivate let doomedCount: Int
    }

    func mark() -> Mark {
        Mark(state: state, buckets: buckets, keyIDs: keyIDs, sum: sum, eventCount: events.count, doomedCount: doomed.count)
    }

    /// The rows were taken back by the database.
    func forget(since mark: Mark) {
        state = mark.state
        buckets = mark.buckets
        keyIDs = mark.keyIDs
        sum = mark.sum
        events.removeSubrange(mark.eventCount...)
        doomed.removeSubrange(mark.doomedCount...)
    }

    /// Writes what was kept back. Nothing may be changed after this.
    func finish() throws(ObjectStoreError) {
        for (_, bucket) in buckets where bucket.isChanged {
            var row = bucket.row
            do { row.record.digest = try bucket.sum.masked(&sets) } catch { throw ObjectStoreError(error) }
            try write(&row)
        }
        do { state.digest = try sum.masked(&sets) } catch { throw ObjectStoreError(error) }
        state.revision += 1
        try Self.write(state, reader)
    }

    static func write(_ state: StoreState, _ reader: StoreReader) throws(ObjectStoreError) {
        let record = state.encoded()
        var query = try Query(
            reader.db,
            "INSERT INTO object_state VALUES (1, ?, ?) ON CONFLICT (id) DO UPDATE SET record = excluded.record, mac = excluded.mac")
        query.bind(record)
        query.bind(try reader.authenticator.mac(.state, [], record))
        try query.run()
    }

    func nextNumber() -> Int64 {
        state.lastNumber += 1
        return state.lastNumber
    }

    func setRecoveryRecipient(_ recipient: String?) { state.setRecovery(recipient) }

    func objectKey(_ arn: String) throws(ObjectStoreError) -> Int64 {
        if let id = keyIDs[arn] { return id }
        if let id = try reader.keyID(ofARN: arn) {
            keyIDs[arn] = id
            return id
        }
        let id = nextNumber()
        var query = try Query(db, "INSERT INTO object_key VALUES (?, ?, ?)")
        query.bind(id)
        query.bind(arn)
        query.bind(try reader.authenticator.mac(.key, StoreReader.keyPlace(id), Array(arn.utf8)))
        try query.run()
        keyIDs[arn] = id
        return id
    }

    // MARK: Buckets

    /// - Throws: `NoSuchBucket`.
    func bucket(_ name: BucketName) throws(ObjectStoreError) -> BucketRow {
        if let bucket = buckets[name] { return bucket.row }
        let row = try reader.bucket(name)
        do { buckets[name] = BucketState(row: row, sum: try row.record.digest.sum(&sets)) } catch { throw ObjectStoreError(error) }
        return row
    }

    func isBucket(_ name: BucketName) throws(ObjectStoreError) -> Bool {
        if buckets[name] != nil { return true }
        return try reader.bucketIfPresent(name) != nil
    }

    func create(_ name: BucketName, _ record: BucketRecord) throws(ObjectStoreError) {
        var row = BucketRow(id: nextNumber(), name: name, record: record, mac: [])
        // A row from the begin, so that the request behind this one finds it.
        try write(&row)
        buckets[name] = BucketState(row: row, sum: .empty, isChanged: true)
    }

    func change(_ name: BucketName, _ body: (inout BucketRecord) throws(ObjectStoreError) -> Void) throws(ObjectStoreError) {
        _ = try bucket(name)
        guard var bucket = buckets[name] else { preconditionFailure("the bucket was just loaded") }
        // Out of the dictionary, so that its record is not copied.
        buckets[name] = nil
        bucket.isChanged = true
        defer { buckets[name] = bucket }
        try body(&bucket.row.record)
    }

    func delete(_ name: BucketName) throws(ObjectStoreError) {
        let row = try bucket(name)
        for kind in [BucketDocument.lifecycle, .tags] { try setDocument(nil, kind, of: row) }
        var query = try Query(db, "DELETE FROM bucket WHERE id = ?")
        query.bind(row.id)
        try query.runOnOneRow()
        try exchange(row.mac, for: nil)
        buckets[name] = nil
    }

    /// Keeps the digest of buckets and documents: one MAC goes, another comes.
    private func exchange(_ old: [UInt8]?, for new: [UInt8]?) throws(ObjectStoreError) {
        guard old == nil || sum.recordCount > 0 else { throw .damaged("The buckets are not those that were written") }
        do throws(OpenSSLError) {
            if let old { try sum.remove(recordMAC: old, &sets) }
            if let new { try sum.add(recordMAC: new, &sets) }
        } catch { throw ObjectStoreError(error) }
    }

    private func write(_ row: inout BucketRow) throws(ObjectStoreError) {
        let record = row.record.encoded()
        let old = row.mac.isEmpty ? nil : row.mac
        row.mac = try reader.authenticator.mac(.bucket, BucketRow.place(row.id, row.name.text), record)
        try exchange(old, for: row.mac)
        var query = try Query(
            db, "INSERT INTO bucket VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET record = excluded.record, mac = excluded.mac")
        query.bind(row.id)
        query.bind(row.name.text)
        query.bind(record)
        query.bind(row.mac)
        try query.run()
    }

    func setDocument(_ record: [UInt8]?, _ kind: BucketDocument, of bucket: BucketRow) throws(ObjectStoreError) {
        let mac = try record.map { record throws(ObjectStoreError) in
            try reader.authenticator.mac(.document, PartRow.place(bucket.id, Int(kind.rawValue)), record)
        }
        try exchange(reader.macOfDocument(kind, of: bucket.id), for: mac)
        guard let record, let mac else {
            var query = try Query(db, "DELETE FROM bucket_document WHERE bucket = ? AND kind = ?")
            query.bind(bucket.id)
            query.bind(kind.rawValue)
            return try query.run()
        }
        var query = try Query(db, "INSERT OR REPLACE INTO bucket_document VALUES (?, ?, ?, ?)")
        query.bind(bucket.id)
        query.bind(kind.rawValue)
        query.bind(record)
        query.bind(mac)
        try query.run()
    }

    // MARK: Digest

    /// Puts a version into its bucket's digest, or takes it out.
    func count(_ version: VersionRow, isAdded: Bool, in name: BucketName) throws(ObjectStoreError) {
        _ = try bucket(name)
        guard var bucket = buckets[name] else { preconditionFailure("the bucket was just loaded") }
        buckets[name] = nil
        defer { buckets[name] = bucket }
        bucket.isChanged = true
        let byteCount = version.record.object?.size ?? 0
        // A row that was put back behind our back: there are more versions than were counted.
        guard isAdded || bucket.sum.recordCount > 0 else { throw .damaged("The versions of \(name) are not those that were written") }
        do throws(OpenSSLError) {
            if isAdded {
                try bucket.sum.add(recordMAC: version.mac, &sets)
                bucket.row.record.byteCount &+= byteCount
            } else {
                try bucket.sum.remove(recordMAC: version.mac, &sets)
                bucket.row.record.byteCount &-= byteCount
            }
        } catch { throw ObjectStoreError(error) }
    }

    func doom(_ name: BlobName) { doomed.append(name) }
}
