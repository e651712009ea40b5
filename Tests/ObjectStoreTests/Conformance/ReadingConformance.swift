import KeyStore
import KeyTestSupport
import Testing

@testable import ObjectStore

extension ObjectServiceRule {
    static let reading = [
        ObjectServiceRule("what was put comes back with all that was said about it") { s in
            try await s.createBucket()
            let headers = try ContentHeaders(contentType: "text/plain", contentEncoding: "gzip", cacheControl: "no-store", expires: "soon")
            let metadata = try UserMetadata([.init(name: "Author", value: "Ä")])
            let put = try await s.put("a/ä b", "content") {
                $0.contentHeaders = headers
                $0.metadata = metadata
                $0.tagging = try TagSet([ObjectTag(key: "t", value: "1")])
            }
            let head = try await s.head("a/ä b") { $0.checksumMode = true }
            #expect(head.eTag == put.eTag)
            #expect(head.objectSize == 7 && head.contentLength == 7)
            #expect(head.contentHeaders == headers && head.metadata == metadata && head.tagCount == 1)
            #expect(head.checksum == put.checksum && put.checksum.algorithm == .crc64NVME)
            #expect(head.lastModified == s.clock.now)
            #expect(head.ssekmsKeyID == put.ssekmsKeyID && !put.ssekmsKeyID.isEmpty)
            #expect(try await s.get("a/ä b") == "content")
            let silent = try await s.head("a/ä b")
            #expect(silent.checksum == nil)
        },
        ObjectServiceRule("an empty object is an object") { s in
            try await s.createBucket()
            try await s.put("k", "")
            #expect(try await s.get("k") == "")
            #expect(try await s.head("k").contentRange == 0..<0)
        },
        ObjectServiceRule("objects of every size around the seams come back whole") { s in
            try await s.createBucket()
            for size in [1, 4095, 16_383, 16_384, 16_385, 65_535, 65_536, 65_537, 300_000] {
                let text = String(repeating: "0123456789abcdef", count: size / 16 + 1).prefix(size)
                try await s.put("k", String(text))
                #expect(try await s.get("k") == text)
                #expect(try await s.get("k") { $0.selection = .range(.suffix(5)) } == text.suffix(5))
            }
        },
        ObjectServiceRule("two puts of the same bytes have two entity tags") { s in
            try await s.createBucket(.enabled)
            let (first, second) = (try await s.put("k", "same"), try await s.put("k", "same"))
            #expect(first.eTag != second.eTag)
        },
        ObjectServiceRule("ranges are answered as HTTP has it") { s in
            try await s.createBucket()
            try await s.put("k", "0123456789")
            #expect(try await s.get("k") { $0.selection = .range(.bounded(first: 2, last: 4)) } == "234")
            #expect(try await s.get("k") { $0.selection = .range(.bounded(first: 8, last: 100)) } == "89")
            #expect(try await s.get("k") { $0.selection = .range(.from(7)) } == "789")
            #expect(try await s.get("k") { $0.selection = .range(.suffix(100)) } == "0123456789")
            let head = try await s.head("k") { $0.selection = .range(.suffix(3)) }
            #expect(head.contentRange == 7..<10 && head.contentLength == 3 && head.objectSize == 10)
            for range in [ByteRange.from(10), .suffix(0), .bounded(first: 10, last: 11)] {
                await s.expect(.invalidRange) { _ = try await s.get("k") { $0.selection = .range(range) } }
            }
        },
        ObjectServiceRule("a part of an object that has none") { s in
            try await s.createBucket()
            try await s.put("k", "abc")
            #expect(try await s.get("k") { $0.selection = .partNumber(1) } == "abc")
            await s.expect(.invalidPartNumber) { _ = try await s.get("k") { $0.selection = .partNumber(2) } }
            await s.expect(.invalidArgument) { _ = try await s.get("k") { $0.selection = .partNumber(0) } }
        },
        ObjectServiceRule("conditions of a read, in S3's order") { s in
            try await s.createBucket()
            let put = try await s.put("k", "abc")
            let (good, bad) = (ETagCondition.oneOf([put.eTag]), ETagCondition.oneOf([ETag(opaque: [9])]))
            let (now, before) = (s.clock.now, Timestamp(seconds: s.clock.now.seconds - 1))
            #expect(try await s.get("k") { $0.conditions = ReadConditions(ifMatch: good, ifUnmodifiedSince: before) } == "abc")
            #expect(try await s.get("k") { $0.conditions = ReadConditions(ifNoneMatch: bad, ifModifiedSince: now) } == "abc")
            #expect(try await s.get("k") { $0.conditions = ReadConditions(ifModifiedSince: before, ifUnmodifiedSince: now) } == "abc")
            await s.expect(.preconditionFailed) { _ = try await s.get("k") { $0.conditions = ReadConditions(ifMatch: bad) } }
            await s.expect(.preconditionFailed) { _ = try await s.get("k") { $0.conditions = ReadConditions(ifUnmodifiedSince: before) } }
            await s.expect(.notModified) { _ = try await s.head("k") { $0.conditions = ReadConditions(ifNoneMatch: .any) } }
            await s.expect(.notModified) {
                _ = try await s.get("k") { $0.conditions = ReadConditions(ifNoneMatch: good, ifModifiedSince: before) }
            }
            await s.expect(.notModified) { _ = try await s.get("k") { $0.conditions = ReadConditions(ifModifiedSince: now) } }
            await s.expect(.noSuchKey) { _ = try await s.get("other") { $0.conditions = ReadConditions(ifMatch: bad) } }
        },
        ObjectServiceRule("headers of the answer can be asked for, and what is stored stays") { s in
            try await s.createBucket()
            try await s.put("k")
            let asked = try await s.head("k") { $0.responseHeaders = try ContentHeaders(contentType: "text/html") }
            #expect(asked.contentHeaders.contentType == "text/html")
            #expect(try await s.head("k").contentHeaders.contentType == ContentHeaders.defaultContentType)
        },
        ObjectServiceRule("tags of one version can be read, replaced and removed") { s in
            try await s.createBucket(.enabled)
            let old = try #require(try await s.put("k", "1").versionID)
            try await s.put("k", "2")
            let tags = try TagSet([ObjectTag(key: "a", value: "b")])
            let answer = try await s.service.putObjectTagging(s.object("k", old), tags)
            #expect(answer.versionID == old)
            let (ofOld, ofNew) = (
                try await s.service.getObjectTagging(s.object("k", old)), try await s.service.getObjectTagging(s.object("k"))
            )
            #expect(ofOld.tagSet == tags && ofNew.tagSet == .empty)
            _ = try await s.service.deleteObjectTagging(s.object("k", old))
            #expect(try await s.service.getObjectTagging(s.object("k", old)).tagSet == .empty)
            let marker = try #require(try await s.delete("k").versionID)
            await s.expect(.methodNotAllowed) { _ = try await s.service.getObjectTagging(s.object("k", marker)) }
        },
        ObjectServiceRule("the attributes of an object") { s in
            try await s.createBucket()
            let put = try await s.put("k", "abc")
            let attributes = try await s.service.getObjectAttributes(s.object("k"), maxParts: nil, partNumberMarker: nil)
            #expect(attributes.eTag == put.eTag && attributes.objectSize == 3 && attributes.checksum == put.checksum)
            #expect(attributes.parts == nil && attributes.totalPartsCount == nil)
        },
    ]

