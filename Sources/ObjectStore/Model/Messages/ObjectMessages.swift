public import KeyStore

/// Input of PutObject.
public struct PutObjectRequest: Sendable {
    public var bucket: BucketName
    public var key: ObjectKey
    public var body: any ObjectBody
    public var contentHeaders = ContentHeaders.none
    public var metadata = UserMetadata.empty
    public var tagging = TagSet.empty
    public var conditions = WriteConditions.none
    public var checksum = UploadChecksum.default
    /// The KMS key to seal under; nil for the bucket's.
    public var ssekmsKeyID: String?
    /// nil for the bucket's default.
    public var objectLockRetention: Retention?
    public var objectLockLegalHoldStatus: LegalHoldStatus?

    public init(bucket: BucketName, key: ObjectKey, body: any ObjectBody) {
        self.bucket = bucket
        self.key = key
        self.body = body
    }
}

/// Output of PutObject.
public struct PutObjectResponse: Sendable, Hashable {
    public let eTag: ETag
    /// nil in a bucket that was never versioned.
    public let versionID: VersionID?
    public let checksum: Checksum
    public let size: UInt64
    public let serverSideEncryption: ServerSideEncryption
    public let ssekmsKeyID: String
}

/// Names an object, or one version of it. Input of the requests that take nothing else.
public struct ObjectReference: Sendable, Hashable {
    public var bucket: BucketName
    public var key: ObjectKey
    /// nil for the current version.
    public var versionID: VersionID?

    public init(bucket: BucketName, key: ObjectKey, versionID: VersionID? = nil) {
        self.bucket = bucket
        self.key = key
        self.versionID = versionID
    }
}

/// Input of GetObject and HeadObject.
public struct GetObjectRequest: Sendable {
    /// Which bytes of the object.
    public enum Selection: Sendable, Hashable {
        case all
        case range(ByteRange)
        /// The bytes of one part of an object that was made of parts; 1 stands for all of any other object.
        case partNumber(Int)
    }

    public var object: ObjectReference
    public var selection = Selection.all
    public var conditions = ReadConditions.none
    /// `ENABLED`: the answer names the stored checksum.
    public var checksumMode = false
    /// What the answer's headers say instead of what is stored (`response-content-type` and so on).
    public var responseHeaders: ContentHeaders?

    public init(_ object: ObjectReference) { self.object = object }
}

/// What is known of one version without its bytes. Output of HeadObject, and part of that of GetObject.
public struct ObjectDescription: Sendable, Hashable {
    public let lastModified: Timestamp
    /// Of the whole object, in bytes.
    public let objectSize: UInt64
    /// The bytes of the answer: all, unless a range or a part was asked for.
    public let contentRange: Range<UInt64>
    public let eTag: ETag
    /// nil in a bucket that was never versioned.
    public let versionID: VersionID?
    public let contentHeaders: ContentHeaders
    public let metadata: UserMetadata
    public let tagCount: Int
    /// nil for an object that was not made of parts, and unless a part was asked for.
    public let partsCount: Int?
    /// Of the whole object; nil unless it was asked for.
    public let checksum: Checksum?
    public let objectLock: ObjectLock
    /// When a lifecycle rule will expire the version, and the ID of that rule.
    public let expiration: LifecycleExpiry?
    public let serverSideEncryption: ServerSideEncryption
    public let ssekmsKeyID: String

    /// What the answer has in bytes.
    public var contentLength: UInt64 { contentRange.upperBound - contentRange.lowerBound }
}

/// When and by which rule a version will expire (`x-amz-expiration`).
public struct LifecycleExpiry: Sendable, Hashable {
    public let date: Timestamp
    public let ruleID: String
}

/// Output of GetObject.
public struct GetObjectResponse: Sendable {
    public let description: ObjectDescription
    public let body: any ObjectBody
}

/// Input of DeleteObject.
public struct DeleteObjectRequest: Sendable {
    public var object: ObjectReference
    /// The deletion happens only if the current version is one of these.
    public var ifMatch: ETagCondition?
    public var bypassGovernanceRetention = false
    public var mfa: MFAToken?

    public init(_ object: ObjectReference) { self.object = object }
}

/// Output of DeleteObject.
public struct DeleteObjectResponse: Sendable, Hashable {
    /// Of what was deleted, or of the delete marker that was made; nil in a bucket that was never versioned.
    public let versionID: VersionID?
    /// Whether `versionID` is a delete marker, made or deleted.
    public let deleteMarker: Bool
}

