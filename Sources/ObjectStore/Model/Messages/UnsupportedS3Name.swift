/// Names of Amazon S3 that Coffer knows and does not offer. They are answered by name with `NotImplemented`, never mistaken for a
/// typing error and never accepted and ignored (Docs/S3Compatibility.md says why each is left out).
public enum UnsupportedS3Name {
    public static let operations: Set<String> = [
        "CreateBucketMetadataConfiguration", "CreateBucketMetadataTableConfiguration", "CreateSession",
        "DeleteBucketAnalyticsConfiguration",
        "DeleteBucketCors", "DeleteBucketIntelligentTieringConfiguration", "DeleteBucketInventoryConfiguration",
        "DeleteBucketMetadataConfiguration", "DeleteBucketMetadataTableConfiguration", "DeleteBucketMetricsConfiguration",
        "DeleteBucketOwnershipControls", "DeleteBucketPolicy", "DeleteBucketReplication", "DeleteBucketWebsite", "DeleteObjectAnnotation",
        "DeletePublicAccessBlock", "GetBucketAbac", "GetBucketAccelerateConfiguration", "GetBucketAcl", "GetBucketAnalyticsConfiguration",
        "GetBucketCors", "GetBucketIntelligentTieringConfiguration", "GetBucketInventoryConfiguration", "GetBucketLifecycle",
        "GetBucketLogging",
        "GetBucketMetadataConfiguration", "GetBucketMetadataTableConfiguration", "GetBucketMetricsConfiguration", "GetBucketNotification",
        "GetBucketNotificationConfiguration", "GetBucketOwnershipControls", "GetBucketPolicy", "GetBucketPolicyStatus",
        "GetBucketReplication",
        "GetBucketRequestPayment", "GetBucketWebsite", "GetObjectAcl", "GetObjectAnnotation", "GetObjectTorrent", "GetPublicAccessBlock",
        "ListBucketAnalyticsConfigurations", "ListBucketIntelligentTieringConfigurations", "ListBucketInventoryConfigurations",
        "ListBucketMetricsConfigurations", "ListDirectoryBuckets", "ListObjectAnnotations", "ListObjects", "PutBucketAbac",
        "PutBucketAccelerateConfiguration", "PutBucketAcl", "PutBucketAnalyticsConfiguration", "PutBucketCors",
        "PutBucketIntelligentTieringConfiguration", "PutBucketInventoryConfiguration", "PutBucketLifecycle", "PutBucketLogging",
        "PutBucketMetricsConfiguration", "PutBucketNotification", "PutBucketNotificationConfiguration", "PutBucketOwnershipControls",
        "PutBucketPolicy", "PutBucketReplication", "PutBucketRequestPayment", "PutBucketWebsite", "PutObjectAcl", "PutObjectAnnotation",
        "PutPublicAccessBlock", "RenameObject", "RestoreObject", "SelectObjectContent", "UpdateBucketMetadataInventoryTableConfiguration",
        "UpdateBucketMetadataJournalTableConfiguration", "UpdateObjectEncryption", "WriteGetObjectResponse",
    ]

    /// Members of requests that are offered without them.
    public static let parameters: Set<String> = [
        "ACL", "BucketKeyEnabled", "BucketNamespace", "ChecksumMD5", "ChecksumSHA512", "ChecksumXXHASH128", "ChecksumXXHASH3",
        "ChecksumXXHASH64",
        "ContentMD5", "CopySourceSSECustomerAlgorithm", "CopySourceSSECustomerKey", "CopySourceSSECustomerKeyMD5",
        "CreateBucketConfiguration",
        "ExpectedBucketOwner", "ExpectedSourceBucketOwner", "FetchOwner", "GrantFullControl", "GrantRead", "GrantReadACP", "GrantWrite",
        "GrantWriteACP", "IfMatchInitiatedTime", "IfMatchLastModifiedTime", "IfMatchSize", "ObjectOwnership", "OptionalObjectAttributes",
        "RequestPayer", "SSECustomerAlgorithm", "SSECustomerKey", "SSECustomerKeyMD5", "SSEKMSEncryptionContext", "StorageClass",
        "TransitionDefaultMinimumObjectSize", "WebsiteRedirectLocation", "WriteOffsetBytes",
    ]

    /// Values of members that are offered with others.
    public static let values: Set<String> = [
        "AES256", "aws:fsx", "aws:kms:dsse", "DEEP_ARCHIVE", "EXPRESS_ONEZONE", "FSX_ONTAP", "FSX_OPENZFS", "GLACIER", "GLACIER_IR",
        "INTELLIGENT_TIERING", "MD5", "ONEZONE_IA", "OUTPOSTS", "REDUCED_REDUNDANCY", "SHA512", "SNOW", "STANDARD_IA", "XXHASH128",
        "XXHASH3",
        "XXHASH64",
    ]

    /// Actions of a lifecycle rule that are offered without them.
    public static let lifecycleActions: Set<String> = [
        "NoncurrentVersionTransition", "NoncurrentVersionTransitions", "Transition", "Transitions",
    ]

    public static func contains(_ name: String) -> Bool {
        operations.contains(name) || parameters.contains(name) || values.contains(name) || lifecycleActions.contains(name)
    }

    public static func error(_ name: String) -> ObjectStoreError { .notImplemented(name) }
}