    static let writing = [
        ObjectServiceRule("a write that must not replace anything") { s in
            try await s.createBucket(.enabled)
            try await s.put("k", "1") { $0.conditions = try WriteConditions(ifNoneMatch: .any) }
            await s.expect(.preconditionFailed) { try await s.put("k", "2") { $0.conditions = try WriteConditions(ifNoneMatch: .any) } }
            try await s.delete("k")
            try await s.put("k", "3") { $0.conditions = try WriteConditions(ifNoneMatch: .any) }
            #expect(try await s.versions() == ["k*", "k!", "k"])
        },
        ObjectServiceRule("a write that must replace one object") { s in
            try await s.createBucket()
            await s.expect(.noSuchKey) {
                try await s.put("k") { $0.conditions = try WriteConditions(ifMatch: .oneOf([ETag(opaque: [9])])) }
            }
            let first = try await s.put("k", "1")
            try await s.put("k", "2") { $0.conditions = try WriteConditions(ifMatch: .oneOf([first.eTag])) }
            await s.expect(.preconditionFailed) {
                try await s.put("k", "3") { $0.conditions = try WriteConditions(ifMatch: .oneOf([first.eTag])) }
            }
            #expect(try await s.get("k") == "2")
        },
        ObjectServiceRule("of writers that each must not replace anything, one wins") { s in
            try await s.createBucket()
            let winners = await withTaskGroup(of: Int.self) { group in
                for number in 0..<8 {
                    group.addTask {
                        do {
                            try await s.put("k", "\(number)") { $0.conditions = try WriteConditions(ifNoneMatch: .any) }
                            return 1
                        } catch let error as ObjectStoreError {
                            #expect([.preconditionFailed, .conditionalRequestConflict].contains(error.code))
                        } catch {
                            Issue.record(error)
                        }
                        return 0
                    }
                }
                return await group.reduce(0, +)
            }
            #expect(winners == 1)
        },
        ObjectServiceRule("a checksum that is given is checked before anything is written") { s in
            try await s.createBucket()
            for algorithm in ChecksumAlgorithm.allCases {
                let right = try ReferenceObjectService.checksum(algorithm, of: Array("data".utf8))
                let wrong = try ReferenceObjectService.checksum(algorithm, of: Array("Data".utf8))
                await s.expect(.badDigest) { try await s.put("bad", "data") { $0.checksum = try UploadChecksum(given: [wrong]) } }
                #expect(try await s.put("good", "data") { $0.checksum = try UploadChecksum(given: [right]) }.checksum == right)
                #expect(try await s.put("good", "data") { $0.checksum = try UploadChecksum(algorithm: algorithm) }.checksum == right)
            }
            #expect(try await s.keys() == ["good"])
        },
        ObjectServiceRule("a copy takes what it is told, and a version of the source") { s in
            try await s.createBucket(.enabled)
            let metadata = try UserMetadata([.init(name: "m", value: "1")])
            let old = try await s.put("a", "old") {
                $0.metadata = metadata
                $0.tagging = try TagSet([ObjectTag(key: "t", value: "1")])
            }
            try await s.put("a", "new")
            var request = CopyObjectRequest(copySource: s.object("a", old.versionID), bucket: Subject.bucket, key: Subject.key("b"))
            let copy = try await s.service.copyObject(request)
            #expect(copy.copySourceVersionID == old.versionID && copy.versionID != nil && copy.checksum == old.checksum)
            let head = try await s.head("b")
            #expect(head.metadata == metadata && head.tagCount == 1)
            #expect(try await s.get("b") == "old")
            request.metadataDirective = .replace(try ContentHeaders(contentType: "text/x"), .empty)
            request.taggingDirective = .replace(.empty)
            _ = try await s.service.copyObject(request)
            let replaced = try await s.head("b")
            #expect(replaced.metadata == .empty && replaced.tagCount == 0 && replaced.contentHeaders.contentType == "text/x")
        },
        ObjectServiceRule("sources that cannot be copied") { s in
            try await s.createBucket(.enabled)
            let put = try await s.put("a", "1")
            func copy(_ source: ObjectReference, to key: String, _ set: (inout CopyObjectRequest) -> Void = { _ in }) async throws {
                var request = CopyObjectRequest(copySource: source, bucket: Subject.bucket, key: Subject.key(key))
                set(&request)
                _ = try await s.service.copyObject(request)
            }
            await s.expect(.invalidRequest) { try await copy(s.object("a"), to: "a") }
            await s.expect(.noSuchKey) { try await copy(s.object("missing"), to: "b") }
            await s.expect(.noSuchVersion) { try await copy(s.object("a", .null), to: "b") }
            let other = ETagCondition.oneOf([ETag(opaque: [9])])
            await s.expect(.preconditionFailed) { try await copy(s.object("a"), to: "b") { $0.sourceConditions.ifMatch = other } }
            await s.expect(.preconditionFailed) {
                try await copy(s.object("a"), to: "b") { $0.sourceConditions.ifNoneMatch = .oneOf([put.eTag]) }
            }
            let marker = try #require(try await s.delete("a").versionID)
            await s.expect(.noSuchKey) { try await copy(s.object("a"), to: "b") }
            await s.expect(.invalidRequest) { try await copy(s.object("a", marker), to: "b") }
            try await copy(s.object("a", put.versionID), to: "a")
            #expect(try await s.versions() == ["a*", "a!", "a"])
        },
    ]
}
