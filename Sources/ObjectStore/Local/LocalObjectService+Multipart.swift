import AgeFormat
import AuditTrail
import KeyStore

/// Uploads in parts. All parts are sealed under the file key that the upload begins with, each with a nonce of its own, so that completing
/// it moves no byte.
extension LocalObjectService {
    public func createMultipartUpload(
        _ request: CreateMultipartUploadRequest
    ) async throws(ObjectStoreError) -> CreateMultipartUploadResponse {
        try request.tagging.requireObjectTags()
        let now = try now()
        let (bucket, recovery) = try view { reader throws(ObjectStoreError) in
            (try reader.bucket(request.bucket), try reader.state().recovery)
        }
        _ = try ObjectLockRules.lock(
            retention: request.objectLockRetention, legalHold: request.objectLockLegalHoldStatus, in: bucket.record.objectLock, now: now)
        let checksum = if let given = request.checksum { given } else { try MultipartChecksum(algorithm: nil, type: nil) }
        let uid = try [UInt8].random(VersionRecord.uidByteCount)
        let seal = try await sealer.newSeal(
            SealedName(bucket: request.bucket, key: request.key, uid: uid),
            keyID: request.ssekmsKeyID ?? bucket.record.kmsKeyID ?? defaultKeyARN, recovery: recovery)
        let (header, keyARN, recoveryNumber) = (try seal.header(), seal.keyARN, seal.recovery)
        let id = try [UInt8].random(UploadID.randomByteCount)
        try await committer.commit { transaction throws(ObjectStoreError) in
            let bucket = try transaction.bucket(request.bucket)
            let ordinal = transaction.nextNumber()
            try transaction.insert(
                SealRow(
                    id: ordinal, bucket: bucket.id, objectKey: transaction.objectKey(keyARN), header: header, layout: .parts,
                    recovery: recoveryNumber),
                in: bucket.name)
            let record = UploadRecord(
                uid: uid, initiated: transaction.now, checksum: checksum,
                lock: ObjectLock(retention: request.objectLockRetention, legalHold: request.objectLockLegalHoldStatus),
                contentHeaders: request.contentHeaders, metadata: request.metadata, tags: request.tagging)
            try transaction.insert(
                UploadRow(bucket: bucket.id, key: request.key, ordinal: ordinal, uploadID: id, record: record))
        }
        return CreateMultipartUploadResponse(
            upload: UploadReference(bucket: request.bucket, key: request.key, uploadID: UploadID(random: id)), checksum: checksum,
            ssekmsKeyID: keyARN)
    }

    /// An upload with what its parts need.
    private struct OpenUpload {
        let upload: UploadRow
        let header: [UInt8]
        let name: SealedName
    }

    private func find(_ reference: UploadReference) throws(ObjectStoreError) -> OpenUpload {
        try view { reader throws(ObjectStoreError) in
            let upload = try reader.upload(reference, in: reader.bucket(reference.bucket))
            return OpenUpload(
                upload: upload, header: try reader.seal(upload.ordinal).header,
                name: SealedName(bucket: reference.bucket, key: reference.key, uid: upload.record.uid))
        }
    }

    // MARK: Parts

    public func uploadPart(_ request: UploadPartRequest) async throws(ObjectStoreError) -> UploadPartResponse {
        try PartRules.checkNumber(request.partNumber)
        if let size = request.body.byteCount { try PartRules.checkSize(size) }
        try health.requireWritable()
        let open = try find(request.upload)
        return try await put(request.body, request.partNumber, request.upload, open, request.checksum, sourceVersionID: nil)
    }

    public func uploadPartCopy(_ request: UploadPartCopyRequest) async throws(ObjectStoreError) -> UploadPartResponse {
        try PartRules.checkNumber(request.partNumber)
        let open = try find(request.upload)
        return try await retryingMissingBlob { () throws(ObjectStoreError) in
            let source = try view { reader throws(ObjectStoreError) in
                try reader.copySource(request.copySource, request.sourceConditions)
            }
            let range = try CopyRules.partRange(request.copySourceRange, of: source.object.size)
            let fileKey = try await sealer.unlock(source.seal.header, source.sealedName)
            let body = try PayloadBody(
                source.segments, range: range, fileKey: fileKey, folder: blobs, objectName: source.sealedName.description)
            return try await put(
                body, request.partNumber, request.upload, open, nil, sourceVersionID: source.bucket.told(source.version.versionID))
        }
    }

