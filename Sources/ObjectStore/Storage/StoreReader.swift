import GRDB
import GRDBSQLite
import KeyStore

/// Looks rows up in one snapshot of the database, and believes none that its MAC does not vouch for.
struct StoreReader {
    let db: Database
    let authenticator: RowAuthenticator

    /// One transaction that reads. GRDB's own compiles four statements for each, which takes as long as most of what is read here.
    func inSnapshot<Value>(_ body: () throws(ObjectStoreError) -> Value) throws(ObjectStoreError) -> Value {
        try Query(db, "BEGIN").run()
        let value: Value
        do throws(ObjectStoreError) {
            value = try body()
        } catch {
            // After some failures SQLite has ended it by itself.
            if let connection = db.sqliteConnection, sqlite3_get_autocommit(connection) == 0 { try Query(db, "ROLLBACK").run() }
            throw error
        }
        try Query(db, "COMMIT").run()
        return value
    }

    // MARK: Store

    func state() throws(ObjectStoreError) -> StoreState {
        guard let (record, mac) = try Self.storedState(db) else { throw .damaged("The object store has lost its state") }
        try authenticator.require(mac, .state, [], record)
        return try decode { () throws(MalformedRecord) in try StoreState(decoding: record) }
    }

    /// As it is stored, not yet authenticated: it names what is needed for that.
    static func storedState(_ db: Database) throws(ObjectStoreError) -> (record: [UInt8], mac: [UInt8])? {
        var query = try Query(db, "SELECT record, mac FROM object_state WHERE id = 1")
        return try query.step() ? (query.bytes(0), query.bytes(1)) : nil
    }

    func decode<Value>(_ body: () throws(MalformedRecord) -> Value) throws(ObjectStoreError) -> Value {
        do { return try body() } catch { throw .damaged("A row of the object store is not well formed") }
    }

    // MARK: KMS keys

    func keyARN(_ id: Int64) throws(ObjectStoreError) -> String {
        var query = try Query(db, "SELECT arn, mac FROM object_key WHERE id = ?")
        query.bind(id)
        guard try query.step() else { throw .damaged("The object store does not know a key that it uses") }
        let arn = query.text(0)
        try authenticator.require(query.bytes(1), .key, Self.keyPlace(id), Array(arn.utf8))
        return arn
    }

    func keyID(ofARN arn: String) throws(ObjectStoreError) -> Int64? {
        var query = try Query(db, "SELECT id, mac FROM object_key WHERE arn = ?")
        query.bind(arn)
        guard try query.step() else { return nil }
        try authenticator.require(query.bytes(1), .key, Self.keyPlace(query.integer(0)), Array(arn.utf8))
        return query.integer(0)
    }

    static func keyPlace(_ id: Int64) -> [UInt8] {
        var writer = ByteWriter()
        writer.append(id)
        return writer.bytes
    }

    // MARK: Buckets

    func bucketIfPresent(_ name: BucketName) throws(ObjectStoreError) -> BucketRow? {
        var query = try Query(db, "SELECT id, record, mac FROM bucket WHERE name = ?")
        query.bind(name.text)
        guard try query.step() else { return nil }
        return try bucket(query.integer(0), name, record: query.bytes(1), mac: query.bytes(2))
    }

    /// - Throws: `NoSuchBucket`.
    func bucket(_ name: BucketName) throws(ObjectStoreError) -> BucketRow {
        guard let bucket = try bucketIfPresent(name) else {
            throw ObjectStoreError(.noSuchBucket, details: [ObjectStoreError.Detail(name: "BucketName", value: name.text)])
        }
        return bucket
    }

    /// In the order of their names.
    /// - Parameter body: gives false to stop.
    func forEachBucket(behind name: String = "", _ body: (BucketRow) throws(ObjectStoreError) -> Bool) throws(ObjectStoreError) {
        var query = try Query(db, "SELECT id, name, record, mac FROM bucket WHERE name > ? ORDER BY name")
        query.bind(name)
        while try query.step() {
            let name: BucketName
            do { name = try BucketName(query.text(1)) } catch { throw .damaged("A bucket of the object store has lost its name") }
            guard try body(bucket(query.integer(0), name, record: query.bytes(2), mac: query.bytes(3))) else { return }
        }
    }

    func buckets() throws(ObjectStoreError) -> [BucketRow] {
        var buckets: [BucketRow] = []
        try forEachBucket { bucket throws(ObjectStoreError) in
            buckets.append(bucket)
            return true
        }
        return buckets
    }

