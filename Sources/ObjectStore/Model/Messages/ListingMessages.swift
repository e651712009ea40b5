public import KeyStore

/// What part of a bucket a listing shows; the same for keys, versions and uploads.
public struct ListingScope: Sendable, Hashable {
    public static let maximumKeys = 1000
    public static let maximumDelimiterByteCount = 1024

    /// Only keys that begin with these bytes.
    public var prefix: [UInt8] = []
    /// Keys that have it after the prefix are rolled up into one common prefix; nil for none. Not empty.
    public var delimiter: [UInt8]?
    /// 0 to 1000; nil for 1000. Common prefixes count like keys.
    public var maxKeys: Int?

    public init(prefix: [UInt8] = [], delimiter: [UInt8]? = nil, maxKeys: Int? = nil) {
        self.prefix = prefix
        self.delimiter = delimiter
        self.maxKeys = maxKeys
    }
}

/// Input of ListObjectsV2.
public struct ListObjectsV2Request: Sendable {
    public var bucket: BucketName
    public var scope: ListingScope
    /// Begins behind this key; ignored with a token, as in S3.
    public var startAfter: [UInt8]?
    public var continuationToken: ContinuationToken?

    public init(bucket: BucketName, scope: ListingScope = ListingScope()) {
        self.bucket = bucket
        self.scope = scope
    }
}

/// Amazon S3 API reference, `Object`.
public struct ObjectEntry: Sendable, Hashable {
    public let key: ObjectKey
    public let lastModified: Timestamp
    public let eTag: ETag
    public let size: UInt64
    public let checksumAlgorithm: ChecksumAlgorithm
    public let checksumType: ChecksumType
}

/// Output of ListObjectsV2.
public struct ListObjectsV2Response: Sendable, Hashable {
    public let contents: [ObjectEntry]
    public let commonPrefixes: [[UInt8]]
    /// nil on the last page.
    public let nextContinuationToken: ContinuationToken?

    public var keyCount: Int { contents.count + commonPrefixes.count }
    public var isTruncated: Bool { nextContinuationToken != nil }
}

/// Input of ListObjectVersions.
public struct ListObjectVersionsRequest: Sendable {
    public var bucket: BucketName
    public var scope: ListingScope
    /// Begins behind this key, or with `versionIDMarker` behind that version of it.
    public var keyMarker: [UInt8]?
    /// Needs `keyMarker`. A version that is gone stands for the begin of its key, so that no version is ever passed over.
    public var versionIDMarker: VersionID?

    public init(bucket: BucketName, scope: ListingScope = ListingScope()) {
        self.bucket = bucket
        self.scope = scope
    }
}

/// One version or delete marker in a listing (Amazon S3 API reference, `ObjectVersion` and `DeleteMarkerEntry`).
public struct VersionEntry: Sendable, Hashable {
    /// What a version has and a delete marker has not.
    public struct Object: Sendable, Hashable {
        public let eTag: ETag
        public let size: UInt64
        public let checksumAlgorithm: ChecksumAlgorithm
        public let checksumType: ChecksumType
    }

    public let key: ObjectKey
    public let versionID: VersionID
    public let isLatest: Bool
    public let lastModified: Timestamp
    /// nil for a delete marker.
    public let object: Object?

    public var isDeleteMarker: Bool { object == nil }
}

/// Output of ListObjectVersions. Versions and delete markers stand in one list, as they do on the wire: by key, and the newest
/// version of a key first.
public struct ListObjectVersionsResponse: Sendable, Hashable {
    public let versions: [VersionEntry]
    public let commonPrefixes: [[UInt8]]
    /// Both nil on the last page; the version is nil too after a common prefix.
    public let nextKeyMarker: [UInt8]?
    public let nextVersionIDMarker: VersionID?

    public var isTruncated: Bool { nextKeyMarker != nil }
}
