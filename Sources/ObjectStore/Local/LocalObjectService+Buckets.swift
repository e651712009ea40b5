import AuditTrail
import KeyStore

extension LocalObjectService {
    public func createBucket(_ request: CreateBucketRequest) async throws(ObjectStoreError) {
        if let key = request.encryption?.kmsMasterKeyID { _ = try await usableKey(key) }
        let event = ObjectEvent(
            "CreateBucket", request.bucket, [("objectLockEnabledForBucket", .boolean(request.objectLockEnabledForBucket))])
        try await committer.commit(event) { transaction throws(ObjectStoreError) in
            guard try !transaction.isBucket(request.bucket) else { throw ObjectStoreError(.bucketAlreadyOwnedByYou) }
            var record = BucketRecord(creationDate: transaction.now)
            record.kmsKeyID = request.encryption?.kmsMasterKeyID
            if request.objectLockEnabledForBucket {
                record.versioning.status = .enabled
                record.objectLock = ObjectLockConfiguration()
            }
            record.hasTags = !request.tags.tags.isEmpty
            try transaction.create(request.bucket, record)
            if record.hasTags { try transaction.setTags(request.tags, of: request.bucket) }
        }
    }

    /// Refuses a key that could not seal an object.
    func usableKey(_ keyID: String) async throws(ObjectStoreError) -> String {
        do throws(KeyStoreError) {
            let key = try await environment.keys.describeKey(keyID: keyID)
            guard key.keySpec == .symmetricDefault else {
                throw KeyStoreError(.invalidKeyUsage, "\(key.arn) is no symmetric key, and objects are sealed under those alone")
            }
            guard key.keyState == .enabled else { throw KeyStoreError(.invalidState, "\(key.arn) is \(key.keyState.rawValue)") }
            return key.arn
        } catch { throw ObjectStoreError(error) }
    }

    public func headBucket(_ bucket: BucketName) async throws(ObjectStoreError) -> HeadBucketResponse {
        HeadBucketResponse(bucketRegion: environment.identity.region, creationDate: try record(of: bucket).creationDate)
    }

    public func listBuckets(_ request: ListBucketsRequest) async throws(ObjectStoreError) -> ListBucketsResponse {
        let limit = request.maxBuckets ?? ListBucketsRequest.maximumCount
        guard (1...ListBucketsRequest.maximumCount).contains(limit) else {
            throw .argument("max-buckets", String(limit), "Argument max-buckets must be an integer between 1 and 10000")
        }
        let marker = request.continuationToken.map { String(decoding: $0.position, as: UTF8.self) } ?? ""
        let region = environment.identity.region
        let (buckets, isTruncated) = try view { reader throws(ObjectStoreError) in
            var (entries, isTruncated): ([BucketEntry], Bool) = ([], false)
            try reader.forEachBucket(behind: marker) { bucket throws(ObjectStoreError) in
                guard bucket.name.text.utf8.starts(with: request.prefix.utf8) else { return true }
                guard entries.count < limit else {
                    isTruncated = true
                    return false
                }
                entries.append(BucketEntry(name: bucket.name, creationDate: bucket.record.creationDate, bucketRegion: region))
                return true
            }
            return (entries, isTruncated)
        }
        let token = isTruncated ? buckets.last.map { ContinuationToken(after: Array($0.name.text.utf8)) } : nil
        return ListBucketsResponse(buckets: buckets, prefix: request.prefix, continuationToken: token)
    }

    public func deleteBucket(_ request: DeleteBucketRequest) async throws(ObjectStoreError) {
        let (bucket, token) = (request.bucket, request.mfa)
        // Before a code is looked at: what cannot be done anyway shall not use one up.
        guard try !view({ reader throws(ObjectStoreError) in try reader.hasVersions(reader.bucket(bucket).id) }) else {
            throw ObjectStoreError(.bucketNotEmpty)
        }
        try await commit(ObjectEvent("DeleteBucket", bucket), in: bucket, token) { transaction, proof throws(ObjectStoreError) in
            let row = try transaction.bucket(bucket)
            if row.record.needsMFA { try proof.spend(on: nil, in: transaction.db) }
            guard try !transaction.reader.hasVersions(row.id) else { throw ObjectStoreError(.bucketNotEmpty) }
            try transaction.delete(bucket)
        }
    }

