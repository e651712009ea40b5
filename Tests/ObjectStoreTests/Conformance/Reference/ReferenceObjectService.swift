import KeyStore
import KeyTestSupport
import OpenSSL

@testable import ObjectStore

/// `ObjectService` in memory, written for being obviously right and for nothing else: what every other implementation is
/// compared with. It takes any MFA token for a good one, and lets everybody bypass governance retention.
actor ReferenceObjectService: ObjectService {
    static let defaultKey = "alias/reference"

    let clock: ManualClock
    var buckets: [BucketName: ReferenceBucket] = [:]
    private var counter: UInt64 = 0

    init(clock: ManualClock) { self.clock = clock }

    var now: Timestamp { clock.now }

    /// 16 bytes that were not given before.
    func fresh() -> [UInt8] {
        counter += 1
        return [UInt8](repeating: 0, count: 8) + (0..<8).map { UInt8(truncatingIfNeeded: counter >> UInt64(56 - 8 * $0)) }
    }

    func bucket(_ name: BucketName) throws(ObjectStoreError) -> ReferenceBucket {
        guard let bucket = buckets[name] else { throw ObjectStoreError(.noSuchBucket) }
        return bucket
    }

    func requireMFA(_ token: MFAToken?) throws(ObjectStoreError) {
        guard token != nil else { throw ObjectStoreError(.accessDenied, "Mfa Authentication must be used for this request") }
    }

    // MARK: Buckets

    func createBucket(_ request: CreateBucketRequest) throws(ObjectStoreError) {
        guard buckets[request.bucket] == nil else { throw ObjectStoreError(.bucketAlreadyOwnedByYou) }
        var bucket = ReferenceBucket(name: request.bucket, created: now)
        bucket.encryption = request.encryption
        bucket.tags = request.tags.tags.isEmpty ? nil : request.tags
        if request.objectLockEnabledForBucket {
            bucket.versioning.status = .enabled
            bucket.objectLock = ObjectLockConfiguration()
        }
        buckets[request.bucket] = bucket
    }

    func headBucket(_ name: BucketName) throws(ObjectStoreError) -> HeadBucketResponse {
        HeadBucketResponse(bucketRegion: "us-east-1", creationDate: try bucket(name).created)
    }

    func listBuckets(_ request: ListBucketsRequest) throws(ObjectStoreError) -> ListBucketsResponse {
        let limit = request.maxBuckets ?? ListBucketsRequest.maximumCount
        guard (1...ListBucketsRequest.maximumCount).contains(limit) else {
            throw .argument("max-buckets", String(limit), "Argument max-buckets must be an integer between 1 and 10000")
        }
        let behind = buckets.values.sorted { $0.name < $1.name }.filter { bucket in
            let name = Array(bucket.name.text.utf8)
            return name.starts(with: request.prefix.utf8)
                && request.continuationToken.map { $0.position.lexicographicallyPrecedes(name) } ?? true
        }
        let page = behind.prefix(limit).map { BucketEntry(name: $0.name, creationDate: $0.created, bucketRegion: "us-east-1") }
        let token = behind.count > limit ? page.last.map { ContinuationToken(after: Array($0.name.text.utf8)) } : nil
        return ListBucketsResponse(buckets: page, prefix: request.prefix, continuationToken: token)
    }

    func deleteBucket(_ request: DeleteBucketRequest) throws(ObjectStoreError) {
        let bucket = try bucket(request.bucket)
        if bucket.versioning.mfaDelete == .enabled { try requireMFA(request.mfa) }
        guard bucket.versions.isEmpty, bucket.uploads.isEmpty else { throw ObjectStoreError(.bucketNotEmpty) }
        buckets[request.bucket] = nil
    }

    func getBucketVersioning(_ name: BucketName) throws(ObjectStoreError) -> VersioningConfiguration { try bucket(name).versioning }

    func putBucketVersioning(_ request: PutBucketVersioningRequest) throws(ObjectStoreError) {
        var bucket = try bucket(request.bucket)
        let new = request.versioningConfiguration
        try VersioningRules.check(new, after: bucket.versioning, hasObjectLock: bucket.objectLock != nil)
        if VersioningRules.needsMFA(new, after: bucket.versioning) { try requireMFA(request.mfa) }
        if new.mfaDelete == .enabled, bucket.lifecycle != nil { throw ObjectStoreError(.invalidBucketState) }
        bucket.versioning = VersioningConfiguration(status: new.status, mfaDelete: new.mfaDelete ?? bucket.versioning.mfaDelete)
        buckets[request.bucket] = bucket
    }

    func getBucketEncryption(_ name: BucketName) throws(ObjectStoreError) -> BucketEncryption {
        try bucket(name).encryption ?? BucketEncryption(kmsMasterKeyID: Self.defaultKey)
    }

    func putBucketEncryption(_ name: BucketName, _ encryption: BucketEncryption) throws(ObjectStoreError) {
        var bucket = try bucket(name)
        bucket.encryption = encryption
        buckets[name] = bucket
    }

    func deleteBucketEncryption(_ name: BucketName) throws(ObjectStoreError) {
        var bucket = try bucket(name)
        bucket.encryption = nil
        buckets[name] = bucket
    }

    func getBucketLifecycleConfiguration(_ name: BucketName) throws(ObjectStoreError) -> LifecycleConfiguration {
        guard let lifecycle = try bucket(name).lifecycle else { throw ObjectStoreError(.noSuchLifecycleConfiguration) }
        return lifecycle
    }

    func putBucketLifecycleConfiguration(_ request: PutBucketLifecycleConfigurationRequest) throws(ObjectStoreError) {
        var bucket = try bucket(request.bucket)
        if bucket.versioning.mfaDelete == .enabled, request.value != nil, request.mfa == nil {
            throw ObjectStoreError(.invalidBucketState)
        }
        bucket.lifecycle = request.value
        buckets[request.bucket] = bucket
    }

    func getObjectLockConfiguration(_ name: BucketName) throws(ObjectStoreError) -> ObjectLockConfiguration {
        guard let objectLock = try bucket(name).objectLock else { throw ObjectStoreError(.objectLockConfigurationNotFound) }
        return objectLock
    }

    func putObjectLockConfiguration(_ request: PutObjectLockConfigurationRequest) throws(ObjectStoreError) {
        var bucket = try bucket(request.bucket)
        try ObjectLockRules.checkConfiguration(in: bucket.versioning.status)
        if bucket.versioning.mfaDelete == .enabled, ObjectLockRules.weakens(request.value, after: bucket.objectLock) {
            try requireMFA(request.mfa)
        }
        bucket.objectLock = request.value
        buckets[request.bucket] = bucket
    }

    func getBucketTagging(_ name: BucketName) throws(ObjectStoreError) -> TagSet {
        guard let tags = try bucket(name).tags else { throw ObjectStoreError(.noSuchTagSet) }
        return tags
    }

    func putBucketTagging(_ name: BucketName, _ tagSet: TagSet) throws(ObjectStoreError) {
        var bucket = try bucket(name)
        bucket.tags = tagSet
        buckets[name] = bucket
    }

    func deleteBucketTagging(_ name: BucketName) throws(ObjectStoreError) {
        var bucket = try bucket(name)
        bucket.tags = nil
        buckets[name] = bucket
    }
}
