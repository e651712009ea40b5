import KeyStore
import KeyTestSupport
import Testing

@testable import ObjectStore

/// Uploads in parts, listings, and what concerns the bucket.
extension RandomRun {
    private static let largePart = Int(PartRules.minimumByteCount)

    mutating func createUpload() async throws {
        let key = random.key()
        let algorithm = random.pick(ChecksumAlgorithm.allCases) ?? .default
        let checksum = random.chance(40) ? try MultipartChecksum(algorithm: algorithm, type: nil) : nil
        let (tags, metadata, headers) = (try random.tagSet(), try random.metadata(), try random.headers())
        let (retention, legalHold) = (random.retention(twins.store.clock.now), random.legalHold())
        try await twins.both("begin an upload of \(key)") { service, _ in
            var request = CreateMultipartUploadRequest(bucket: Subject.bucket, key: Subject.key(key))
            request.checksum = checksum
            (request.tagging, request.metadata, request.contentHeaders) = (tags, metadata, headers)
            (request.objectLockRetention, request.objectLockLegalHoldStatus) = (retention, legalHold)
            let response = try await service.createMultipartUpload(request)
            var answer = Twins.Answer(response)
            answer.uploads = [response.upload]
            return answer
        }
    }

    private mutating func upload() -> (index: Int, pair: Twins.Pair<UploadReference>)? {
        guard !twins.uploads.isEmpty else { return nil }
        // The last ones are mostly still open.
        let index = random.chance(80) ? max(0, twins.uploads.count - random.number(1...3)) : random.number(0...twins.uploads.count - 1)
        return (index, twins.uploads[index])
    }

    mutating func putPart() async throws {
        guard let upload = upload() else { return try await createUpload() }
        let number = random.chance(5) ? random.number(0...20_000) : random.number(1...3)
        let bytes = random.chance(8) ? [UInt8](repeating: UInt8(number & 0xFF), count: Self.largePart) : random.bytes()
        let checksum = random.chance(80) ? nil : try random.checksum(of: bytes)
        let isCopy = random.chance(25)
        let (source, conditions) = (random.chance(90) ? copySource() : nil, random.chance(50))
        let range = conditions ? ByteRange.bounded(first: UInt64(random.number(0...99)), last: UInt64(random.number(100...400))) : nil
        try await twins.both("part \(number)", upload: upload.index) { service, side in
            let response: UploadPartResponse
            if isCopy, let source {
                var request = UploadPartCopyRequest(upload: upload.pair[side], partNumber: number, copySource: source[side])
                request.copySourceRange = range
                response = try await service.uploadPartCopy(request)
            } else {
                var request = UploadPartRequest(upload: upload.pair[side], partNumber: number, body: BytesBody(bytes))
                request.checksum = checksum
                response = try await service.uploadPart(request)
            }
            var answer = Twins.Answer(response)
            answer.parts = [CompletedPart(partNumber: number, eTag: response.eTag, checksum: response.checksum)]
            return answer
        }
    }

    private mutating func copySource() -> Twins.Pair<ObjectReference>? {
        guard let version = random.pick(twins.versions) else { return nil }
        let references = Twins.Side.allCases.map {
            ObjectReference(bucket: Subject.bucket, key: Subject.key(version.key), versionID: version.id[$0])
        }
        return Twins.Pair(references[0], references[1])
    }

    mutating func endUpload() async throws {
        guard let upload = upload() else { return try await createUpload() }
        if random.chance(15) {
            return try await twins.both("abort an upload") { service, side in
                try await service.abortMultipartUpload(upload.pair[side])
                return Twins.Answer("aborted")
            }
        }
        // The last part of each number, in order; sometimes as they came, with parts that were replaced.
        var parts = twins.parts.filter { $0.upload == upload.index }.map(\.part)
        if random.chance(85) {
            let last = Dictionary(parts.map { ($0[.reference].partNumber, $0) }, uniquingKeysWith: { $1 })
            parts = last.sorted { $0.key < $1.key }.map(\.value)
        }
        if random.chance(60) { parts = Array(parts.prefix(1)) }
        let size = random.chance(10) ? UInt64(random.number(0...300)) : nil
        try await twins.both("complete an upload of \(parts.count) parts") { service, side in
            var request = CompleteMultipartUploadRequest(upload: upload.pair[side], parts: parts.map { $0[side] })
            request.mpuObjectSize = size
            let response = try await service.completeMultipartUpload(request)
            var answer = Twins.Answer(response)
            answer.versions = [(upload.pair[side].key.text, response.versionID ?? .null)]
            answer.tags = [response.eTag]
            return answer
        }
    }

    // MARK: Listings