    private func record(of bucket: BucketName) throws(ObjectStoreError) -> BucketRecord {
        try view { reader throws(ObjectStoreError) in try reader.bucket(bucket).record }
    }

    // MARK: Versioning

    public func getBucketVersioning(_ bucket: BucketName) async throws(ObjectStoreError) -> VersioningConfiguration {
        try record(of: bucket).versioning
    }

    public func putBucketVersioning(_ request: PutBucketVersioningRequest) async throws(ObjectStoreError) {
        let (bucket, new) = (request.bucket, request.versioningConfiguration)
        let event = ObjectEvent(
            "PutBucketVersioning", bucket,
            [("status", .string(new.status.rawValue)), ("mfaDelete", new.mfaDelete.map { .string($0.rawValue) } ?? .null)])
        // Before a code is looked at, as for DeleteBucket.
        try Self.check(new, record(of: bucket))
        try await commit(event, in: bucket, request.mfa, needsCode: { VersioningRules.needsMFA(new, after: $0.versioning) }) {
            transaction, proof throws(ObjectStoreError) in
            let current = try transaction.bucket(bucket).record
            if VersioningRules.needsMFA(new, after: current.versioning) { try proof.spend(on: nil, in: transaction.db) }
            try Self.check(new, current)
            try transaction.change(bucket) { record throws(ObjectStoreError) in
                record.versioning = VersioningConfiguration(status: new.status, mfaDelete: new.mfaDelete ?? current.versioning.mfaDelete)
            }
        }
    }

    private static func check(_ new: VersioningConfiguration, _ current: BucketRecord) throws(ObjectStoreError) {
        try VersioningRules.check(new, after: current.versioning, hasObjectLock: current.objectLock != nil)
        guard new.mfaDelete == .enabled, current.hasLifecycle, !current.needsMFA else { return }
        throw lifecycleAndMFA
    }

    /// S3's words.
    private static let lifecycleAndMFA = ObjectStoreError(
        .invalidBucketState,
        "Mfa Authentication is not supported on a bucket with lifecycle configuration. Delete lifecycle configuration before enabling Mfa "
            + "Authentication.", advice: "'coffer bucket lifecycle delete' deletes it; once MFA delete is on, a new one takes a code.")

    // MARK: Encryption

    public func getBucketEncryption(_ bucket: BucketName) async throws(ObjectStoreError) -> BucketEncryption {
        BucketEncryption(kmsMasterKeyID: try record(of: bucket).kmsKeyID ?? defaultKeyARN)
    }

    public func putBucketEncryption(_ bucket: BucketName, _ encryption: BucketEncryption) async throws(ObjectStoreError) {
        _ = try await usableKey(encryption.kmsMasterKeyID)
        try await setKey(
            encryption.kmsMasterKeyID, ObjectEvent("PutBucketEncryption", bucket, [("kmsMasterKeyID", .string(encryption.kmsMasterKeyID))]),
            bucket)
    }

    public func deleteBucketEncryption(_ bucket: BucketName) async throws(ObjectStoreError) {
        try await setKey(nil, ObjectEvent("DeleteBucketEncryption", bucket), bucket)
    }

    private func setKey(_ keyID: String?, _ event: ObjectEvent, _ bucket: BucketName) async throws(ObjectStoreError) {
        try await committer.commit(event) { transaction throws(ObjectStoreError) in
            try transaction.change(bucket) { record throws(ObjectStoreError) in record.kmsKeyID = keyID }
        }
    }

    // MARK: Lifecycle

    public func getBucketLifecycleConfiguration(_ bucket: BucketName) async throws(ObjectStoreError) -> LifecycleConfiguration {
        let lifecycle = try view { reader throws(ObjectStoreError) in try reader.lifecycle(of: reader.bucket(bucket)) }
        guard let lifecycle else { throw ObjectStoreError(.noSuchLifecycleConfiguration) }
        return lifecycle
    }

