/// S3's error names (Amazon S3 API reference, "List of error codes" and the errors of each operation), and ours where S3 has none.
public enum ObjectStoreErrorCode: String, Sendable, Hashable, CaseIterable {
    // Amazon S3
    case accessDenied = "AccessDenied"
    case badDigest = "BadDigest"
    case badRequest = "BadRequest"
    case bucketAlreadyExists = "BucketAlreadyExists"
    case bucketAlreadyOwnedByYou = "BucketAlreadyOwnedByYou"
    case bucketNotEmpty = "BucketNotEmpty"
    case conditionalRequestConflict = "ConditionalRequestConflict"
    case entityTooLarge = "EntityTooLarge"
    case entityTooSmall = "EntityTooSmall"
    case incompleteBody = "IncompleteBody"
    case internalError = "InternalError"
    case invalidArgument = "InvalidArgument"
    case invalidBucketName = "InvalidBucketName"
    case invalidBucketState = "InvalidBucketState"
    case invalidDigest = "InvalidDigest"
    case invalidEncryptionAlgorithm = "InvalidEncryptionAlgorithmError"
    case invalidObjectState = "InvalidObjectState"
    case invalidPart = "InvalidPart"
    case invalidPartNumber = "InvalidPartNumber"
    case invalidPartOrder = "InvalidPartOrder"
    case invalidRange = "InvalidRange"
    case invalidRequest = "InvalidRequest"
    case invalidRetentionPeriod = "InvalidRetentionPeriod"
    case invalidTag = "InvalidTag"
    case keyTooLong = "KeyTooLongError"
    case kmsDisabled = "KMS.DisabledException"
    case kmsInvalidState = "KMS.KMSInvalidStateException"
    case kmsNotFound = "KMS.NotFoundException"
    case malformedXML = "MalformedXML"
    case metadataTooLarge = "MetadataTooLarge"
    case methodNotAllowed = "MethodNotAllowed"
    case missingContentLength = "MissingContentLength"
    case noSuchBucket = "NoSuchBucket"
    case noSuchBucketPolicy = "NoSuchBucketPolicy"
    case noSuchKey = "NoSuchKey"
    case noSuchLifecycleConfiguration = "NoSuchLifecycleConfiguration"
    case noSuchObjectLockConfiguration = "NoSuchObjectLockConfiguration"
    case noSuchTagSet = "NoSuchTagSet"
    case noSuchUpload = "NoSuchUpload"
    case noSuchVersion = "NoSuchVersion"
    case notImplemented = "NotImplemented"
    case notModified = "NotModified"
    case objectLockConfigurationNotFound = "ObjectLockConfigurationNotFoundError"
    case operationAborted = "OperationAborted"
    case preconditionFailed = "PreconditionFailed"
    case requestTimeout = "RequestTimeout"
    case serverSideEncryptionConfigurationNotFound = "ServerSideEncryptionConfigurationNotFoundError"
    case serviceUnavailable = "ServiceUnavailable"
    case tooManyBuckets = "TooManyBuckets"

    // Coffer
    case storeNotFound = "StoreNotFound"
    /// A row that its MAC does not match.
    case damagedRecord = "DamagedRecord"
    /// Ciphertext or plaintext that does not match what was acknowledged; none of it was handed out.
    case damagedObject = "DamagedObject"
    case newerFormat = "NewerFormat"
    /// Written before the form of the store was settled.
    case olderFormat = "OlderFormat"
    /// A write to the disk failed before, or the disk is mounted read-only.
    case storeReadOnly = "StoreReadOnly"
    case storeSealed = "StoreSealed"
    /// The disk failed, or the file system on it.
    case storageFailure = "StorageFailure"
    case noSpace = "NoSpace"
    case auditUnavailable = "AuditUnavailable"
    case cancelled = "Cancelled"
}

extension ObjectStoreErrorCode {
    /// The status of an HTTP answer with this code.
    public var httpStatus: Int {
        switch self {
        case .notModified: 304
        case .badDigest, .badRequest, .entityTooLarge, .entityTooSmall, .incompleteBody, .invalidArgument, .invalidBucketName,
            .invalidDigest, .invalidEncryptionAlgorithm, .invalidPart, .invalidPartOrder, .invalidRequest, .invalidRetentionPeriod,
            .invalidTag, .keyTooLong, .kmsDisabled, .kmsInvalidState, .kmsNotFound, .malformedXML, .metadataTooLarge, .requestTimeout,
            .tooManyBuckets:
            400
        case .accessDenied, .invalidObjectState: 403
        case .noSuchBucket, .noSuchBucketPolicy, .noSuchKey, .noSuchLifecycleConfiguration, .noSuchObjectLockConfiguration, .noSuchTagSet,
            .noSuchUpload, .noSuchVersion, .objectLockConfigurationNotFound, .serverSideEncryptionConfigurationNotFound, .storeNotFound:
            404
        case .methodNotAllowed: 405
        case .bucketAlreadyExists, .bucketAlreadyOwnedByYou, .bucketNotEmpty, .conditionalRequestConflict, .invalidBucketState,
            .operationAborted:
            409
        case .missingContentLength: 411
        case .preconditionFailed: 412
        case .invalidPartNumber, .invalidRange: 416
        case .cancelled: 499
        case .internalError, .damagedRecord, .damagedObject, .newerFormat, .olderFormat, .storageFailure: 500
        case .notImplemented: 501
        case .serviceUnavailable, .storeReadOnly, .storeSealed, .auditUnavailable: 503
        case .noSpace: 507
        }
    }
}