    mutating func list() async throws {
        let (scope, kind) = (random.scope(), random.number(1...10))
        let keyMarker = random.chance(50) ? nil : Array(random.key().utf8)
        switch kind {
        case 1...4:
            try await twins.both("list \(scope)") { service, _ in
                var request = ListObjectsV2Request(bucket: Subject.bucket, scope: scope)
                request.startAfter = keyMarker
                return Twins.Answer(try await service.listObjectsV2(request))
            }
        case 5...8:
            let version = random.chance(40) ? random.pick(twins.versions) : nil
            let marker = version.map { random.chance(90) ? Array($0.key.utf8) : keyMarker } ?? keyMarker
            try await twins.both("list versions \(scope)") { service, side in
                var request = ListObjectVersionsRequest(bucket: Subject.bucket, scope: scope)
                (request.keyMarker, request.versionIDMarker) = (marker, version?.id[side])
                return Twins.Answer(try await service.listObjectVersions(request))
            }
        case 9:
            let upload = random.chance(50) ? upload() : nil
            try await twins.both("list uploads \(scope)") { service, side in
                var request = ListMultipartUploadsRequest(bucket: Subject.bucket, scope: scope)
                request.keyMarker = upload.map { $0.pair[side].key.bytes } ?? keyMarker
                request.uploadIDMarker = upload?.pair[side].uploadID
                return Twins.Answer(try await service.listMultipartUploads(request))
            }
        default:
            guard let upload = upload() else { return }
            let (limit, marker) = (random.chance(50) ? nil : random.number(0...3), random.chance(50) ? nil : random.number(0...3))
            try await twins.both("list parts") { service, side in
                var request = ListPartsRequest(upload: upload.pair[side])
                (request.maxParts, request.partNumberMarker) = (limit, marker)
                return Twins.Answer(try await service.listParts(request))
            }
        }
    }

    /// All of it, in pages.
    mutating func listEverything(pageSize: Int) async throws {
        let scope = ListingScope(maxKeys: pageSize)
        try await twins.both("list all versions by \(pageSize)") { service, _ in
            var request = ListObjectVersionsRequest(bucket: Subject.bucket, scope: scope)
            var versions: [VersionEntry] = []
            while true {
                let page = try await service.listObjectVersions(request)
                versions += page.versions
                guard page.isTruncated else { return Twins.Answer(versions) }
                (request.keyMarker, request.versionIDMarker) = (page.nextKeyMarker, page.nextVersionIDMarker)
            }
        }
        try await twins.both("list all keys by \(pageSize)") { service, _ in
            var request = ListObjectsV2Request(bucket: Subject.bucket, scope: scope)
            var entries: [ObjectEntry] = []
            while true {
                let page = try await service.listObjectsV2(request)
                entries += page.contents
                guard page.isTruncated else { return Twins.Answer(entries) }
                request.continuationToken = page.nextContinuationToken
            }
        }
    }

    /// Every version with its bytes.
    mutating func readEverything() async throws {
        try await twins.both("read everything") { service, _ in
            var text = ""
            for entry in try await service.listObjectVersions(ListObjectVersionsRequest(bucket: Subject.bucket)).versions
            where !entry.isDeleteMarker {
                let object = ObjectReference(bucket: Subject.bucket, key: entry.key, versionID: entry.versionID)
                var request = GetObjectRequest(object)
                request.checksumMode = true
                let response = try await service.getObject(request)
                let bytes = try await response.body.collect(limit: 64 << 20)
                text += "\(response.description) \(bytes.count) \(bytes.hashValue) \(try await service.getObjectTagging(object))\n"
            }
            return Twins.Answer(text)
        }
    }

    // MARK: Buckets

    mutating func changeBucket() async throws {
        let (kind, period) = (random.number(1...8), random.number(1...2))
        let (mode, hasDefault): (RetentionMode, Bool) = (random.chance(80) ? .governance : .compliance, random.chance(40))
        let (tags, mayEnable) = (try random.tagSet(), random.chance(50))
        try await twins.both("change the bucket") { service, _ in
            switch kind {
            case 1, 2:
                let current = try await service.getBucketVersioning(Subject.bucket)
                // A bucket without versions is to stay one.
                guard current.status != .unversioned else { return Twins.Answer(current) }
                try await service.putBucketVersioning(
                    PutBucketVersioningRequest(
                        bucket: Subject.bucket, versioningConfiguration: VersioningConfiguration(status: mayEnable ? .enabled : .suspended))
                )
                return Twins.Answer(try await service.getBucketVersioning(Subject.bucket))
            case 3, 4:
                let retention = hasDefault ? try DefaultRetention(mode: mode, period: .days(period)) : nil
                guard try await isLocked(service) else { return Twins.Answer(try await service.getObjectLockConfiguration(Subject.bucket)) }
                try await service.putObjectLockConfiguration(
                    PutObjectLockConfigurationRequest(bucket: Subject.bucket, ObjectLockConfiguration(defaultRetention: retention)))
                return Twins.Answer(try await service.getObjectLockConfiguration(Subject.bucket))
            case 5: try await service.deleteBucket(DeleteBucketRequest(bucket: Subject.bucket))
            case 6: try await service.putBucketTagging(Subject.bucket, tags)
            case 7: try await service.deleteBucketTagging(Subject.bucket)
            default: return Twins.Answer(try await service.getBucketTagging(Subject.bucket))
            }
            return Twins.Answer("done")
        }
    }

    private func isLocked(_ service: any ObjectService) async throws -> Bool {
        do {
            _ = try await service.getObjectLockConfiguration(Subject.bucket)
            return true
        } catch ObjectStoreError(.objectLockConfigurationNotFound) {
            return false
        }
    }
}