    private func bucket(_ id: Int64, _ name: BucketName, record: [UInt8], mac: [UInt8]) throws(ObjectStoreError) -> BucketRow {
        try authenticator.require(mac, .bucket, BucketRow.place(id, name.text), record)
        return BucketRow(
            id: id, name: name, record: try decode { () throws(MalformedRecord) in try BucketRecord(decoding: record) }, mac: mac)
    }

    func macOfDocument(_ kind: BucketDocument, of bucket: Int64) throws(ObjectStoreError) -> [UInt8]? {
        var query = try Query(db, "SELECT mac FROM bucket_document WHERE bucket = ? AND kind = ?")
        query.bind(bucket)
        query.bind(kind.rawValue)
        return try query.step() ? query.bytes(0) : nil
    }

    func document(_ kind: BucketDocument, of bucket: Int64) throws(ObjectStoreError) -> [UInt8]? {
        var query = try Query(db, "SELECT record, mac FROM bucket_document WHERE bucket = ? AND kind = ?")
        query.bind(bucket)
        query.bind(kind.rawValue)
        guard try query.step() else { return nil }
        let record = query.bytes(0)
        try authenticator.require(query.bytes(1), .document, PartRow.place(bucket, Int(kind.rawValue)), record)
        return record
    }

    func lifecycle(of bucket: BucketRow) throws(ObjectStoreError) -> LifecycleConfiguration? {
        guard bucket.record.hasLifecycle else { return nil }
        guard let record = try document(.lifecycle, of: bucket.id) else { throw .damaged("The lifecycle of \(bucket.name) is gone") }
        return try decode { () throws(MalformedRecord) in try LifecycleConfiguration(decoding: record) }
    }

    func tags(of bucket: BucketRow) throws(ObjectStoreError) -> TagSet? {
        guard bucket.record.hasTags else { return nil }
        guard let record = try document(.tags, of: bucket.id) else { throw .damaged("The tags of \(bucket.name) are gone") }
        return try decode { () throws(MalformedRecord) in
            var reader = ByteReader(record)
            let tags = try reader.tags(limit: TagSet.maximumBucketTagCount)
            try reader.end()
            return tags
        }
    }

    // MARK: Seals, blobs, parts

    func seal(_ id: Int64) throws(ObjectStoreError) -> SealRow {
        var query = try Query(db, "SELECT bucket, object_key, blob, recovery, is_shared, header, payload, mac FROM seal WHERE id = ?")
        query.bind(id)
        guard try query.step() else { throw .damaged("The header of an object is gone") }
        return try seal(id, query, from: 0)
    }

    /// The next one behind `id`.
    func nextSeal(behind id: Int64) throws(ObjectStoreError) -> SealRow? {
        var query = try Query(
            db, "SELECT id, bucket, object_key, blob, recovery, is_shared, header, payload, mac FROM seal WHERE id > ? ORDER BY id LIMIT 1")
        query.bind(id)
        return try query.step() ? try seal(query.integer(0), query, from: 1) : nil
    }

    private func seal(_ id: Int64, _ query: borrowing Query, from column: Int32) throws(ObjectStoreError) -> SealRow {
        let layout: SealRow.Layout =
            if let payload = query.optionalBytes(column + 6) { .inline(payload) } else {
                query.isNull(column + 2) ? .parts : .blob(query.integer(column + 2))
            }
        let row = SealRow(
            id: id, bucket: query.integer(column), objectKey: query.integer(column + 1), header: query.bytes(column + 5),
            layout: layout, recovery: query.integer(column + 3), isShared: query.integer(column + 4) != 0)
        try authenticator.require(query.bytes(column + 7), .seal, row.place, row.payload ?? [])
        return row
    }

    /// How many versions have a seal besides the one that it was made for.
    func extraShares(of row: SealRow) throws(ObjectStoreError) -> Int64 {
        guard row.isShared else { return 0 }
        let seal = row.id
        var query = try Query(db, "SELECT extra, mac FROM seal_share WHERE seal = ?")
        query.bind(seal)
        guard try query.step() else { throw .damaged("The store does not know how many versions have a header") }
        let extra = query.integer(0)
        try authenticator.require(query.bytes(1), .share, Self.keyPlace(seal), Self.keyPlace(extra))
        return extra
    }

