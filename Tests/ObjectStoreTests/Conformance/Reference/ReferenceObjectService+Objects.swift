import KeyStore
import OpenSSL

@testable import ObjectStore

extension ReferenceObjectService {
    static let limit = 64 << 20

    static func checksum(_ algorithm: ChecksumAlgorithm, of bytes: [UInt8]) throws(ObjectStoreError) -> Checksum {
        var calculator = try ChecksumCalculator([algorithm])
        try calculator.update(bytes.bytes)
        return try calculator.finalize()[0]
    }

    /// A version with an ID as the bucket gives them.
    func newVersion(_ key: ObjectKey, _ content: ReferenceVersion.Content?, _ lock: ObjectLock, in bucket: ReferenceBucket)
        -> ReferenceVersion
    {
        let versionID = VersioningRules.put(in: bucket.versioning.status) == .added ? VersionID(random: fresh()) : .null
        return ReferenceVersion(key: key, versionID: versionID, lastModified: now, content: content, lock: lock)
    }

    // MARK: Writing

    func putObject(_ request: PutObjectRequest) async throws(ObjectStoreError) -> PutObjectResponse {
        let bytes = try await request.body.collect(limit: Self.limit)
        var bucket = try bucket(request.bucket)
        let checksum = try Self.checksum(request.checksum.algorithm, of: bytes)
        // What the headers tell is looked at before the body.
        try ConditionRules.checkWrite(request.conditions, current: bucket.current(request.key))
        let lock = try ObjectLockRules.lock(
            retention: request.objectLockRetention, legalHold: request.objectLockLegalHoldStatus, in: bucket.objectLock, now: now)
        try request.checksum.verify(checksum)
        let content = ReferenceVersion.Content(
            bytes: bytes, eTag: ETag(opaque: fresh()), checksum: checksum, contentHeaders: request.contentHeaders,
            metadata: request.metadata,
            tagging: request.tagging, kmsKeyID: request.ssekmsKeyID ?? bucket.encryption?.kmsMasterKeyID ?? Self.defaultKey)
        let version = newVersion(request.key, content, lock, in: bucket)
        bucket.insert(version)
        buckets[request.bucket] = bucket
        return PutObjectResponse(
            eTag: content.eTag, versionID: bucket.told(version.versionID), checksum: checksum, size: UInt64(bytes.count),
            serverSideEncryption: .awsKMS, ssekmsKeyID: content.kmsKeyID)
    }

    func copyObject(_ request: CopyObjectRequest) throws(ObjectStoreError) -> CopyObjectResponse {
        try CopyRules.check(request)
        let (source, content) = try copySource(request.copySource, request.sourceConditions)
        try CopyRules.checkSourceSize(UInt64(content.bytes.count))
        var bucket = try bucket(request.bucket)
        try ConditionRules.checkWrite(request.conditions, current: bucket.current(request.key))
        let lock = try ObjectLockRules.lock(
            retention: request.objectLockRetention, legalHold: request.objectLockLegalHoldStatus, in: bucket.objectLock, now: now)
        var (headers, metadata, tagging) = (content.contentHeaders, content.metadata, content.tagging)
        if case .replace(let newHeaders, let newMetadata) = request.metadataDirective { (headers, metadata) = (newHeaders, newMetadata) }
        if case .replace(let newTagging) = request.taggingDirective { tagging = newTagging }
        let copy = ReferenceVersion.Content(
            bytes: content.bytes, eTag: ETag(opaque: fresh()),
            checksum: try Self.checksum(request.checksumAlgorithm ?? content.checksum.algorithm, of: content.bytes),
            contentHeaders: headers,
            metadata: metadata, tagging: tagging, kmsKeyID: request.ssekmsKeyID ?? bucket.encryption?.kmsMasterKeyID ?? Self.defaultKey)
        let version = newVersion(request.key, copy, lock, in: bucket)
        let sourceVersionID = try self.bucket(request.copySource.bucket).told(source.versionID)
        bucket.insert(version)
        buckets[request.bucket] = bucket
        return CopyObjectResponse(
            eTag: copy.eTag, lastModified: version.lastModified, checksum: copy.checksum, versionID: bucket.told(version.versionID),
            copySourceVersionID: sourceVersionID, ssekmsKeyID: copy.kmsKeyID)
    }

    func copySource(_ reference: ObjectReference, _ conditions: ReadConditions) throws(ObjectStoreError)
        -> (ReferenceVersion, ReferenceVersion.Content)
    {
        let version: ReferenceVersion
        do throws(ObjectStoreError) {
            version = try bucket(reference.bucket).locate(reference)
        } catch {
            throw CopyRules.sourceError(error)
        }
        guard let content = version.content else { throw ObjectStoreError(.internalError) }
        try ConditionRules.checkCopySource(conditions, eTag: content.eTag, lastModified: version.lastModified)
        return (version, content)
    }

    // MARK: Reading

    func getObject(_ request: GetObjectRequest) throws(ObjectStoreError) -> GetObjectResponse {
        let (description, bytes) = try describe(request)
        return GetObjectResponse(description: description, body: BytesBody(bytes))
    }

