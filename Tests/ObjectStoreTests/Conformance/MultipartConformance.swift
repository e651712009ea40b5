import KeyStore
import Testing

@testable import ObjectStore

extension ObjectServiceRule {
    private static let partSize = Int(PartRules.minimumByteCount)

    private static func begin(_ s: Subject, _ key: String = "k", _ set: (inout CreateMultipartUploadRequest) throws -> Void = { _ in })
        async throws
        -> UploadReference
    {
        var request = CreateMultipartUploadRequest(bucket: Subject.bucket, key: Subject.key(key))
        try set(&request)
        return try await s.service.createMultipartUpload(request).upload
    }

    private static func bytes(_ number: Int, _ count: Int) -> [UInt8] { [UInt8](repeating: UInt8(64 + number), count: count) }

    private static func upload(_ s: Subject, _ upload: UploadReference, _ number: Int, _ bytes: [UInt8]) async throws -> CompletedPart {
        let response = try await s.service.uploadPart(UploadPartRequest(upload: upload, partNumber: number, body: BytesBody(bytes)))
        return CompletedPart(partNumber: number, eTag: response.eTag, checksum: response.checksum)
    }

    static let multipart = [
        ObjectServiceRule("parts in any order make one object, which was not there before") { s in
            try await s.createBucket(.enabled)
            let upload = try await begin(s) { $0.metadata = try UserMetadata([.init(name: "m", value: "1")]) }
            let second = try await Self.upload(s, upload, 7, bytes(2, 10))
            let first = try await Self.upload(s, upload, 3, bytes(1, partSize))
            await s.expect(.noSuchKey) { _ = try await s.head("k") }
            let done = try await s.service.completeMultipartUpload(
                CompleteMultipartUploadRequest(upload: upload, parts: [first, second]))
            let whole = bytes(1, partSize) + bytes(2, 10)
            #expect(done.eTag.text.hasSuffix("-2"))
            #expect(done.checksum == (try ReferenceObjectService.checksum(.crc64NVME, of: whole)))
            #expect(try await s.get("k") == String(decoding: whole, as: UTF8.self))
            #expect(
                try await s.get("k") { $0.selection = .range(.bounded(first: UInt64(partSize) - 2, last: UInt64(partSize) + 1)) } == "AABB")
            let part = try await s.head("k") { $0.selection = .partNumber(2) }
            #expect(part.contentLength == 10 && part.partsCount == 2 && part.objectSize == UInt64(whole.count))
            #expect(part.metadata["m"] == "1" && part.eTag == done.eTag)
            await s.expect(.invalidPartNumber) { _ = try await s.get("k") { $0.selection = .partNumber(3) } }
            await s.expect(.noSuchUpload) { _ = try await s.service.listParts(ListPartsRequest(upload: upload)) }
            let attributes = try await s.service.getObjectAttributes(s.object("k"), maxParts: 1, partNumberMarker: 1)
            #expect(attributes.totalPartsCount == 2 && attributes.parts?.map(\.partNumber) == [2])
        },
        ObjectServiceRule("a part that is sent again replaces the former, and parts left out are dropped") { s in
            try await s.createBucket()
            let upload = try await begin(s)
            let former = try await Self.upload(s, upload, 1, bytes(1, 3))
            let part = try await Self.upload(s, upload, 1, bytes(2, 3))
            _ = try await Self.upload(s, upload, 2, bytes(3, 3))
            await s.expect(.invalidPart) {
                _ = try await s.service.completeMultipartUpload(CompleteMultipartUploadRequest(upload: upload, parts: [former]))
            }
            _ = try await s.service.completeMultipartUpload(CompleteMultipartUploadRequest(upload: upload, parts: [part]))
            #expect(try await s.get("k") == "BBB")
        },
        ObjectServiceRule("what cannot be completed leaves the upload as it was") { s in
            try await s.createBucket()
            let upload = try await begin(s)
            let (one, two) = (try await Self.upload(s, upload, 1, bytes(1, 5)), try await Self.upload(s, upload, 2, bytes(2, 5)))
            func complete(_ parts: [CompletedPart], _ set: (inout CompleteMultipartUploadRequest) throws -> Void = { _ in }) async throws {
                var request = CompleteMultipartUploadRequest(upload: upload, parts: parts)
                try set(&request)
                _ = try await s.service.completeMultipartUpload(request)
            }
            await s.expect(.malformedXML) { try await complete([]) }
            await s.expect(.invalidPartOrder) { try await complete([two, one]) }
            await s.expect(.entityTooSmall) { try await complete([one, two]) }
            await s.expect(.invalidPart) { try await complete([CompletedPart(partNumber: 3, eTag: one.eTag)]) }
            await s.expect(.invalidRequest) { try await complete([one]) { $0.mpuObjectSize = 6 } }
            await s.expect(.badDigest) { try await complete([one]) { $0.checksum = two.checksum } }
            await s.expect(.noSuchKey) { try await complete([one]) { $0.conditions = try WriteConditions(ifMatch: .oneOf([one.eTag])) } }
            let parts = try await s.service.listParts(ListPartsRequest(upload: upload)).parts
            #expect(parts.map(\.partNumber) == [1, 2])
            try await complete([one]) {
                $0.mpuObjectSize = 5
                $0.checksum = one.checksum
                $0.conditions = try WriteConditions(ifNoneMatch: .any)
            }
            #expect(try await s.get("k") == "AAAAA")
        },
        ObjectServiceRule("checksums over the full object and of the parts") { s in
            try await s.createBucket()
            for (algorithm, type) in [(ChecksumAlgorithm.crc32, ChecksumType.fullObject), (.crc32c, .composite), (.sha256, .composite)] {
                let kept = try MultipartChecksum(algorithm: algorithm, type: type)
                let upload = try await begin(s) { $0.checksum = kept }
                let parts = [
                    try await Self.upload(s, upload, 1, bytes(1, partSize)), try await Self.upload(s, upload, 2, bytes(2, 1)),
                ]
                let bare = parts.map { CompletedPart(partNumber: $0.partNumber, eTag: $0.eTag) }
                if type == .composite {
                    await s.expect(.invalidRequest) {
                        _ = try await s.service.completeMultipartUpload(CompleteMultipartUploadRequest(upload: upload, parts: bare))
                    }
                }
                let done = try await s.service.completeMultipartUpload(
                    CompleteMultipartUploadRequest(upload: upload, parts: type == .composite ? parts : bare))
                #expect(done.checksum.algorithm == algorithm && done.checksum.type == type)
                #expect(try await s.head("k") { $0.checksumMode = true }.checksum == done.checksum)
                let values = parts.flatMap { $0.checksum?.bytes ?? [] }
                let covered = type == .composite ? values : bytes(1, partSize) + bytes(2, 1)
                #expect(done.checksum.bytes == (try ReferenceObjectService.checksum(algorithm, of: covered)).bytes)
            }
        },
        ObjectServiceRule("a part with a wrong checksum, or by another algorithm, is not taken") { s in
            try await s.createBucket()
            let upload = try await begin(s) { $0.checksum = try MultipartChecksum(algorithm: .crc32, type: nil) }
            for (algorithm, code) in [(ChecksumAlgorithm.crc32, ObjectStoreErrorCode.badDigest), (.sha256, .invalidRequest)] {
                var request = UploadPartRequest(upload: upload, partNumber: 1, body: BytesBody("abc"))
                request.checksum = try UploadChecksum(given: [try ReferenceObjectService.checksum(algorithm, of: [1])])
                await s.expect(code) { [request] in _ = try await s.service.uploadPart(request) }
            }
            for number in [0, 10_001] {
                await s.expect(.invalidArgument) { _ = try await Self.upload(s, upload, number, [1]) }
            }
            let parts = try await s.service.listParts(ListPartsRequest(upload: upload)).parts
            #expect(parts.isEmpty)
        },
        ObjectServiceRule("a part can be copied from a range of another object") { s in
            try await s.createBucket()
            try await s.put("source", "0123456789")
            let upload = try await begin(s)
            var request = UploadPartCopyRequest(upload: upload, partNumber: 1, copySource: s.object("source"))
            request.copySourceRange = .bounded(first: 3, last: 5)
            let part = try await s.service.uploadPartCopy(request)
            request.copySourceRange = .bounded(first: 3, last: 10)
            await s.expect(.invalidArgument) { [request] in _ = try await s.service.uploadPartCopy(request) }
            _ = try await s.service.completeMultipartUpload(
                CompleteMultipartUploadRequest(upload: upload, parts: [CompletedPart(partNumber: 1, eTag: part.eTag)]))
            #expect(try await s.get("k") == "345")
        },
        ObjectServiceRule("an upload that was aborted is gone with its parts") { s in
            try await s.createBucket()
            let upload = try await begin(s)
            let part = try await Self.upload(s, upload, 1, [1])
            try await s.service.abortMultipartUpload(upload)
            await s.expect(.noSuchUpload) { try await s.service.abortMultipartUpload(upload) }
            await s.expect(.noSuchUpload) { _ = try await Self.upload(s, upload, 1, [1]) }
            await s.expect(.noSuchUpload) {
                _ = try await s.service.completeMultipartUpload(CompleteMultipartUploadRequest(upload: upload, parts: [part]))
            }
            let other = try await begin(s)
            let wrongKey = UploadReference(bucket: Subject.bucket, key: Subject.key("other"), uploadID: other.uploadID)
            await s.expect(.noSuchUpload) { _ = try await s.service.listParts(ListPartsRequest(upload: wrongKey)) }
        },
        ObjectServiceRule("parts and uploads are listed in order, page by page") { s in
            try await s.createBucket()
            let upload = try await begin(s, "b")
            for number in [9, 2, 5] { _ = try await Self.upload(s, upload, number, [1]) }
            var parts = ListPartsRequest(upload: upload)
            parts.maxParts = 2
            let first = try await s.service.listParts(parts)
            #expect(first.parts.map(\.partNumber) == [2, 5] && first.nextPartNumberMarker == 5)
            parts.partNumberMarker = 5
            let second = try await s.service.listParts(parts)
            #expect(second.parts.map(\.partNumber) == [9] && !second.isTruncated)

            let later = [try await begin(s, "b"), try await begin(s, "a"), try await begin(s, "c/1"), try await begin(s, "c/2")]
            var request = ListMultipartUploadsRequest(
                bucket: Subject.bucket, scope: ListingScope(delimiter: Array("/".utf8), maxKeys: 1))
            var (uploads, prefixes): ([UploadID], [[UInt8]]) = ([], [])
            repeat {
                let page = try await s.service.listMultipartUploads(request)
                uploads += page.uploads.map(\.uploadID)
                prefixes += page.commonPrefixes
                (request.keyMarker, request.uploadIDMarker) = (page.nextKeyMarker, page.nextUploadIDMarker)
            } while request.keyMarker != nil
            #expect(uploads == [later[1].uploadID, upload.uploadID, later[0].uploadID])
            #expect(prefixes == [Array("c/".utf8)])
        },
    ]
}
