import KeyStore
import KeyTestSupport
import Testing

@testable import ObjectStore

extension ObjectServiceRule {
    static let buckets = [
        ObjectServiceRule("a bucket is made once, and goes when it is empty") { s in
            try await s.createBucket(.enabled)
            await s.expect(.bucketAlreadyOwnedByYou) { try await s.createBucket() }
            #expect(try await s.service.headBucket(Subject.bucket).creationDate == s.clock.now)
            let put = try await s.put("k")
            await s.expect(.bucketNotEmpty) { try await s.service.deleteBucket(DeleteBucketRequest(bucket: Subject.bucket)) }
            let marker = try await s.delete("k")
            try await s.delete("k", put.versionID)
            await s.expect(.bucketNotEmpty) { try await s.service.deleteBucket(DeleteBucketRequest(bucket: Subject.bucket)) }
            try await s.delete("k", marker.versionID)
            try await s.service.deleteBucket(DeleteBucketRequest(bucket: Subject.bucket))
            await s.expect(.noSuchBucket) { _ = try await s.service.headBucket(Subject.bucket) }
            try await s.createBucket()
            #expect(try await s.service.getBucketVersioning(Subject.bucket).status == .unversioned)
        },
        ObjectServiceRule("everything is refused in a bucket that is not there") { s in
            let key = Subject.key("k")
            await s.expect(.noSuchBucket) { try await s.put("k") }
            await s.expect(.noSuchBucket) { _ = try await s.get("k") }
            await s.expect(.noSuchBucket) { try await s.delete("k") }
            await s.expect(.noSuchBucket) { _ = try await s.keys() }
            await s.expect(.noSuchBucket) { _ = try await s.versions() }
            await s.expect(.noSuchBucket) { try await s.setVersioning(.enabled) }
            await s.expect(.noSuchBucket) { try await s.service.deleteBucket(DeleteBucketRequest(bucket: Subject.bucket)) }
            await s.expect(.noSuchBucket) {
                _ = try await s.service.createMultipartUpload(CreateMultipartUploadRequest(bucket: Subject.bucket, key: key))
            }
        },
        ObjectServiceRule("buckets are listed by name, page by page") { s in
            let names = ["aaa", "aab", "bbb", "ccc", "ddd"]
            for name in names.reversed() { try await s.service.createBucket(CreateBucketRequest(bucket: try BucketName(name))) }
            var request = ListBucketsRequest()
            request.maxBuckets = 2
            var listed: [String] = []
            repeat {
                let page = try await s.service.listBuckets(request)
                #expect(page.buckets.count <= 2)
                listed += page.buckets.map(\.name.text)
                request.continuationToken = page.continuationToken
            } while request.continuationToken != nil
            #expect(listed == names)
            request.maxBuckets = nil
            request.prefix = "aa"
            #expect(try await s.service.listBuckets(request).buckets.map(\.name.text) == ["aaa", "aab"])
            request.maxBuckets = 0
            await s.expect(.invalidArgument) { [request] in _ = try await s.service.listBuckets(request) }
        },
        ObjectServiceRule("tags and lifecycle of a bucket are there, or said not to be") { s in
            try await s.createBucket()
            await s.expect(.noSuchTagSet) { _ = try await s.service.getBucketTagging(Subject.bucket) }
            let tags = try TagSet([ObjectTag(key: "a", value: "b")])
            try await s.service.putBucketTagging(Subject.bucket, tags)
            #expect(try await s.service.getBucketTagging(Subject.bucket) == tags)
            try await s.service.deleteBucketTagging(Subject.bucket)
            await s.expect(.noSuchTagSet) { _ = try await s.service.getBucketTagging(Subject.bucket) }

            await s.expect(.noSuchLifecycleConfiguration) { _ = try await s.service.getBucketLifecycleConfiguration(Subject.bucket) }
            let lifecycle = try LifecycleConfiguration(rules: [LifecycleRule(id: "r", expiration: .days(1))])
            try await s.service.putBucketLifecycleConfiguration(
                PutBucketLifecycleConfigurationRequest(bucket: Subject.bucket, lifecycle))
            #expect(try await s.service.getBucketLifecycleConfiguration(Subject.bucket) == lifecycle)
            try await s.put("k")
            #expect(try await s.head("k").expiration?.ruleID == "r")
            try await s.service.putBucketLifecycleConfiguration(PutBucketLifecycleConfigurationRequest(bucket: Subject.bucket, nil))
            await s.expect(.noSuchLifecycleConfiguration) { _ = try await s.service.getBucketLifecycleConfiguration(Subject.bucket) }
        },
    ]
}