/// Input of DeleteObjects.
public struct DeleteObjectsRequest: Sendable {
    public static let maximumCount = 1000

    public struct Entry: Sendable, Hashable {
        public var key: ObjectKey
        public var versionID: VersionID?
        public var eTag: ETagCondition?

        public init(key: ObjectKey, versionID: VersionID? = nil, eTag: ETagCondition? = nil) {
            self.key = key
            self.versionID = versionID
            self.eTag = eTag
        }
    }

    public var bucket: BucketName
    /// 1 to 1000.
    public var objects: [Entry]
    /// Leaves what went well out of the answer.
    public var quiet = false
    public var bypassGovernanceRetention = false
    /// One code for all versions of the request.
    public var mfa: MFAToken?

    public init(bucket: BucketName, objects: [Entry]) {
        self.bucket = bucket
        self.objects = objects
    }
}

/// Output of DeleteObjects: in the order of the request.
public struct DeleteObjectsResponse: Sendable {
    /// Amazon S3 API reference, `DeletedObject`.
    public struct Deleted: Sendable, Hashable {
        public let key: ObjectKey
        /// As in the request.
        public let versionID: VersionID?
        public let deleteMarker: Bool
        public let deleteMarkerVersionID: VersionID?
    }

    /// One object that stays as it was.
    public struct Failure: Sendable {
        public let key: ObjectKey
        public let versionID: VersionID?
        public let error: ObjectStoreError
    }

    public let deleted: [Deleted]
    public let errors: [Failure]
}

/// Input of CopyObject.
public struct CopyObjectRequest: Sendable {
    /// `x-amz-metadata-directive`: one or the other, so that nothing can be given and not used.
    public enum MetadataDirective: Sendable, Hashable {
        case copy
        case replace(ContentHeaders, UserMetadata)
    }

    /// `x-amz-tagging-directive`
    public enum TaggingDirective: Sendable, Hashable {
        case copy
        case replace(TagSet)
    }

    public var copySource: ObjectReference
    public var bucket: BucketName
    public var key: ObjectKey
    public var sourceConditions = ReadConditions.none
    public var conditions = WriteConditions.none
    public var metadataDirective = MetadataDirective.copy
    public var taggingDirective = TaggingDirective.copy
    /// nil keeps the source's, if it covers the whole object.
    public var checksumAlgorithm: ChecksumAlgorithm?
    public var ssekmsKeyID: String?
    public var objectLockRetention: Retention?
    public var objectLockLegalHoldStatus: LegalHoldStatus?

    public init(copySource: ObjectReference, bucket: BucketName, key: ObjectKey) {
        self.copySource = copySource
        self.bucket = bucket
        self.key = key
    }
}

/// Output of CopyObject.
public struct CopyObjectResponse: Sendable, Hashable {
    public let eTag: ETag
    public let lastModified: Timestamp
    public let checksum: Checksum
    public let versionID: VersionID?
    public let copySourceVersionID: VersionID?
    public let ssekmsKeyID: String
}

/// Output of GetObjectTagging and PutObjectTagging.
public struct ObjectTaggingResponse: Sendable, Hashable {
    public let versionID: VersionID?
    public let tagSet: TagSet
}

/// Input of PutObjectRetention.
public struct PutObjectRetentionRequest: Sendable {
    public var object: ObjectReference
    /// nil removes it.
    public var retention: Retention?
    public var bypassGovernanceRetention = false
    /// Beyond S3: to weaken a retention while MFA delete is on.
    public var mfa: MFAToken?

    public init(_ object: ObjectReference, retention: Retention?) {
        self.object = object
        self.retention = retention
    }
}

/// Output of GetObjectAttributes: everything that S3 lets a request choose from.
public struct ObjectAttributes: Sendable, Hashable {
    /// Amazon S3 API reference, `ObjectPart`.
    public struct Part: Sendable, Hashable {
        public let partNumber: Int
        public let size: UInt64
        public let checksum: Checksum?
    }

    public let lastModified: Timestamp
    public let versionID: VersionID?
    public let eTag: ETag
    public let objectSize: UInt64
    public let checksum: Checksum
    /// nil for an object that was not made of parts. In order, `partNumberMarker` excluded.
    public let parts: [Part]?
    public let totalPartsCount: Int?
    /// The `PartNumberMarker` of the next page; nil on the last.
    public let nextPartNumberMarker: Int?
}
