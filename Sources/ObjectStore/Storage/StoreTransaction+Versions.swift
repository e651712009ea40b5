import GRDB
import KeyStore

extension StoreTransaction {
    // MARK: Versions

    /// Puts a new version on top of its key. Where versions are `null`, the former null version goes.
    ///
    /// - Returns: the version with its place.
    @discardableResult
    func insert(_ record: VersionRecord, _ key: ObjectKey, in bucket: BucketRow) throws(ObjectStoreError) -> VersionRow {
        var isNull = false
        if VersioningRules.put(in: bucket.record.versioning.status) == .replacingNull {
            isNull = true
            if let former = try reader.version(key, .null, in: bucket.id) { try remove(former, in: bucket) }
        }
        var row = VersionRow(bucket: bucket.id, key: key, sequence: nextNumber(), isNull: isNull, record: record, mac: [])
        let encoded = record.encoded()
        row.mac = try mac(row, encoded)
        var query = try Query(db, "INSERT INTO version VALUES (?, ?, ?, ?, ?, ?)")
        query.bind(bucket.id)
        query.bind(key.bytes)
        query.bind(row.sequence)
        query.bind(row.name)
        query.bind(encoded)
        query.bind(row.mac)
        try query.run()
        try count(row, isAdded: true, in: bucket.name)
        return row
    }

    /// What is said about a version changes; its bytes do not.
    func update(_ version: VersionRow, to record: VersionRecord, in bucket: BucketRow) throws(ObjectStoreError) {
        var row = version
        row.record = record
        let encoded = record.encoded()
        row.mac = try mac(row, encoded)
        var query = try Query(db, "UPDATE version SET record = ?, mac = ? WHERE bucket = ? AND key = ? AND sequence = ?")
        query.bind(encoded)
        query.bind(row.mac)
        query.bind(bucket.id)
        query.bind(version.key.bytes)
        query.bind(version.sequence)
        try query.runOnOneRow()
        try count(version, isAdded: false, in: bucket.name)
        try count(row, isAdded: true, in: bucket.name)
    }

    /// Deletes a version for good, with all that only it has.
    func remove(_ version: VersionRow, in bucket: BucketRow) throws(ObjectStoreError) {
        var query = try Query(db, "DELETE FROM version WHERE bucket = ? AND key = ? AND sequence = ?")
        query.bind(bucket.id)
        query.bind(version.key.bytes)
        query.bind(version.sequence)
        try query.runOnOneRow()
        try count(version, isAdded: false, in: bucket.name)
        guard let object = version.record.object else { return }
        let seal = try reader.seal(object.seal)
        let extra = try reader.extraShares(of: seal)
        guard extra == 0 else { return try setExtraShares(extra - 1, of: seal) }
        try removeSeal(object.seal, in: bucket.name)
    }

    private func mac(_ row: VersionRow, _ encoded: [UInt8]) throws(ObjectStoreError) -> [UInt8] {
        try reader.authenticator.mac(.version, VersionRow.place(row.bucket, row.key.bytes, row.sequence, row.name), encoded)
    }

    // MARK: Seals

    func insert(_ seal: SealRow, in bucket: BucketName) throws(ObjectStoreError) {
        var query = try Query(db, "INSERT INTO seal VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")
        query.bind(seal.id)
        query.bind(seal.bucket)
        query.bind(seal.objectKey)
        if case .blob(let blob) = seal.layout { query.bind(blob) } else { query.bindNull() }
        query.bind(seal.recovery)
        query.bind(seal.isShared ? 1 : 0)
        query.bind(seal.header)
        query.bind(seal.payload)
        query.bind(try reader.authenticator.mac(.seal, seal.place, seal.payload ?? []))
        try query.run()
        try change(bucket) { record throws(ObjectStoreError) in record.sealCounts[seal.objectKey, default: 0] += 1 }
    }

    /// Gives a seal another header.
    func replace(_ old: SealRow, by new: SealRow, in bucket: BucketName) throws(ObjectStoreError) {
        try update(new)
        try change(bucket) { record throws(ObjectStoreError) in
            Self.decrease(&record.sealCounts, old.objectKey)
            record.sealCounts[new.objectKey, default: 0] += 1
        }
    }

    /// Removes a seal with the bytes that it opens.
    func removeSeal(_ id: Int64, in bucket: BucketName) throws(ObjectStoreError) {
        let seal = try reader.seal(id)
        var query = try Query(db, "DELETE FROM seal WHERE id = ?")
        query.bind(id)
        try query.runOnOneRow()
        try change(bucket) { record throws(ObjectStoreError) in Self.decrease(&record.sealCounts, seal.objectKey) }
        switch seal.layout {
        case .inline: return
        case .blob(let blob): try release(blob)
        case .parts: try removeParts(of: id)
        }
    }

    private static func decrease(_ counts: inout [Int64: UInt64], _ key: Int64) {
        let count = counts[key] ?? 0
        counts[key] = count > 1 ? count - 1 : nil
    }

