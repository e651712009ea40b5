import AuditTrail
import KeyStore

extension LocalObjectService {
    /// Versions that one event in the trail names; a batch of more has several events.
    private static let maximumEntriesPerEvent = 100

    public func deleteObject(_ request: DeleteObjectRequest) async throws(ObjectStoreError) -> DeleteObjectResponse {
        let deletion = Deletion(request)
        guard request.object.versionID != nil else {
            return try await committer.commit(ObjectEvent("DeleteObject", request.object)) { transaction throws(ObjectStoreError) in
                try transaction.delete(deletion, in: transaction.bucket(request.object.bucket))
            }
        }
        try refuseLocked(deletion, in: request.object.bucket)
        return try await commit(ObjectEvent("DeleteObject", request.object), in: deletion.bucket, request.mfa) {
            transaction, proof throws(ObjectStoreError) in
            let bucket = try transaction.bucket(deletion.bucket)
            if bucket.record.needsMFA { try proof.spend(on: (deletion.bucket, [deletion.key]), in: transaction.db) }
            return try transaction.delete(deletion, in: bucket)
        }
    }

    /// A lock wins over a good code: before the code is looked at, so that nobody is locked out for trying in vain.
    private func refuseLocked(_ deletion: Deletion, in name: BucketName) throws(ObjectStoreError) {
        try view { reader throws(ObjectStoreError) in
            guard let id = deletion.versionID, let version = try reader.version(deletion.key, id, in: reader.bucket(name).id) else {
                return
            }
            try ObjectLockRules.checkDeletion(of: version.record.lock, now: now(), bypass: deletion.bypass)
        }
    }

    public func deleteObjects(_ request: DeleteObjectsRequest) async throws(ObjectStoreError) -> DeleteObjectsResponse {
        guard (1...DeleteObjectsRequest.maximumCount).contains(request.objects.count) else { throw ObjectStoreError(.malformedXML) }
        let deletions = request.objects.map { Deletion($0, in: request.bucket, bypass: request.bypassGovernanceRetention) }
        let named = deletions.filter { $0.versionID != nil }
        let (isQuiet, hasToken) = (request.quiet, request.mfa != nil)
        let event = ObjectEvent("DeleteObjects", request.bucket, [("objectCount", .integer(Int64(deletions.count)))])
        return try await commit(event, in: request.bucket, request.mfa) { transaction, proof throws(ObjectStoreError) in
            let bucket = try transaction.bucket(request.bucket)
            // S3: a code that is given is looked at, whether there are versions in the request or not.
            if bucket.record.needsMFA, !named.isEmpty || hasToken {
                try proof.spend(on: named.isEmpty ? nil : (request.bucket, named.map(\.key)), in: transaction.db)
            }
            var entries: [AuditValue] = []
            var (deleted, failures): ([DeleteObjectsResponse.Deleted], [DeleteObjectsResponse.Failure]) = ([], [])
            for deletion in deletions {
                do throws(ObjectStoreError) {
                    let response = try transaction.delete(deletion, in: bucket)
                    entries.append(deletion.auditValue(nil))
                    guard !isQuiet else { continue }
                    deleted.append(
                        DeleteObjectsResponse.Deleted(
                            key: deletion.key, versionID: deletion.versionID, deleteMarker: response.deleteMarker,
                            deleteMarkerVersionID: response.deleteMarker ? response.versionID : nil))
                } catch {
                    guard error.isRefusal else { throw error }
                    entries.append(deletion.auditValue(error))
                    failures.append(
                        DeleteObjectsResponse.Failure(key: deletion.key, versionID: deletion.versionID, error: error))
                }
            }
            transaction.events += Self.events(entries, in: request.bucket)
            return DeleteObjectsResponse(deleted: deleted, errors: failures)
        }
    }

    /// What became of each object of a batch.
    private static func events(_ entries: [AuditValue], in bucket: BucketName) -> [ObjectEvent] {
        stride(from: 0, to: entries.count, by: maximumEntriesPerEvent).map { start in
            let some = entries[start..<min(start + maximumEntriesPerEvent, entries.count)]
            return ObjectEvent("DeleteObject", bucket, [("objects", .array(Array(some)))])
        }
    }
}

/// One deletion of a request.
struct Deletion: Sendable {
    let bucket: BucketName
    let key: ObjectKey
    let versionID: VersionID?
    let ifMatch: ETagCondition?
    let bypass: ObjectLockRules.Bypass

    init(_ request: DeleteObjectRequest) {
        self.init(request.object, request.ifMatch, bypass: request.bypassGovernanceRetention)
    }

    init(_ entry: DeleteObjectsRequest.Entry, in bucket: BucketName, bypass: Bool) {
        self.init(ObjectReference(bucket: bucket, key: entry.key, versionID: entry.versionID), entry.eTag, bypass: bypass)
    }

    /// As an event of a batch names it.
    func auditValue(_ error: ObjectStoreError?) -> AuditValue {
        .object(ObjectEvent.parameters(key, versionID) + (error.map { [("errorCode", .string($0.code.rawValue))] } ?? []))
    }

    /// What a lifecycle does to the current version of a key.
    init(expiring key: ObjectKey, in bucket: BucketName) {
        self.init(ObjectReference(bucket: bucket, key: key), nil, bypass: false)
    }

    /// There is one account here, which may bypass governance if it says so.
    private init(_ object: ObjectReference, _ ifMatch: ETagCondition?, bypass: Bool) {
        bucket = object.bucket
        key = object.key
        versionID = object.versionID
        self.ifMatch = ifMatch
        self.bypass = ObjectLockRules.Bypass(requested: bypass, permitted: true)
    }
}

extension ObjectStoreError {
    /// Whether it says that this one deletion is not allowed, and nothing was changed for it.
    fileprivate var isRefusal: Bool { [.accessDenied, .preconditionFailed, .noSuchKey].contains(code) }
}

extension StoreTransaction {
    /// Every reason to refuse is looked at before the first row is changed.
    func delete(_ deletion: Deletion, in bucket: BucketRow) throws(ObjectStoreError) -> DeleteObjectResponse {
        if deletion.ifMatch != nil {
            try ConditionRules.checkDelete(deletion.ifMatch, current: reader.current(deletion.key, in: bucket.id))
        }
        if let versionID = deletion.versionID { return try delete(deletion, versionID, in: bucket) }
        switch VersioningRules.delete(in: bucket.record.versioning.status) {
        case .removingNull:
            if let version = try reader.version(deletion.key, .null, in: bucket.id) { try remove(version, in: bucket) }
            return DeleteObjectResponse(versionID: nil, deleteMarker: false)
        case .addingMarker:
            let marker = VersionRecord(uid: try [UInt8].random(VersionRecord.uidByteCount), lastModified: now, object: nil)
            return DeleteObjectResponse(versionID: try insert(marker, deletion.key, in: bucket).versionID, deleteMarker: true)
        }
    }

    /// A version that is not there is as good as deleted.
    private func delete(_ deletion: Deletion, _ id: VersionID, in bucket: BucketRow) throws(ObjectStoreError) -> DeleteObjectResponse {
        guard let version = try reader.version(deletion.key, id, in: bucket.id) else {
            return DeleteObjectResponse(versionID: bucket.told(id), deleteMarker: false)
        }
        try ObjectLockRules.checkDeletion(of: version.record.lock, now: now, bypass: deletion.bypass)
        try remove(version, in: bucket)
        return DeleteObjectResponse(versionID: bucket.told(id), deleteMarker: version.record.object == nil)
    }
}