    private func put(
        _ body: any ObjectBody, _ number: Int, _ reference: UploadReference, _ open: OpenUpload, _ checksum: UploadChecksum?,
        sourceVersionID: VersionID?
    ) async throws(ObjectStoreError) -> UploadPartResponse {
        let algorithm = open.upload.record.checksum.algorithm
        if let checksum, checksum.algorithm != algorithm {
            throw ObjectStoreError(
                .invalidRequest,
                "Checksum Type mismatch occurred, expected checksum Type: \(algorithm.rawValue.lowercased()), actual checksum Type: "
                    + checksum.algorithm.rawValue.lowercased())
        }
        let fileKey = try await sealer.unlock(open.header, open.name)
        let stored = try await store(body, fileKey, algorithm, mayBeInline: false) { () throws(ObjectStoreError) in
            try ObjectSealer.paddedHeader(ObjectSealer.parse(open.header, open.name.description).stanzas, fileKey)
        }
        return try await keeping(stored.place) { () throws(ObjectStoreError) in
            let calculated = stored.checksums[0]
            try checksum?.verify(calculated)
            let eTag = ETag(opaque: try [UInt8].random(ETag.randomByteCount))
            return try await committer.commit { transaction throws(ObjectStoreError) in
                let upload = try transaction.reader.upload(reference, in: transaction.bucket(reference.bucket))
                let former = try transaction.reader.parts(of: upload.ordinal, behind: number - 1, limit: 1).first
                if let former, former.entry.partNumber == number { try transaction.remove(former) }
                guard case .blob(let name, let headerByteCount, let byteCount, let nonce) = stored.place else {
                    preconditionFailure("a part is never inline")
                }
                try self.requireBlob(stored.place)
                let blob = BlobRow(
                    id: transaction.nextNumber(), name: name, headerByteCount: headerByteCount, fileByteCount: byteCount, nonce: nonce)
                try transaction.insert(blob)
                let entry = PartEntry(
                    partNumber: number, lastModified: transaction.now, eTag: eTag, size: stored.byteCount, checksum: calculated)
                try transaction.insert(PartRow(owner: upload.ordinal, entry: entry, blob: blob.id))
                return UploadPartResponse(
                    eTag: eTag, checksum: calculated, lastModified: entry.lastModified, copySourceVersionID: sourceVersionID)
            }
        }
    }

    // MARK: The end

    public func completeMultipartUpload(
        _ request: CompleteMultipartUploadRequest
    ) async throws(ObjectStoreError) -> CompleteMultipartUploadResponse {
        let atArrival = try view { reader throws(ObjectStoreError) in
            let bucket = try reader.bucket(request.upload.bucket)
            _ = try reader.upload(request.upload, in: bucket)
            return try reader.current(request.upload.key, in: bucket.id)
        }
        let random = try [UInt8].random(ETag.randomByteCount)
        let event = ObjectEvent(
            "CompleteMultipartUpload", ObjectReference(bucket: request.upload.bucket, key: request.upload.key),
            [("uploadId", .string(request.upload.uploadID.text))])
        return try await committer.commit(event) { transaction throws(ObjectStoreError) in
            let bucket = try transaction.bucket(request.upload.bucket)
            let upload = try transaction.reader.upload(request.upload, in: bucket)
            let present = try transaction.reader.parts(of: upload.ordinal)
            let parts = try PartRules.select(request.parts, from: present.map(\.entry), keeping: upload.record.checksum)
            let checksum = try PartRules.checksum(
                of: parts, keeping: upload.record.checksum, expected: request.checksum, expectedByteCount: request.mpuObjectSize)
            try ConditionRules.checkWrite(
                request.conditions, atArrival: atArrival, atCommit: transaction.reader.current(request.upload.key, in: bucket.id))
            let eTag = ETag(opaque: random, partCount: parts.count)
            let chosen = Set(parts.map(\.partNumber))
            for part in present where !chosen.contains(part.entry.partNumber) { try transaction.remove(part) }
            try transaction.remove(upload)
            let version = try transaction.insert(
                upload.version(parts, eTag, checksum, in: bucket, now: transaction.now), upload.key, in: bucket)
            return CompleteMultipartUploadResponse(
                eTag: eTag, versionID: bucket.told(version.versionID), checksum: checksum,
                ssekmsKeyID: try transaction.reader.keyARN(transaction.reader.seal(upload.ordinal).objectKey))
        }
    }

    public func abortMultipartUpload(_ upload: UploadReference) async throws(ObjectStoreError) {
        let event = ObjectEvent(
            "AbortMultipartUpload", ObjectReference(bucket: upload.bucket, key: upload.key), [("uploadId", .string(upload.uploadID.text))])
        try await committer.commit(event) { transaction throws(ObjectStoreError) in
            let bucket = try transaction.bucket(upload.bucket)
            try transaction.abort(transaction.reader.upload(upload, in: bucket), in: bucket.name)
        }
    }

    public func listParts(_ request: ListPartsRequest) async throws(ObjectStoreError) -> ListPartsResponse {
        let limit = min(request.maxParts ?? ListPartsRequest.maximumParts, ListPartsRequest.maximumParts)
        guard limit >= 0 else {
            throw .argument("max-parts", String(limit), "Argument max-parts must be an integer between 0 and 2147483647")
        }
        let (upload, parts) = try view { reader throws(ObjectStoreError) in
            let upload = try reader.upload(request.upload, in: reader.bucket(request.upload.bucket))
            return (upload, try reader.parts(of: upload.ordinal, behind: request.partNumberMarker ?? 0, limit: limit + 1))
        }
        let page = parts.prefix(limit).map(\.entry)
        return ListPartsResponse(
            parts: page, checksum: upload.record.checksum, nextPartNumberMarker: parts.count > limit ? page.last?.partNumber : nil)
    }
}

extension UploadRow {
    /// What it becomes. A retention that the request asked for counts, also if its date has come meanwhile; the bucket's default counts from now.
    fileprivate func version(
        _ parts: [PartEntry], _ eTag: ETag, _ checksum: Checksum, in bucket: BucketRow, now: Timestamp
    ) -> VersionRecord {
        let object = StoredObject(
            size: parts.reduce(0) { $0 + $1.size }, eTag: eTag, checksum: checksum, seal: ordinal, sealedUID: record.uid,
            partCount: parts.count, contentHeaders: record.contentHeaders, metadata: record.metadata,
            tags: record.tags)
        let retention = record.lock.retention ?? bucket.record.objectLock?.defaultRetention?.retention(from: now)
        return VersionRecord(
            uid: record.uid, lastModified: now, object: object, lock: ObjectLock(retention: retention, legalHold: record.lock.legalHold))
    }
}
