import KeyStore

extension LocalObjectService {
    /// A version that is ready to be committed: its bytes are sealed and, if they are in a file, on the disk.
    struct PreparedVersion: Sendable {
        let uid: [UInt8]
        let keyARN: String
        let header: [UInt8]
        let recovery: Int64
        let place: PayloadPlace
        let size: UInt64
        let checksum: Checksum
        let eTag: ETag
        let contentHeaders: ContentHeaders
        let metadata: UserMetadata
        let tags: TagSet
    }

    public func putObject(_ request: PutObjectRequest) async throws(ObjectStoreError) -> PutObjectResponse {
        try health.requireWritable()
        if let size = request.body.byteCount { try PartRules.checkSize(size) }
        try request.tagging.requireObjectTags()
        let now = try now()
        let (bucket, recovery, atArrival) = try view { reader throws(ObjectStoreError) in
            let bucket = try reader.bucket(request.bucket)
            let current: CurrentVersion = request.conditions == .none ? .nothing : try reader.current(request.key, in: bucket.id)
            return (bucket, try reader.state().recovery, current)
        }
        try ConditionRules.checkWrite(request.conditions, current: atArrival)
        _ = try ObjectLockRules.lock(
            retention: request.objectLockRetention, legalHold: request.objectLockLegalHoldStatus, in: bucket.record.objectLock, now: now)
        let uid = try [UInt8].random(VersionRecord.uidByteCount)
        let seal = try await sealer.newSeal(
            SealedName(bucket: request.bucket, key: request.key, uid: uid),
            keyID: request.ssekmsKeyID ?? bucket.record.kmsKeyID ?? defaultKeyARN, recovery: recovery)
        let stored = try await store(request.body, seal.fileKey, request.checksum.algorithm, mayBeInline: true) {
            () throws(ObjectStoreError) in try seal.paddedHeader()
        }
        return try await keeping(stored.place) { () throws(ObjectStoreError) in
            try request.checksum.verify(stored.checksums[0])
            let version = PreparedVersion(
                uid: uid, keyARN: seal.keyARN, header: try seal.header(), recovery: seal.recovery, place: stored.place,
                size: stored.byteCount,
                checksum: stored.checksums[0], eTag: ETag(opaque: try [UInt8].random(ETag.randomByteCount)),
                contentHeaders: request.contentHeaders, metadata: request.metadata, tags: request.tagging)
            return try await put(version, request, atArrival)
        }
    }

    private func put(
        _ version: PreparedVersion, _ request: PutObjectRequest, _ atArrival: CurrentVersion
    ) async throws(ObjectStoreError) -> PutObjectResponse {
        let (name, key, conditions) = (request.bucket, request.key, request.conditions)
        let (retention, legalHold) = (request.objectLockRetention, request.objectLockLegalHoldStatus)
        return try await committer.commit { transaction throws(ObjectStoreError) in
            let bucket = try transaction.bucket(name)
            if conditions != .none {
                try ConditionRules.checkWrite(
                    conditions, atArrival: atArrival, atCommit: transaction.reader.current(key, in: bucket.id))
            }
            let lock = try ObjectLockRules.lock(
                retention: retention, legalHold: legalHold, in: bucket.record.objectLock, now: transaction.now)
            try self.requireBlob(version.place)
            let row = try transaction.insert(version, key, lock, in: bucket)
            return PutObjectResponse(
                eTag: version.eTag, versionID: bucket.told(row.versionID), checksum: version.checksum, size: version.size,
                serverSideEncryption: .awsKMS, ssekmsKeyID: version.keyARN)
        }
    }

    /// Seals a body. A disk that fails meanwhile ends all writing.
    func store(
        _ body: any ObjectBody, _ fileKey: borrowing FileKey, _ checksum: ChecksumAlgorithm, mayBeInline: Bool,
        header: () throws(ObjectStoreError) -> [UInt8]
    ) async throws(ObjectStoreError) -> StoredPayload {
        do throws(ObjectStoreError) {
            return try await payloads.store(
                body, byteLimit: PartRules.maximumByteCount, fileKey: fileKey, checksums: [checksum], mayBeInline: mayBeInline,
                header: header)
        } catch {
            health.note(error)
            throw error
        }
    }

    /// Changes files that are there. A disk that fails meanwhile ends all writing.
    func changingFiles<Value>(_ body: () throws(ObjectStoreError) -> Value) throws(ObjectStoreError) -> Value {
        try health.requireWritable()
        do throws(ObjectStoreError) { return try body() } catch {
            health.note(error)
            throw error
        }
    }

    /// Within the transaction that names it: whoever tidies up may have taken a file for an orphan that waited for too long.
    func requireBlob(_ place: PayloadPlace) throws(ObjectStoreError) {
        guard case .blob(let name, _, _, _) = place, try !blobs.exists(name) else { return }
        throw ObjectStoreError(.operationAborted, "The bytes of the object were put into quarantine meanwhile; send them again.")
    }

    /// Removes a blob again whose row was not committed.
    func keeping<Value>(
        _ place: PayloadPlace, _ body: () async throws(ObjectStoreError) -> Value
    ) async throws(ObjectStoreError) -> Value {
        do throws(ObjectStoreError) {
            return try await body()
        } catch {
            // Where nobody knows whether the row is there: better an orphan, which a check finds, than a row without a blob.
            if case .blob(let name, _, _, _) = place, error.isCertainlyUndone {
                do throws(ObjectStoreError) {
                    try blobs.remove(name)
                } catch let failure {
                    // Why the request was refused says more.
                    health.note(failure)
                }
            }
            throw error
        }
    }
}

extension ObjectStoreError {
    /// Whether nothing of the request is in the database, also after a crash: it was refused, or what the commit needs was missing before
    /// SQLite had written the end of it.
    fileprivate var isCertainlyUndone: Bool {
        httpStatus < 500 || code == .auditUnavailable || (code == .noSpace && fileCause != .writing)
    }
}

extension StoreTransaction {
    /// Puts a version with bytes of its own on top of its key.
    func insert(
        _ version: LocalObjectService.PreparedVersion, _ key: ObjectKey, _ lock: ObjectLock, in bucket: BucketRow
    ) throws(ObjectStoreError) -> VersionRow {
        let seal = nextNumber()
        let layout: SealRow.Layout
        switch version.place {
        case .inline(let bytes): layout = .inline(bytes)
        case .blob(let name, let headerByteCount, let byteCount, let nonce):
            layout = .blob(seal)
            try insert(BlobRow(id: seal, name: name, headerByteCount: headerByteCount, fileByteCount: byteCount, nonce: nonce))
        }
        try insert(
            SealRow(
                id: seal, bucket: bucket.id, objectKey: objectKey(version.keyARN), header: version.header, layout: layout,
                recovery: version.recovery),
            in: bucket.name)
        let object = StoredObject(
            size: version.size, eTag: version.eTag, checksum: version.checksum, seal: seal, sealedUID: version.uid,
            partCount: nil, contentHeaders: version.contentHeaders, metadata: version.metadata, tags: version.tags)
        return try insert(VersionRecord(uid: version.uid, lastModified: now, object: object, lock: lock), key, in: bucket)
    }
}

extension BucketRow {
    /// A version ID as S3 tells it: not in a bucket that was never versioned.
    func told(_ versionID: VersionID) -> VersionID? { record.versioning.status.namesVersions ? versionID : nil }
}

extension ETag {
    /// Of a new entity tag.
    static let randomByteCount = 16
}
