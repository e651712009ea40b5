import AuditTrail
import KeyStore

/// What is said about a version.
extension LocalObjectService {
    private func locate(_ object: ObjectReference) throws(ObjectStoreError) -> (BucketRow, VersionRow) {
        try view { reader throws(ObjectStoreError) in
            let bucket = try reader.bucket(object.bucket)
            return (bucket, try reader.locate(object, in: bucket.id))
        }
    }

    // MARK: Tags

    public func getObjectTagging(_ object: ObjectReference) async throws(ObjectStoreError) -> ObjectTaggingResponse {
        let (bucket, version) = try locate(object)
        return ObjectTaggingResponse(versionID: bucket.told(version.versionID), tagSet: version.record.object?.tags ?? .empty)
    }

    public func putObjectTagging(_ object: ObjectReference, _ tagSet: TagSet) async throws(ObjectStoreError) -> ObjectTaggingResponse {
        try await setTags(tagSet, of: object, ObjectEvent("PutObjectTagging", object))
    }

    public func deleteObjectTagging(_ object: ObjectReference) async throws(ObjectStoreError) -> ObjectTaggingResponse {
        try await setTags(.empty, of: object, ObjectEvent("DeleteObjectTagging", object))
    }

    private func setTags(
        _ tags: TagSet, of object: ObjectReference, _ event: ObjectEvent
    ) async throws(ObjectStoreError) -> ObjectTaggingResponse {
        try tags.requireObjectTags()
        return try await committer.commit(event) { transaction throws(ObjectStoreError) in
            let bucket = try transaction.bucket(object.bucket)
            let version = try transaction.reader.locate(object, in: bucket.id)
            var record = version.record
            record.object?.tags = tags
            try transaction.update(version, to: record, in: bucket)
            return ObjectTaggingResponse(versionID: bucket.told(version.versionID), tagSet: tags)
        }
    }

    // MARK: Object Lock

    public func getObjectRetention(_ object: ObjectReference) async throws(ObjectStoreError) -> Retention {
        guard let retention = try lock(of: object).retention else { throw ObjectStoreError(.noSuchObjectLockConfiguration) }
        return retention
    }

    public func getObjectLegalHold(_ object: ObjectReference) async throws(ObjectStoreError) -> LegalHoldStatus {
        guard let status = try lock(of: object).legalHold else { throw ObjectStoreError(.noSuchObjectLockConfiguration) }
        return status
    }

    private func lock(of object: ObjectReference) throws(ObjectStoreError) -> ObjectLock {
        try view { reader throws(ObjectStoreError) in
            let bucket = try reader.bucket(object.bucket)
            guard bucket.record.objectLock != nil else { throw ObjectLockRules.missingConfiguration }
            return try reader.locate(object, in: bucket.id).record.lock
        }
    }

    public func putObjectRetention(_ request: PutObjectRetentionRequest) async throws(ObjectStoreError) {
        let retention = request.retention
        let bypass = ObjectLockRules.Bypass(requested: request.bypassGovernanceRetention, permitted: true)
        let event = ObjectEvent(
            "PutObjectRetention", request.object,
            [
                ("mode", retention.map { .string($0.mode.rawValue) } ?? .null),
                ("retainUntil", retention.map { .integer($0.retainUntilDate.seconds) } ?? .null),
                ("bypassGovernanceRetention", .boolean(request.bypassGovernanceRetention)),
            ])
        let object = request.object
        // Before a code is looked at, as for deletions.
        let current = try lock(of: object).retention
        let now = try now()
        try ObjectLockRules.checkRetention(retention, after: current, now: now, bypass: bypass)
        let isWeaker = ObjectLockRules.weakens(retention, after: current, now: now)
        try await commit(event, in: object.bucket, request.mfa, needsCode: { $0.needsMFA && isWeaker }) {
            transaction, proof throws(ObjectStoreError) in
            let (bucket, version) = try transaction.lockable(object)
            let current = version.record.lock.retention
            try ObjectLockRules.checkRetention(retention, after: current, now: transaction.now, bypass: bypass)
            if bucket.record.needsMFA, ObjectLockRules.weakens(retention, after: current, now: transaction.now) {
                try proof.spend(on: nil, in: transaction.db)
            }
            var record = version.record
            record.lock.retention = retention
            try transaction.update(version, to: record, in: bucket)
        }
    }

    public func putObjectLegalHold(_ object: ObjectReference, _ status: LegalHoldStatus) async throws(ObjectStoreError) {
        let event = ObjectEvent("PutObjectLegalHold", object, [("status", .string(status.rawValue))])
        try await committer.commit(event) { transaction throws(ObjectStoreError) in
            let (bucket, version) = try transaction.lockable(object)
            var record = version.record
            record.lock.legalHold = status
            try transaction.update(version, to: record, in: bucket)
        }
    }
}

extension StoreTransaction {
    fileprivate func lockable(_ object: ObjectReference) throws(ObjectStoreError) -> (BucketRow, VersionRow) {
        let bucket = try self.bucket(object.bucket)
        guard bucket.record.objectLock != nil else { throw ObjectLockRules.missingConfiguration }
        return (bucket, try reader.locate(object, in: bucket.id))
    }
}
