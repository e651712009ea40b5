import KeyStore

extension LocalObjectService {
    /// No byte is sealed again: the copy has the file key and the payload of its source, and a header of its own.
    public func copyObject(_ request: CopyObjectRequest) async throws(ObjectStoreError) -> CopyObjectResponse {
        try CopyRules.check(request)
        if case .replace(let tags) = request.taggingDirective { try tags.requireObjectTags() }
        return try await retryingMissingBlob { () throws(ObjectStoreError) in try await copy(request) }
    }

    private func copy(_ request: CopyObjectRequest) async throws(ObjectStoreError) -> CopyObjectResponse {
        let now = try now()
        let (source, target, recovery, atArrival) = try view { reader throws(ObjectStoreError) in
            let source = try reader.copySource(request.copySource, request.sourceConditions)
            let target = try reader.bucket(request.bucket)
            return (source, target, try reader.state().recovery, try reader.current(request.key, in: target.id))
        }
        try CopyRules.checkSourceSize(source.object.size)
        try ConditionRules.checkWrite(request.conditions, current: atArrival)
        _ = try ObjectLockRules.lock(
            retention: request.objectLockRetention, legalHold: request.objectLockLegalHoldStatus, in: target.record.objectLock, now: now)
        let fileKey = try await sealer.unlock(source.seal.header, source.sealedName)
        let checksum = try await checksum(of: source, request.checksumAlgorithm, fileKey)
        let uid = try [UInt8].random(VersionRecord.uidByteCount)
        let seal = try await sealer.seal(
            fileKey, for: SealedName(bucket: request.bucket, key: request.key, uid: uid),
            keyID: request.ssekmsKeyID ?? target.record.kmsKeyID ?? defaultKeyARN, recovery: recovery)
        let (header, keyARN, recoveryNumber) = (try seal.header(), seal.keyARN, seal.recovery)
        let eTag = ETag(opaque: try [UInt8].random(ETag.randomByteCount))
        return try await committer.commit { transaction throws(ObjectStoreError) in
            let bucket = try transaction.bucket(request.bucket)
            if request.conditions != .none {
                try ConditionRules.checkWrite(
                    request.conditions, atArrival: atArrival, atCommit: transaction.reader.current(request.key, in: bucket.id))
            }
            let lock = try ObjectLockRules.lock(
                retention: request.objectLockRetention, legalHold: request.objectLockLegalHoldStatus, in: bucket.record.objectLock,
                now: transaction.now)
            // The source's bytes are those of the snapshot, as long as it is still there.
            guard
                try transaction.reader.version(source.version.key, source.version.versionID, in: source.bucket.id)?.sequence
                    == source.version.sequence
            else { throw ObjectStoreError(.operationAborted, "The source of the copy was deleted meanwhile.") }
            let copy = SealRow(
                id: transaction.nextNumber(), bucket: bucket.id, objectKey: try transaction.objectKey(keyARN), header: header,
                layout: source.seal.layout, recovery: recoveryNumber)
            try transaction.insert(copy, in: bucket.name)
            try transaction.retain(source, for: copy.id)
            let object = StoredObject(
                size: source.object.size, eTag: eTag, checksum: checksum, seal: copy.id, sealedUID: uid, partCount: nil,
                contentHeaders: request.contentHeaders(of: source.object),
                metadata: request.metadata(of: source.object), tags: request.tags(of: source.object))
            let version = try transaction.insert(
                VersionRecord(uid: uid, lastModified: transaction.now, object: object, lock: lock), request.key, in: bucket)
            return CopyObjectResponse(
                eTag: eTag, lastModified: transaction.now, checksum: checksum, versionID: bucket.told(version.versionID),
                copySourceVersionID: source.bucket.told(source.version.versionID), ssekmsKeyID: keyARN)
        }
    }

    /// That of the source, where it covers the whole object and no other is asked for; else the source is read for it.
    private func checksum(
        of source: LocatedVersion, _ algorithm: ChecksumAlgorithm?, _ fileKey: borrowing FileKey
    ) async throws(ObjectStoreError) -> Checksum {
        let present = source.object.checksum
        if present.type == .fullObject, algorithm == nil || algorithm == present.algorithm { return present }
        let body = try PayloadBody(
            source.segments, range: 0..<source.object.size, fileKey: fileKey, folder: blobs, objectName: source.sealedName.description)
        return try await body.checksum(algorithm ?? present.algorithm)
    }
}

extension ObjectBody {
    private static var stepByteCount: Int { 256 << 10 }

    /// Of all bytes.
    func checksum(_ algorithm: ChecksumAlgorithm) async throws(ObjectStoreError) -> Checksum {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.stepByteCount, alignment: 16)
        defer { buffer.deallocate() }
        var calculator = try ChecksumCalculator([algorithm])
        while true {
            let count = try await read(into: buffer)
            guard count > 0 else { return try calculator.finalize()[0] }
            try calculator.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]).bytes)
        }
    }
}

extension StoreReader {
    /// - Throws: what a lookup says, as an error of the copy.
    func copySource(_ object: ObjectReference, _ conditions: ReadConditions) throws(ObjectStoreError) -> LocatedVersion {
        let located: LocatedVersion
        do throws(ObjectStoreError) { located = try locateAll(object) } catch { throw CopyRules.sourceError(error) }
        try ConditionRules.checkCopySource(
            conditions, eTag: located.object.eTag, lastModified: located.version.record.lastModified)
        return located
    }
}

extension StoreTransaction {
    /// Lets a further seal have the bytes of a source.
    fileprivate func retain(_ source: LocatedVersion, for seal: Int64) throws(ObjectStoreError) {
        switch source.seal.layout {
        case .inline: return
        case .blob(let id): try retain(id)
        case .parts:
            for (part, blob) in zip(source.parts, source.partBlobs) {
                try insert(PartRow(owner: seal, entry: part.entry, blob: blob.id))
                try retain(blob.id)
            }
        }
    }
}

extension CopyObjectRequest {
    fileprivate func contentHeaders(of source: StoredObject) -> ContentHeaders {
        if case .replace(let headers, _) = metadataDirective { headers } else { source.contentHeaders }
    }

    fileprivate func metadata(of source: StoredObject) -> UserMetadata {
        if case .replace(_, let metadata) = metadataDirective { metadata } else { source.metadata }
    }

    fileprivate func tags(of source: StoredObject) -> TagSet {
        if case .replace(let tags) = taggingDirective { tags } else { source.tags }
    }
}