    /// Everything of a seal but where the payload is.
    private func update(_ seal: SealRow) throws(ObjectStoreError) {
        var query = try Query(db, "UPDATE seal SET object_key = ?, recovery = ?, is_shared = ?, header = ?, mac = ? WHERE id = ?")
        query.bind(seal.objectKey)
        query.bind(seal.recovery)
        query.bind(seal.isShared ? 1 : 0)
        query.bind(seal.header)
        query.bind(try reader.authenticator.mac(.seal, seal.place, seal.payload ?? []))
        query.bind(seal.id)
        try query.runOnOneRow()
    }

    /// One more version has the seal.
    func share(_ id: Int64) throws(ObjectStoreError) {
        let seal = try reader.seal(id)
        try setExtraShares(reader.extraShares(of: seal) + 1, of: seal)
    }

    /// The seal itself says whether there is a row, so that one that is lost is missed.
    func setExtraShares(_ extra: Int64, of seal: SealRow) throws(ObjectStoreError) {
        var seal = seal
        if seal.isShared != (extra > 0) {
            seal.isShared = extra > 0
            try update(seal)
        }
        guard extra > 0 else {
            var query = try Query(db, "DELETE FROM seal_share WHERE seal = ?")
            query.bind(seal.id)
            return try query.run()
        }
        var query = try Query(db, "INSERT OR REPLACE INTO seal_share VALUES (?, ?, ?)")
        query.bind(seal.id)
        query.bind(extra)
        query.bind(try reader.authenticator.mac(.share, StoreReader.keyPlace(seal.id), StoreReader.keyPlace(extra)))
        try query.run()
    }

    // MARK: Blobs

    func insert(_ blob: BlobRow) throws(ObjectStoreError) { try write(blob, "INSERT INTO blob VALUES (?, ?, ?, ?)") }

    /// One more seal or part has the blob.
    func retain(_ id: Int64) throws(ObjectStoreError) {
        var blob = try reader.blob(id)
        blob.referenceCount += 1
        try replace(blob)
    }

    func replace(_ blob: BlobRow) throws(ObjectStoreError) { try write(blob, "INSERT OR REPLACE INTO blob VALUES (?, ?, ?, ?)") }

    /// One less; without any it is doomed.
    func release(_ id: Int64) throws(ObjectStoreError) {
        var blob = try reader.blob(id)
        blob.referenceCount -= 1
        guard blob.referenceCount == 0 else { return try replace(blob) }
        var query = try Query(db, "DELETE FROM blob WHERE id = ?")
        query.bind(id)
        try query.runOnOneRow()
        var mark = try Query(db, "INSERT OR REPLACE INTO doomed_blob VALUES (?)")
        mark.bind(blob.name.bytes)
        try mark.run()
        doom(blob.name)
    }

    private func write(_ blob: BlobRow, _ sql: String) throws(ObjectStoreError) {
        var query = try Query(db, sql)
        query.bind(blob.id)
        query.bind(blob.name.bytes)
        query.bind(blob.encoded)
        query.bind(try reader.authenticator.mac(.blob, blob.place, blob.encoded))
        try query.run()
    }

    /// Forgets blobs whose files are gone.
    func forget(_ names: [BlobName]) throws(ObjectStoreError) {
        for name in names {
            var query = try Query(db, "DELETE FROM doomed_blob WHERE name = ?")
            query.bind(name.bytes)
            try query.run()
        }
    }

    // MARK: Parts and uploads

    func insert(_ part: PartRow) throws(ObjectStoreError) {
        let record = part.encoded
        var query = try Query(db, "INSERT OR REPLACE INTO part VALUES (?, ?, ?, ?)")
        query.bind(part.owner)
        query.bind(Int64(part.entry.partNumber))
        query.bind(record)
        query.bind(try reader.authenticator.mac(.part, PartRow.place(part.owner, part.entry.partNumber), record))
        try query.run()
    }

    func remove(_ part: PartRow) throws(ObjectStoreError) {
        var query = try Query(db, "DELETE FROM part WHERE owner = ? AND number = ?")
        query.bind(part.owner)
        query.bind(Int64(part.entry.partNumber))
        try query.run()
        try release(part.blob)
    }

    func removeParts(of owner: Int64) throws(ObjectStoreError) {
        for part in try reader.parts(of: owner) { try remove(part) }
    }

    func insert(_ upload: UploadRow) throws(ObjectStoreError) {
        let record = upload.record.encoded()
        var query = try Query(db, "INSERT INTO upload VALUES (?, ?, ?, ?, ?, ?)")
        query.bind(upload.bucket)
        query.bind(upload.key.bytes)
        query.bind(upload.ordinal)
        query.bind(upload.uploadID)
        query.bind(record)
        query.bind(
            try reader.authenticator.mac(
                .upload, UploadRow.place(upload.bucket, upload.key.bytes, upload.ordinal, upload.uploadID), record))
        try query.run()
    }

    /// The upload is over; its seal and parts stay with whoever has them now.
    func remove(_ upload: UploadRow) throws(ObjectStoreError) {
        var query = try Query(db, "DELETE FROM upload WHERE upload_id = ?")
        query.bind(upload.uploadID)
        try query.run()
    }

    /// The upload is over, and nothing of it stays.
    func abort(_ upload: UploadRow, in bucket: BucketName) throws(ObjectStoreError) {
        try remove(upload)
        try removeSeal(upload.ordinal, in: bucket)
    }
}
