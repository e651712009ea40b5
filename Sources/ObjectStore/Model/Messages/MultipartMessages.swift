public import KeyStore

/// Input of CreateMultipartUpload.
public struct CreateMultipartUploadRequest: Sendable {
    public var bucket: BucketName
    public var key: ObjectKey
    public var contentHeaders = ContentHeaders.none
    public var metadata = UserMetadata.empty
    public var tagging = TagSet.empty
    /// nil for CRC64NVME over the full object.
    public var checksum: MultipartChecksum?
    public var ssekmsKeyID: String?
    public var objectLockRetention: Retention?
    public var objectLockLegalHoldStatus: LegalHoldStatus?

    public init(bucket: BucketName, key: ObjectKey) {
        self.bucket = bucket
        self.key = key
    }
}

/// Names an upload in parts. Input of AbortMultipartUpload.
public struct UploadReference: Sendable, Hashable {
    public var bucket: BucketName
    public var key: ObjectKey
    public var uploadID: UploadID

    public init(bucket: BucketName, key: ObjectKey, uploadID: UploadID) {
        self.bucket = bucket
        self.key = key
        self.uploadID = uploadID
    }
}

/// Output of CreateMultipartUpload.
public struct CreateMultipartUploadResponse: Sendable, Hashable {
    public let upload: UploadReference
    public let checksum: MultipartChecksum
    public let ssekmsKeyID: String
}

/// Input of UploadPart.
public struct UploadPartRequest: Sendable {
    public var upload: UploadReference
    /// 1 to 10 000. A part that is there already is replaced.
    public var partNumber: Int
    public var body: any ObjectBody
    /// nil calculates the upload's.
    public var checksum: UploadChecksum?

    public init(upload: UploadReference, partNumber: Int, body: any ObjectBody) {
        self.upload = upload
        self.partNumber = partNumber
        self.body = body
    }
}

/// Input of UploadPartCopy.
public struct UploadPartCopyRequest: Sendable {
    public var upload: UploadReference
    public var partNumber: Int
    public var copySource: ObjectReference
    /// nil for the whole source.
    public var copySourceRange: ByteRange?
    public var sourceConditions = ReadConditions.none

    public init(upload: UploadReference, partNumber: Int, copySource: ObjectReference) {
        self.upload = upload
        self.partNumber = partNumber
        self.copySource = copySource
    }
}

/// Output of UploadPart and UploadPartCopy.
public struct UploadPartResponse: Sendable, Hashable {
    public let eTag: ETag
    public let checksum: Checksum
    public let lastModified: Timestamp
    /// Of UploadPartCopy.
    public let copySourceVersionID: VersionID?
}

/// One part in a request that completes an upload (Amazon S3 API reference, `CompletedPart`).
public struct CompletedPart: Sendable, Hashable {
    public var partNumber: Int
    public var eTag: ETag
    /// Needed if the upload keeps a composite checksum.
    public var checksum: Checksum?

    public init(partNumber: Int, eTag: ETag, checksum: Checksum? = nil) {
        self.partNumber = partNumber
        self.eTag = eTag
        self.checksum = checksum
    }
}

/// Input of CompleteMultipartUpload.
public struct CompleteMultipartUploadRequest: Sendable {
    public var upload: UploadReference
    /// In ascending order of their numbers; parts that are left out are dropped.
    public var parts: [CompletedPart]
    public var conditions = WriteConditions.none
    /// What the checksum of the object has to be; a composite one may come without its `-N`.
    public var checksum: Checksum?
    /// What the size of the object has to be, in bytes.
    public var mpuObjectSize: UInt64?

    public init(upload: UploadReference, parts: [CompletedPart]) {
        self.upload = upload
        self.parts = parts
    }
}

/// Output of CompleteMultipartUpload.
public struct CompleteMultipartUploadResponse: Sendable, Hashable {
    public let eTag: ETag
    public let versionID: VersionID?
    public let checksum: Checksum
    public let ssekmsKeyID: String
}

/// Input of ListParts.
public struct ListPartsRequest: Sendable {
    public static let maximumParts = 1000

    public var upload: UploadReference
    /// 0 to 1000; nil for 1000.
    public var maxParts: Int?
    /// Begins behind this number.
    public var partNumberMarker: Int?

    public init(upload: UploadReference) { self.upload = upload }
}

/// Amazon S3 API reference, `Part`.
public struct PartEntry: Sendable, Hashable {
    public let partNumber: Int
    public let lastModified: Timestamp
    public let eTag: ETag
    public let size: UInt64
    public let checksum: Checksum
}

/// Output of ListParts.
public struct ListPartsResponse: Sendable, Hashable {
    public let parts: [PartEntry]
    public let checksum: MultipartChecksum
    /// nil on the last page.
    public let nextPartNumberMarker: Int?

    public var isTruncated: Bool { nextPartNumberMarker != nil }
}

/// Input of ListMultipartUploads.
public struct ListMultipartUploadsRequest: Sendable {
    public var bucket: BucketName
    /// `maxKeys` is `MaxUploads` here.
    public var scope: ListingScope
    /// Begins behind this key, or with `uploadIDMarker` behind that upload of it.
    public var keyMarker: [UInt8]?
    public var uploadIDMarker: UploadID?

    public init(bucket: BucketName, scope: ListingScope = ListingScope()) {
        self.bucket = bucket
        self.scope = scope
    }
}

/// Amazon S3 API reference, `MultipartUpload`.
public struct UploadEntry: Sendable, Hashable {
    public let key: ObjectKey
    public let uploadID: UploadID
    public let initiated: Timestamp
    public let checksum: MultipartChecksum
}

/// Output of ListMultipartUploads: by key, and the oldest upload of a key first.
public struct ListMultipartUploadsResponse: Sendable, Hashable {
    public let uploads: [UploadEntry]
    public let commonPrefixes: [[UInt8]]
    public let nextKeyMarker: [UInt8]?
    public let nextUploadIDMarker: UploadID?

    public var isTruncated: Bool { nextKeyMarker != nil }
}