    func headObject(_ request: GetObjectRequest) throws(ObjectStoreError) -> ObjectDescription { try describe(request).0 }

    private func describe(_ request: GetObjectRequest) throws(ObjectStoreError) -> (ObjectDescription, [UInt8]) {
        let bucket = try bucket(request.object.bucket)
        let version = try bucket.locate(request.object)
        guard let content = version.content else { throw ObjectStoreError(.internalError) }
        try ConditionRules.checkRead(request.conditions, eTag: content.eTag, lastModified: version.lastModified)
        let range = try Self.range(request.selection, content)
        let facts = LifecycleRules.VersionFacts(
            key: version.key, isLatest: bucket.versions[version.key]?.first?.versionID == version.versionID,
            lastModified: version.lastModified,
            byteCount: UInt64(content.bytes.count), tags: content.tagging)
        var partsCount: Int?
        if case .partNumber = request.selection { partsCount = content.parts?.count }
        let description = ObjectDescription(
            lastModified: version.lastModified, objectSize: UInt64(content.bytes.count), contentRange: range, eTag: content.eTag,
            versionID: bucket.told(version.versionID), contentHeaders: request.responseHeaders ?? content.contentHeaders,
            metadata: content.metadata, tagCount: content.tagging.tags.count, partsCount: partsCount,
            checksum: request.checksumMode ? content.checksum : nil, objectLock: version.lock,
            expiration: bucket.lifecycle.flatMap { LifecycleRules.expiry(of: facts, in: $0) }, serverSideEncryption: .awsKMS,
            ssekmsKeyID: content.kmsKeyID)
        return (description, Array(content.bytes[Int(range.lowerBound)..<Int(range.upperBound)]))
    }

    private static func range(_ selection: GetObjectRequest.Selection, _ content: ReferenceVersion.Content) throws(ObjectStoreError)
        -> Range<UInt64>
    {
        let byteCount = UInt64(content.bytes.count)
        switch selection {
        case .all: return 0..<byteCount
        case .range(let range): return try range.resolve(in: byteCount)
        case .partNumber(let number):
            try PartRules.checkNumber(number)
            guard let parts = content.parts else {
                guard number == 1 else { throw ObjectStoreError(.invalidPartNumber) }
                return 0..<byteCount
            }
            guard number <= parts.count else { throw ObjectStoreError(.invalidPartNumber) }
            let start = parts[..<(number - 1)].reduce(0) { $0 + $1.size }
            return start..<start + parts[number - 1].size
        }
    }

    func getObjectAttributes(_ object: ObjectReference, maxParts: Int?, partNumberMarker: Int?) throws(ObjectStoreError)
        -> ObjectAttributes
    {
        let bucket = try bucket(object.bucket)
        let version = try bucket.locate(object)
        guard let content = version.content else { throw ObjectStoreError(.internalError) }
        let behind = content.parts?.enumerated().filter { $0.offset + 1 > partNumberMarker ?? 0 }
        let page = behind?.prefix(min(maxParts ?? 1000, 1000)).map {
            ObjectAttributes.Part(partNumber: $0.offset + 1, size: $0.element.size, checksum: $0.element.checksum)
        }
        return ObjectAttributes(
            lastModified: version.lastModified, versionID: bucket.told(version.versionID), eTag: content.eTag,
            objectSize: UInt64(content.bytes.count), checksum: content.checksum, parts: page, totalPartsCount: content.parts?.count,
            nextPartNumberMarker: (behind?.count ?? 0) > (page?.count ?? 0) ? page?.last?.partNumber : nil)
    }

    // MARK: Deleting

    func deleteObject(_ request: DeleteObjectRequest) throws(ObjectStoreError) -> DeleteObjectResponse {
        let bucket = try bucket(request.object.bucket)
        if request.object.versionID != nil, bucket.versioning.mfaDelete == .enabled { try requireMFA(request.mfa) }
        return try delete(request.object, ifMatch: request.ifMatch, bypass: request.bypassGovernanceRetention)
    }

    func deleteObjects(_ request: DeleteObjectsRequest) throws(ObjectStoreError) -> DeleteObjectsResponse {
        let bucket = try bucket(request.bucket)
        guard (1...DeleteObjectsRequest.maximumCount).contains(request.objects.count) else { throw ObjectStoreError(.malformedXML) }
        let namesVersions = request.objects.contains { $0.versionID != nil }
        if namesVersions, bucket.versioning.mfaDelete == .enabled { try requireMFA(request.mfa) }
        var (deleted, failures): ([DeleteObjectsResponse.Deleted], [DeleteObjectsResponse.Failure]) = ([], [])
        for entry in request.objects {
            let object = ObjectReference(bucket: request.bucket, key: entry.key, versionID: entry.versionID)
            do throws(ObjectStoreError) {
                let response = try delete(object, ifMatch: entry.eTag, bypass: request.bypassGovernanceRetention)
                deleted.append(
                    DeleteObjectsResponse.Deleted(
                        key: entry.key, versionID: entry.versionID, deleteMarker: response.deleteMarker,
                        deleteMarkerVersionID: response.deleteMarker ? response.versionID : nil))
            } catch {
                failures.append(DeleteObjectsResponse.Failure(key: entry.key, versionID: entry.versionID, error: error))
            }
        }
        return DeleteObjectsResponse(deleted: request.quiet ? [] : deleted, errors: failures)
    }

