/// The operations of Amazon S3 that Coffer offers, one method each, with S3's names, members and error codes (Amazon S3 API
/// reference, 2006-03-01). Docs/S3Compatibility.md lists what is left out.
///
/// `LocalObjectService` is the embedded implementation; a remote one is another conformance. An operation that returned is
/// durable, and one that threw changed nothing.
///
/// In a response the version ID is nil where S3 leaves it out: in a bucket that was never versioned. With a delete marker
/// where an object was asked for, `NoSuchKey` and `MethodNotAllowed` carry what S3 tells of it.
public protocol ObjectService: Sendable {
    // Buckets
    func createBucket(_ request: CreateBucketRequest) async throws(ObjectStoreError)
    func headBucket(_ bucket: BucketName) async throws(ObjectStoreError) -> HeadBucketResponse
    func listBuckets(_ request: ListBucketsRequest) async throws(ObjectStoreError) -> ListBucketsResponse
    func deleteBucket(_ request: DeleteBucketRequest) async throws(ObjectStoreError)
    func getBucketVersioning(_ bucket: BucketName) async throws(ObjectStoreError) -> VersioningConfiguration
    func putBucketVersioning(_ request: PutBucketVersioningRequest) async throws(ObjectStoreError)
    func getBucketEncryption(_ bucket: BucketName) async throws(ObjectStoreError) -> BucketEncryption
    func putBucketEncryption(_ bucket: BucketName, _ encryption: BucketEncryption) async throws(ObjectStoreError)
    func deleteBucketEncryption(_ bucket: BucketName) async throws(ObjectStoreError)
    func getBucketLifecycleConfiguration(_ bucket: BucketName) async throws(ObjectStoreError) -> LifecycleConfiguration
    func putBucketLifecycleConfiguration(_ request: PutBucketLifecycleConfigurationRequest) async throws(ObjectStoreError)
    func getObjectLockConfiguration(_ bucket: BucketName) async throws(ObjectStoreError) -> ObjectLockConfiguration
    func putObjectLockConfiguration(_ request: PutObjectLockConfigurationRequest) async throws(ObjectStoreError)
    func getBucketTagging(_ bucket: BucketName) async throws(ObjectStoreError) -> TagSet
    func putBucketTagging(_ bucket: BucketName, _ tagSet: TagSet) async throws(ObjectStoreError)
    func deleteBucketTagging(_ bucket: BucketName) async throws(ObjectStoreError)

    // Objects
    func putObject(_ request: PutObjectRequest) async throws(ObjectStoreError) -> PutObjectResponse
    func getObject(_ request: GetObjectRequest) async throws(ObjectStoreError) -> GetObjectResponse
    func headObject(_ request: GetObjectRequest) async throws(ObjectStoreError) -> ObjectDescription
    func getObjectAttributes(_ object: ObjectReference, maxParts: Int?, partNumberMarker: Int?) async throws(ObjectStoreError)
        -> ObjectAttributes
    func deleteObject(_ request: DeleteObjectRequest) async throws(ObjectStoreError) -> DeleteObjectResponse
    func deleteObjects(_ request: DeleteObjectsRequest) async throws(ObjectStoreError) -> DeleteObjectsResponse
    func copyObject(_ request: CopyObjectRequest) async throws(ObjectStoreError) -> CopyObjectResponse

    // Listings
    func listObjectsV2(_ request: ListObjectsV2Request) async throws(ObjectStoreError) -> ListObjectsV2Response
    func listObjectVersions(_ request: ListObjectVersionsRequest) async throws(ObjectStoreError) -> ListObjectVersionsResponse

    // What is said about a version
    func getObjectTagging(_ object: ObjectReference) async throws(ObjectStoreError) -> ObjectTaggingResponse
    func putObjectTagging(_ object: ObjectReference, _ tagSet: TagSet) async throws(ObjectStoreError) -> ObjectTaggingResponse
    func deleteObjectTagging(_ object: ObjectReference) async throws(ObjectStoreError) -> ObjectTaggingResponse
    func getObjectRetention(_ object: ObjectReference) async throws(ObjectStoreError) -> Retention
    func putObjectRetention(_ request: PutObjectRetentionRequest) async throws(ObjectStoreError)
    func getObjectLegalHold(_ object: ObjectReference) async throws(ObjectStoreError) -> LegalHoldStatus
    func putObjectLegalHold(_ object: ObjectReference, _ status: LegalHoldStatus) async throws(ObjectStoreError)

    // Uploads in parts
    func createMultipartUpload(_ request: CreateMultipartUploadRequest) async throws(ObjectStoreError) -> CreateMultipartUploadResponse
    func uploadPart(_ request: UploadPartRequest) async throws(ObjectStoreError) -> UploadPartResponse
    func uploadPartCopy(_ request: UploadPartCopyRequest) async throws(ObjectStoreError) -> UploadPartResponse
    func completeMultipartUpload(_ request: CompleteMultipartUploadRequest) async throws(ObjectStoreError)
        -> CompleteMultipartUploadResponse
    func abortMultipartUpload(_ upload: UploadReference) async throws(ObjectStoreError)
    func listParts(_ request: ListPartsRequest) async throws(ObjectStoreError) -> ListPartsResponse
    func listMultipartUploads(_ request: ListMultipartUploadsRequest) async throws(ObjectStoreError) -> ListMultipartUploadsResponse
}
