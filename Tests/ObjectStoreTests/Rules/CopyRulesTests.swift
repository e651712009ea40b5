import ObjectStore
import Testing

@Suite("Copies")
struct CopyRulesTests {
    private func source(_ key: String, _ version: String? = nil, bucket: String = "bucket") throws -> ObjectReference {
        ObjectReference(bucket: try BucketName(bucket), key: try ObjectKey(key), versionID: try version.map { try VersionID($0) })
    }

    @Test("what x-amz-copy-source names")
    func sources() throws {
        #expect(try CopyRules.source("/bucket/a/b") == source("a/b"))
        #expect(try CopyRules.source("bucket/a%20b%2Fc") == source("a b/c"))
        #expect(try CopyRules.source("bucket//a") == source("/a"))
        #expect(try CopyRules.source("bucket/a?versionId=v1") == source("a", "v1"))
        #expect(try CopyRules.source("bucket/a?versionId=x?versionId=null") == source("a?versionId=x", "null"))
        #expect(try CopyRules.source("bucket/a%3FversionId=v") == source("a?versionId=v"))
        #expect(try CopyRules.source("bucket/a?b") == source("a?b"))
    }

    @Test(
        "what names no source",
        arguments: [
            "", "/", "bucket", "/bucket", "bucket/", "bucket/%", "bucket/%00", "bucket/a?versionId=", String(repeating: "a/", count: 5000),
        ])
    func badSources(text: String) {
        #expect(throws: ObjectStoreError(.invalidArgument)) { try CopyRules.source(text) }
    }

    @Test("a copy onto itself must change something")
    func ontoItself() throws {
        var request = CopyObjectRequest(copySource: try source("a"), bucket: try BucketName("bucket"), key: try ObjectKey("a"))
        #expect(throws: ObjectStoreError(.invalidRequest)) { try CopyRules.check(request) }
        request.taggingDirective = .replace(.empty)
        #expect(throws: ObjectStoreError(.invalidRequest)) { try CopyRules.check(request) }
        request.metadataDirective = .replace(.none, .empty)
        #expect(throws: Never.self) { try CopyRules.check(request) }
        request = CopyObjectRequest(copySource: try source("a", "v"), bucket: try BucketName("bucket"), key: try ObjectKey("a"))
        #expect(throws: Never.self) { try CopyRules.check(request) }
        request = CopyObjectRequest(copySource: try source("a"), bucket: try BucketName("bucket2"), key: try ObjectKey("a"))
        #expect(throws: Never.self) { try CopyRules.check(request) }
    }

    @Test("a delete marker by its version is no source")
    func deleteMarker() {
        #expect(CopyRules.sourceError(ObjectStoreError(.methodNotAllowed)).code == .invalidRequest)
        #expect(CopyRules.sourceError(ObjectStoreError(.noSuchKey)).code == .noSuchKey)
        #expect(CopyRules.sourceError(ObjectStoreError(.noSuchVersion)).code == .noSuchVersion)
    }

    @Test("the range of a part is within its source")
    func ranges() throws {
        #expect(try CopyRules.partRange(nil, of: 10) == 0..<10)
        #expect(try CopyRules.partRange(.bounded(first: 2, last: 9), of: 10) == 2..<10)
        for range in [
            ByteRange.bounded(first: 2, last: 10), .from(2), .suffix(2), .bounded(first: 3, last: 2), .bounded(first: 0, last: .max),
        ] {
            #expect(throws: ObjectStoreError(.invalidArgument)) { try CopyRules.partRange(range, of: 10) }
        }
        #expect(throws: ObjectStoreError(.invalidRequest)) { try CopyRules.partRange(nil, of: 5 << 30 + 1) }
        #expect(throws: ObjectStoreError(.entityTooLarge)) { try CopyRules.partRange(.bounded(first: 0, last: 5 << 30), of: 6 << 30) }
    }
}