    func blob(_ id: Int64) throws(ObjectStoreError) -> BlobRow {
        var query = try Query(db, "SELECT name, record, mac FROM blob WHERE id = ?")
        query.bind(id)
        guard try query.step() else { throw .damaged("The store does not know where the bytes of an object are") }
        return try blob(id, name: query.bytes(0), record: query.bytes(1), mac: query.bytes(2))
    }

    func forEachBlob(_ body: (BlobRow) throws(ObjectStoreError) -> Void) throws(ObjectStoreError) {
        var query = try Query(db, "SELECT id, name, record, mac FROM blob ORDER BY id")
        while try query.step() {
            try body(blob(query.integer(0), name: query.bytes(1), record: query.bytes(2), mac: query.bytes(3)))
        }
    }

    func isBlobKnown(_ name: BlobName) throws(ObjectStoreError) -> Bool {
        var query = try Query(db, "SELECT 1 FROM blob WHERE name = ? UNION ALL SELECT 1 FROM doomed_blob WHERE name = ?")
        query.bind(name.bytes)
        query.bind(name.bytes)
        return try query.step()
    }

    private func blob(_ id: Int64, name: [UInt8], record: [UInt8], mac: [UInt8]) throws(ObjectStoreError) -> BlobRow {
        try authenticator.require(mac, .blob, BlobRow.place(id, name), record)
        return try decode { () throws(MalformedRecord) in try BlobRow(id: id, name: name, decoding: record) }
    }

    /// In the order of their numbers.
    func parts(of owner: Int64, behind number: Int = 0, limit: Int = PartRules.numbers.upperBound) throws(ObjectStoreError) -> [PartRow] {
        var query = try Query(db, "SELECT number, record, mac FROM part WHERE owner = ? AND number > ? ORDER BY number LIMIT ?")
        query.bind(owner)
        query.bind(Int64(number))
        query.bind(Int64(limit))
        var parts: [PartRow] = []
        while try query.step() {
            let (number, record) = (Int(query.integer(0)), query.bytes(1))
            try authenticator.require(query.bytes(2), .part, PartRow.place(owner, number), record)
            parts.append(
                try decode { () throws(MalformedRecord) in try PartRow(owner: owner, number: number, decoding: record) })
        }
        return parts
    }

    // MARK: Uploads

    /// - Throws: `NoSuchUpload`.
    func upload(_ reference: UploadReference, in bucket: BucketRow) throws(ObjectStoreError) -> UploadRow {
        guard let id = Hex.decode(reference.uploadID.text) else { throw ObjectStoreError(.noSuchUpload) }
        var query = try Query(db, "SELECT bucket, key, ordinal, record, mac FROM upload WHERE upload_id = ?")
        query.bind(id)
        guard try query.step(), query.integer(0) == bucket.id, query.equals(1, reference.key.bytes) else {
            throw ObjectStoreError(.noSuchUpload)
        }
        return try upload(bucket.id, query.bytes(1), ordinal: query.integer(2), id, record: query.bytes(3), mac: query.bytes(4))
    }

    /// By key, and the oldest of a key first; from a key on.
    func forEachUpload(
        in bucket: Int64, from key: [UInt8], behind ordinal: Int64 = -1, _ body: (UploadRow) throws(ObjectStoreError) -> Bool
    ) throws(ObjectStoreError) {
        var query = try Query(
            db, "SELECT key, ordinal, upload_id, record, mac FROM upload WHERE bucket = ? AND (key, ordinal) > (?, ?) ORDER BY key, ordinal"
        )
        query.bind(bucket)
        query.bind(key)
        query.bind(ordinal)
        while try query.step() {
            let row = try upload(
                bucket, query.bytes(0), ordinal: query.integer(1), query.bytes(2), record: query.bytes(3), mac: query.bytes(4))
            guard try body(row) else { return }
        }
    }

    private func upload(
        _ bucket: Int64, _ key: [UInt8], ordinal: Int64, _ id: [UInt8], record: [UInt8], mac: [UInt8]
    ) throws(ObjectStoreError) -> UploadRow {
        try authenticator.require(mac, .upload, UploadRow.place(bucket, key, ordinal, id), record)
        return UploadRow(
            bucket: bucket, key: try Self.key(key), ordinal: ordinal, uploadID: id,
            record: try decode { () throws(MalformedRecord) in try UploadRecord(decoding: record) })
    }

    /// A key as a row has it: its MAC says that it was one.
    static func key(_ bytes: [UInt8]) throws(ObjectStoreError) -> ObjectKey {
        do { return try ObjectKey(bytes) } catch { throw .damaged("A row of the object store has lost its key") }
    }
}