    private func delete(_ object: ObjectReference, ifMatch: ETagCondition?, bypass: Bool) throws(ObjectStoreError) -> DeleteObjectResponse {
        var bucket = try bucket(object.bucket)
        try ConditionRules.checkDelete(ifMatch, current: bucket.current(object.key))
        if let versionID = object.versionID {
            guard let version = bucket.versions[object.key]?.first(where: { $0.versionID == versionID }) else {
                return DeleteObjectResponse(versionID: bucket.told(versionID), deleteMarker: false)
            }
            try ObjectLockRules.checkDeletion(
                of: version.lock, now: now, bypass: ObjectLockRules.Bypass(requested: bypass, permitted: true))
            bucket.remove(object.key, versionID)
            buckets[object.bucket] = bucket
            return DeleteObjectResponse(versionID: bucket.told(versionID), deleteMarker: version.content == nil)
        }
        switch VersioningRules.delete(in: bucket.versioning.status) {
        case .removingNull:
            bucket.remove(object.key, .null)
            buckets[object.bucket] = bucket
            return DeleteObjectResponse(versionID: nil, deleteMarker: false)
        case .addingMarker:
            let marker = newVersion(object.key, nil, .none, in: bucket)
            bucket.insert(marker)
            buckets[object.bucket] = bucket
            return DeleteObjectResponse(versionID: marker.versionID, deleteMarker: true)
        }
    }

    // MARK: What is said about a version

    private func change(
        _ object: ObjectReference, _ change: (inout ReferenceVersion, ReferenceBucket) throws(ObjectStoreError) -> Void
    ) throws(ObjectStoreError) -> ReferenceVersion {
        var bucket = try bucket(object.bucket)
        var version = try bucket.locate(object)
        try change(&version, bucket)
        bucket.update(version)
        buckets[object.bucket] = bucket
        return version
    }

    func getObjectTagging(_ object: ObjectReference) throws(ObjectStoreError) -> ObjectTaggingResponse {
        let bucket = try bucket(object.bucket)
        let version = try bucket.locate(object)
        return ObjectTaggingResponse(versionID: bucket.told(version.versionID), tagSet: version.content?.tagging ?? .empty)
    }

    func putObjectTagging(_ object: ObjectReference, _ tagSet: TagSet) throws(ObjectStoreError) -> ObjectTaggingResponse {
        let version = try change(object) { version, _ throws(ObjectStoreError) in version.content?.tagging = tagSet }
        return ObjectTaggingResponse(versionID: try bucket(object.bucket).told(version.versionID), tagSet: tagSet)
    }

    func deleteObjectTagging(_ object: ObjectReference) throws(ObjectStoreError) -> ObjectTaggingResponse {
        try putObjectTagging(object, .empty)
    }

    func getObjectRetention(_ object: ObjectReference) throws(ObjectStoreError) -> Retention {
        guard try bucket(object.bucket).objectLock != nil else { throw ObjectLockRules.missingConfiguration }
        guard let retention = try bucket(object.bucket).locate(object).lock.retention else {
            throw ObjectStoreError(.noSuchObjectLockConfiguration)
        }
        return retention
    }

    func putObjectRetention(_ request: PutObjectRetentionRequest) throws(ObjectStoreError) {
        let bypass = ObjectLockRules.Bypass(requested: request.bypassGovernanceRetention, permitted: true)
        guard try bucket(request.object.bucket).objectLock != nil else { throw ObjectLockRules.missingConfiguration }
        _ = try change(request.object) { version, bucket throws(ObjectStoreError) in
            let current = version.lock.retention
            try ObjectLockRules.checkRetention(request.retention, after: current, now: now, bypass: bypass)
            if bucket.versioning.mfaDelete == .enabled, ObjectLockRules.weakens(request.retention, after: current, now: now) {
                try requireMFA(request.mfa)
            }
            version.lock.retention = request.retention
        }
    }

    func getObjectLegalHold(_ object: ObjectReference) throws(ObjectStoreError) -> LegalHoldStatus {
        guard try bucket(object.bucket).objectLock != nil else { throw ObjectLockRules.missingConfiguration }
        guard let status = try bucket(object.bucket).locate(object).lock.legalHold else {
            throw ObjectStoreError(.noSuchObjectLockConfiguration)
        }
        return status
    }

    func putObjectLegalHold(_ object: ObjectReference, _ status: LegalHoldStatus) throws(ObjectStoreError) {
        guard try bucket(object.bucket).objectLock != nil else { throw ObjectLockRules.missingConfiguration }
        _ = try change(object) { version, _ throws(ObjectStoreError) in version.lock.legalHold = status }
    }
}
