public import KeyStore

/// Input of CreateBucket.
public struct CreateBucketRequest: Sendable {
    public var bucket: BucketName
    /// Turns versioning on with it, for good.
    public var objectLockEnabledForBucket = false
    /// The KMS key that objects are sealed under; nil for the store's default key. Beyond S3, where it takes a second request.
    public var encryption: BucketEncryption?
    /// At most 50.
    public var tags = TagSet.empty

    public init(bucket: BucketName) { self.bucket = bucket }
}

/// Amazon S3 API reference, `Bucket`.
public struct BucketEntry: Sendable, Hashable {
    public let name: BucketName
    public let creationDate: Timestamp
    public let bucketRegion: String
}

/// Input of ListBuckets. Names come in their order.
public struct ListBucketsRequest: Sendable {
    public static let maximumCount = 10_000

    public var prefix = ""
    /// 1 to 10 000; nil for all that one page may have.
    public var maxBuckets: Int?
    public var continuationToken: ContinuationToken?

    public init() {}
}

public struct ListBucketsResponse: Sendable, Hashable {
    public let buckets: [BucketEntry]
    public let prefix: String
    /// nil on the last page.
    public let continuationToken: ContinuationToken?
}

/// Output of HeadBucket.
public struct HeadBucketResponse: Sendable, Hashable {
    public let bucketRegion: String
    public let creationDate: Timestamp
}

/// Input of PutBucketVersioning.
public struct PutBucketVersioningRequest: Sendable {
    public var bucket: BucketName
    public var versioningConfiguration: VersioningConfiguration
    /// Needed for every change while MFA delete is on, and to turn it on.
    public var mfa: MFAToken?

    public init(bucket: BucketName, versioningConfiguration: VersioningConfiguration, mfa: MFAToken? = nil) {
        self.bucket = bucket
        self.versioningConfiguration = versioningConfiguration
        self.mfa = mfa
    }
}

/// Input of the requests that change what protects the versions of a bucket, and of DeleteBucket. S3 asks for no code there; this
/// store does while MFA delete is on, if the change weakens the protection.
public struct ProtectedBucketRequest<Value: Sendable>: Sendable {
    public var bucket: BucketName
    public var value: Value
    public var mfa: MFAToken?

    public init(bucket: BucketName, _ value: Value, mfa: MFAToken? = nil) {
        self.bucket = bucket
        self.value = value
        self.mfa = mfa
    }
}

public typealias DeleteBucketRequest = ProtectedBucketRequest<Void>
/// nil deletes the configuration (DeleteBucketLifecycle).
public typealias PutBucketLifecycleConfigurationRequest = ProtectedBucketRequest<LifecycleConfiguration?>
public typealias PutObjectLockConfigurationRequest = ProtectedBucketRequest<ObjectLockConfiguration>

extension ProtectedBucketRequest where Value == Void {
    public init(bucket: BucketName, mfa: MFAToken? = nil) { self.init(bucket: bucket, (), mfa: mfa) }
}
