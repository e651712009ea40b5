import AuditTrail
import KeyStore
import ObjectStore
import SystemPackage

/// Stores two versions of a report, deletes it, and reads the first version all the same.
/// - Parameter folder: the folder of the key store.
func keepVersions(in folder: FilePath, keys: LocalKeyService, trail: AuditTrail) async throws -> (versionCount: Int, first: String) {
    let objects = try await LocalObjectService.open(
        ObjectStoreEnvironment(
            folder: folder, keys: keys, trail: trail, clock: SystemClock(),
            caller: CallerIdentity(userName: "ann", userAgent: "example/1.0"), identity: keys.identity),
        .createIfMissing)

    let bucket = try BucketName("reports")
    try await objects.createBucket(CreateBucketRequest(bucket: bucket))
    try await objects.putBucketVersioning(
        PutBucketVersioningRequest(bucket: bucket, versioningConfiguration: VersioningConfiguration(status: .enabled)))

    let key = try ObjectKey("2026/november.txt")
    let draft = try await objects.putObject(PutObjectRequest(bucket: bucket, key: key, body: BytesBody("a draft")))
    _ = try await objects.putObject(PutObjectRequest(bucket: bucket, key: key, body: BytesBody("the report")))
    // A delete marker: the versions behind it stay.
    _ = try await objects.deleteObject(DeleteObjectRequest(ObjectReference(bucket: bucket, key: key)))

    let listing = try await objects.listObjectVersions(ListObjectVersionsRequest(bucket: bucket))
    let answer = try await objects.getObject(
        GetObjectRequest(ObjectReference(bucket: bucket, key: key, versionID: draft.versionID)))
    let bytes = try await answer.body.collect(limit: 1 << 20)
    return (listing.versions.count, String(decoding: bytes, as: UTF8.self))
}