    /// While MFA delete is on, S3 knows no lifecycle. Here there is one that was approved by a code, since it deletes versions without.
    public func putBucketLifecycleConfiguration(_ request: PutBucketLifecycleConfigurationRequest) async throws(ObjectStoreError) {
        let (bucket, lifecycle, hasToken) = (request.bucket, request.value, request.mfa != nil)
        let name = lifecycle == nil ? "DeleteBucketLifecycle" : "PutBucketLifecycleConfiguration"
        let event = ObjectEvent(name, bucket, lifecycle.map { [("rules", .integer(Int64($0.rules.count)))] } ?? [])
        try await commit(event, in: bucket, request.mfa, needsCode: { $0.needsMFA && lifecycle != nil }) {
            transaction, proof throws(ObjectStoreError) in
            let row = try transaction.bucket(bucket)
            if row.record.needsMFA, lifecycle != nil {
                guard hasToken else {
                    throw ObjectStoreError(
                        .invalidBucketState,
                        "A lifecycle configuration deletes versions without asking, so a bucket with MFA delete takes one only with a code."
                    )
                }
                try proof.spend(on: nil, in: transaction.db)
            }
            try transaction.setDocument(lifecycle?.encoded(), .lifecycle, of: row)
            try transaction.change(bucket) { record throws(ObjectStoreError) in record.hasLifecycle = lifecycle != nil }
        }
    }

    // MARK: Object Lock

    public func getObjectLockConfiguration(_ bucket: BucketName) async throws(ObjectStoreError) -> ObjectLockConfiguration {
        guard let objectLock = try record(of: bucket).objectLock else { throw ObjectStoreError(.objectLockConfigurationNotFound) }
        return objectLock
    }

    public func putObjectLockConfiguration(_ request: PutObjectLockConfigurationRequest) async throws(ObjectStoreError) {
        let (bucket, configuration) = (request.bucket, request.value)
        var parameters: [(String, AuditValue)] = []
        if let retention = configuration.defaultRetention {
            parameters = [("mode", .string(retention.mode.rawValue)), ("days", .integer(Int64(retention.days)))]
        }
        let event = ObjectEvent("PutObjectLockConfiguration", bucket, parameters)
        try await commit(
            event, in: bucket, request.mfa, needsCode: { $0.needsMFA && ObjectLockRules.weakens(configuration, after: $0.objectLock) }
        ) { transaction, proof throws(ObjectStoreError) in
            let record = try transaction.bucket(bucket).record
            try ObjectLockRules.checkConfiguration(in: record.versioning.status)
            if record.needsMFA, ObjectLockRules.weakens(configuration, after: record.objectLock) {
                try proof.spend(on: nil, in: transaction.db)
            }
            try transaction.change(bucket) { record throws(ObjectStoreError) in record.objectLock = configuration }
        }
    }

    // MARK: Tags

    public func getBucketTagging(_ bucket: BucketName) async throws(ObjectStoreError) -> TagSet {
        guard let tags = try view({ reader throws(ObjectStoreError) in try reader.tags(of: reader.bucket(bucket)) }) else {
            throw ObjectStoreError(.noSuchTagSet)
        }
        return tags
    }

    public func putBucketTagging(_ bucket: BucketName, _ tagSet: TagSet) async throws(ObjectStoreError) {
        try await committer.commit(ObjectEvent("PutBucketTagging", bucket)) { transaction throws(ObjectStoreError) in
            try transaction.setTags(tagSet, of: bucket)
        }
    }

    public func deleteBucketTagging(_ bucket: BucketName) async throws(ObjectStoreError) {
        try await committer.commit(ObjectEvent("DeleteBucketTagging", bucket)) { transaction throws(ObjectStoreError) in
            try transaction.setTags(nil, of: bucket)
        }
    }
}

extension StoreTransaction {
    fileprivate func setTags(_ tags: TagSet?, of bucket: BucketName) throws(ObjectStoreError) {
        let record = tags.map { tags in
            var writer = ByteWriter()
            writer.append(tags)
            return writer.bytes
        }
        try setDocument(record, .tags, of: self.bucket(bucket))
        try change(bucket) { record throws(ObjectStoreError) in record.hasTags = tags != nil }
    }
}
