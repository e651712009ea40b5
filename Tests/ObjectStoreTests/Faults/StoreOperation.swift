import KeyStore
import KeyTestSupport

@testable import ObjectStore

/// Something that a user does to the sample store, in which anything may fail.
struct StoreOperation: Sendable {
    let name: String
    /// Whether it is one transaction.
    let isAtomic: Bool
    /// Whether it changes nothing that can be seen.
    let isInvisible: Bool
    let run: @Sendable (_ sample: SampleStore, _ copy: StoreCopy, _ service: LocalObjectService) async throws -> Void

    init(
        _ name: String, isAtomic: Bool = true, isInvisible: Bool = false,
        _ run: @escaping @Sendable (_ sample: SampleStore, _ copy: StoreCopy, _ service: LocalObjectService) async throws -> Void
    ) {
        self.name = name
        self.isAtomic = isAtomic
        self.isInvisible = isInvisible
        self.run = run
    }

    static let all = writing + uploads + deleting + describing + maintaining

    private static let writing = [
        StoreOperation("create a bucket") { _, _, service in
            try await service.createBucket(CreateBucketRequest(bucket: SampleStore.bucket("another")))
        },
        StoreOperation("put a small object") { _, _, service in
            try await SampleStore.put(service, SampleStore.kept, "doc", SampleStore.bytes(800, seed: 20))
        },
        StoreOperation("put a large object") { _, _, service in
            try await SampleStore.put(service, SampleStore.kept, "doc", SampleStore.bytes(SampleStore.blobByteCount, seed: 21))
        },
        StoreOperation("overwrite a large object") { _, _, service in
            try await SampleStore.put(service, SampleStore.plain, "blob", SampleStore.bytes(30_000, seed: 22))
        },
        StoreOperation("copy a large object") { _, _, service in
            _ = try await service.copyObject(
                CopyObjectRequest(
                    copySource: SampleStore.object(SampleStore.plain, "blob"), bucket: SampleStore.kept, key: Subject.key("blob")))
        },
    ]

    private static let uploads = [
        StoreOperation("begin an upload") { _, _, service in
            _ = try await service.createMultipartUpload(
                CreateMultipartUploadRequest(bucket: SampleStore.kept, key: Subject.key("begun")))
        },
        StoreOperation("upload a part") { sample, _, service in
            let body = BytesBody(SampleStore.bytes(40_000, seed: 23))
            _ = try await service.uploadPart(UploadPartRequest(upload: sample.upload, partNumber: 2, body: body))
        },
        StoreOperation("copy a part") { sample, _, service in
            _ = try await service.uploadPartCopy(
                UploadPartCopyRequest(
                    upload: sample.upload, partNumber: 7, copySource: SampleStore.object(SampleStore.plain, "blob")))
        },
        StoreOperation("complete an upload") { sample, _, service in
            _ = try await service.completeMultipartUpload(CompleteMultipartUploadRequest(upload: sample.upload, parts: sample.parts))
        },
        StoreOperation("abort an upload") { sample, _, service in try await service.abortMultipartUpload(sample.upload) },
    ]

    private static let deleting = [
        StoreOperation("put a delete marker") { _, _, service in
            _ = try await service.deleteObject(DeleteObjectRequest(SampleStore.object(SampleStore.kept, "doc")))
        },
        StoreOperation("delete a version") { sample, _, service in
            _ = try await service.deleteObject(DeleteObjectRequest(SampleStore.object(SampleStore.kept, "doc", sample.oldVersion)))
        },
        StoreOperation("delete many") { _, _, service in
            let keys = ["blob", "inline", "empty"].map { DeleteObjectsRequest.Entry(key: Subject.key($0)) }
            _ = try await service.deleteObjects(DeleteObjectsRequest(bucket: SampleStore.plain, objects: keys))
        },
    ]

    private static let describing = [
        StoreOperation("tag an object") { _, _, service in
            let tags = try TagSet([ObjectTag(key: "state", value: "final")])
            _ = try await service.putObjectTagging(SampleStore.object(SampleStore.kept, "doc"), tags)
        },
        StoreOperation("retain an object") { _, copy, service in
            let retention = Retention(mode: .governance, retainUntilDate: copy.clock.now.adding(days: 90))
            try await service.putObjectRetention(
                PutObjectRetentionRequest(SampleStore.object(SampleStore.locked, "held"), retention: retention))
        },
        StoreOperation("restore") { sample, _, service in
            let time = Timestamp(seconds: sample.now.seconds - 10)
            let request = RestoreRequest(bucket: SampleStore.kept, time: time)
            _ = try await service.restore(request) { _ in }
        },
    ]

    private static let maintaining = [
        StoreOperation("rewrap") { sample, _, service in
            _ = try await service.rewrap(StoreRewrapRequest(keyID: sample.otherKey)) { _ in }
        },
        StoreOperation("check and repair", isInvisible: true) { _, _, service in _ = try await service.check(repair: true) },
        StoreOperation("maintain", isAtomic: false) { _, copy, service in
            copy.clock.pass(.seconds(40 * 86_400))
            _ = try await service.maintain(dryRun: false)
        },
        StoreOperation("scrub", isInvisible: true) { _, _, service in _ = try await service.scrub(ScrubRequest()) { _ in } },
    ]
}
