extension ObjectStoreErrorCode {
    /// One sentence, S3's own where it has one.
    public var message: String {
        switch self {
        case .accessDenied: "Access Denied"
        case .badDigest: "The checksum that was given is not that of the data that arrived."
        case .badRequest: "The request is not one that this operation takes."
        case .bucketAlreadyExists: "The requested bucket name is not available."
        case .bucketAlreadyOwnedByYou: "The bucket you tried to create already exists, and you own it."
        case .bucketNotEmpty: "The bucket you tried to delete is not empty."
        case .conditionalRequestConflict: "Another request changed the object while this conditional one was carried out."
        case .entityTooLarge: "Your proposed upload exceeds the maximum allowed object size."
        case .entityTooSmall: "Your proposed upload is smaller than the minimum allowed object size."
        case .incompleteBody: "You did not provide the number of bytes specified by the Content-Length."
        case .internalError: "We encountered an internal error."
        case .invalidArgument: "An argument is not valid."
        case .invalidBucketName: "The specified bucket is not valid."
        case .invalidBucketState: "The request is not valid for the current state of the bucket."
        case .invalidDigest: "A digest that was given is not well formed."
        case .invalidEncryptionAlgorithm: "The encryption request that you specified is not valid. The valid value is aws:kms."
        case .invalidObjectState: "The operation is not valid for the current state of the object."
        case .invalidPart:
            "One or more of the specified parts could not be found. The part may not have been uploaded, or the "
                + "specified entity tag may not match the part's entity tag."
        case .invalidPartNumber: "The requested partnumber is not satisfiable"
        case .invalidPartOrder: "The list of parts was not in ascending order. Parts must be ordered by part number."
        case .invalidRange: "The requested range is not satisfiable"
        case .invalidRequest: "The request is not valid."
        case .invalidRetentionPeriod: "The retention period must be a positive number of days or years."
        case .invalidTag: "The tag provided was not a valid tag."
        case .keyTooLong: "Your key is too long."
        case .kmsDisabled: "The KMS key is disabled."
        case .kmsInvalidState: "The state of the KMS key does not allow this operation."
        case .kmsNotFound: "There is no such KMS key."
        case .malformedXML: "The XML you provided was not well-formed or did not validate against our published schema."
        case .metadataTooLarge: "Your metadata headers exceed the maximum allowed metadata size."
        case .methodNotAllowed: "The specified method is not allowed against this resource."
        case .missingContentLength: "You must provide the Content-Length HTTP header."
        case .noSuchBucket: "The specified bucket does not exist."
        case .noSuchBucketPolicy: "The bucket policy does not exist"
        case .noSuchKey: "The specified key does not exist."
        case .noSuchLifecycleConfiguration: "The lifecycle configuration does not exist."
        case .noSuchObjectLockConfiguration: "The specified object does not have an Object Lock configuration."
        case .noSuchTagSet: "There is no tag set associated with the bucket."
        case .noSuchUpload:
            "The specified upload does not exist. The upload ID may be invalid, or the upload may have been "
                + "aborted or completed."
        case .noSuchVersion: "The specified version does not exist."
        case .notImplemented: "A part of the request implies functionality that is not implemented."
        case .notModified: "The object was not modified."
        case .objectLockConfigurationNotFound: "Object Lock configuration does not exist for this bucket"
        case .operationAborted: "A conflicting conditional operation is currently in progress against this resource. Try again."
        case .preconditionFailed: "At least one of the preconditions you specified did not hold."
        case .requestTimeout: "The data stopped arriving."
        case .serverSideEncryptionConfigurationNotFound: "The server side encryption configuration was not found."
        case .serviceUnavailable: "The object store cannot answer now."
        case .tooManyBuckets: "You have attempted to create more buckets than allowed."
        case .storeNotFound: "There is no object store here."
        case .damagedRecord: "A record of the object store is not what was written."
        case .damagedObject: "The stored bytes of the object are not what was written."
        case .newerFormat: "The object store was written by a newer version of Coffer."
        case .olderFormat: "The object store was written by an early version of Coffer, in a form that is not read any more."
        case .storeReadOnly: "The object store takes no writes."
        case .storeSealed: "The store is sealed."
        case .storageFailure: "The disk could not be read or written."
        case .noSpace: "The disk is full."
        case .auditUnavailable: "The audit trail could not be written, so the operation was not carried out."
        case .cancelled: "The operation was stopped before its end."
        }
    }

    /// What a person can do, where something can be done; nil where the message says it all.
    public var advice: String? {
        switch self {
        case .badDigest: "Send the data again; if it fails again, the data changed since the checksum was made."
        case .bucketAlreadyExists: "Choose another name."
        case .bucketNotEmpty: "Delete all versions, delete markers and uploads in it first."
        case .conditionalRequestConflict: "Read the object again and repeat the request."
        case .entityTooLarge: "Upload it in parts."
        case .entityTooSmall: "Every part but the last needs at least 5 MiB."
        case .invalidBucketName: "Use 3 to 63 lower-case letters, digits, dots and hyphens."
        case .invalidPart: "List the parts of the upload and complete it with what is there."
        case .kmsDisabled: "Enable the key, or use another one."
        case .metadataTooLarge: "Names and values together may have 2 KiB."
        case .storeNotFound: "Run 'coffer init' first."
        case .damagedRecord: "Run 'coffer store check'."
        case .damagedObject: "Run 'coffer store scrub' to learn what else is damaged, and restore the object from another copy."
        case .newerFormat: "Update Coffer."
        case .olderFormat: "Copy the objects out of it with that version."
        case .storeReadOnly: "Run 'coffer store check'."
        case .storeSealed: "Unlock it first."
        case .storageFailure: "Look into the system's log for errors of the disk, and run 'coffer store check' once it is sound."
        case .noSpace: "Free some space and repeat the request; nothing was changed."
        case .accessDenied, .badRequest, .bucketAlreadyOwnedByYou, .incompleteBody, .internalError, .invalidArgument, .invalidBucketState,
            .invalidDigest, .invalidEncryptionAlgorithm, .invalidObjectState, .invalidPartNumber, .invalidPartOrder, .invalidRange,
            .invalidRequest,
            .invalidRetentionPeriod, .invalidTag, .keyTooLong, .kmsInvalidState, .kmsNotFound, .malformedXML, .methodNotAllowed,
            .missingContentLength, .noSuchBucket, .noSuchBucketPolicy, .noSuchKey, .noSuchLifecycleConfiguration,
            .noSuchObjectLockConfiguration, .noSuchTagSet, .noSuchUpload, .noSuchVersion, .notImplemented, .notModified,
            .objectLockConfigurationNotFound, .operationAborted, .preconditionFailed, .requestTimeout,
            .serverSideEncryptionConfigurationNotFound, .serviceUnavailable, .tooManyBuckets, .auditUnavailable, .cancelled:
            nil
        }
    }
}
