import KeyStore

extension LocalObjectService {
    public func listObjectsV2(_ request: ListObjectsV2Request) async throws(ObjectStoreError) -> ListObjectsV2Response {
        var walk = try ListingWalk<ObjectEntry>(request.scope, after: request.continuationToken?.position ?? request.startAfter)
        try view { reader throws(ObjectStoreError) in
            let bucket = try reader.bucket(request.bucket)
            guard let start = walk.lowerBound else { return }
            try reader.scan(bucket.id, from: start) { version throws(ObjectStoreError) in
                guard let object = version.summary.object else { return .nextKey }
                let key = try StoreReader.key(version.key)
                let step = walk.offer(
                    version.key,
                    ObjectEntry(
                        key: key, lastModified: version.summary.lastModified, eTag: object.eTag, size: object.size,
                        checksumAlgorithm: object.checksumAlgorithm, checksumType: object.checksumType))
                return StoreReader.Step(step, then: .nextKey)
            }
        }
        return ListObjectsV2Response(
            contents: walk.items, commonPrefixes: walk.commonPrefixes,
            nextContinuationToken: walk.isTruncated ? walk.last.map { ContinuationToken(after: $0) } : nil)
    }

    public func listObjectVersions(_ request: ListObjectVersionsRequest) async throws(ObjectStoreError) -> ListObjectVersionsResponse {
        guard request.versionIDMarker == nil || request.keyMarker != nil else {
            throw .argument("version-id-marker", "", "A version-id marker cannot be specified without a key marker.")
        }
        var walk = try ListingWalk<VersionEntry>(
            request.scope, after: request.keyMarker, includingMarker: request.versionIDMarker != nil)
        try view { reader throws(ObjectStoreError) in
            let bucket = try reader.bucket(request.bucket)
            guard let start = walk.lowerBound else { return }
            let sequence = try reader.sequence(of: request, in: bucket.id, from: start)
            // The versions behind a marker are not the latest of its key.
            var key: [UInt8]? = sequence < .max ? start : nil
            try reader.scan(bucket.id, from: start, before: sequence) { version throws(ObjectStoreError) in
                let isLatest = version.key != key
                key = version.key
                let entry = try VersionEntry(version, isLatest: isLatest)
                return StoreReader.Step(walk.offer(version.key, entry), then: .next)
            }
        }
        return ListObjectVersionsResponse(walk)
    }

    public func listMultipartUploads(
        _ request: ListMultipartUploadsRequest
    ) async throws(ObjectStoreError) -> ListMultipartUploadsResponse {
        var walk = try ListingWalk<UploadEntry>(request.scope, after: request.keyMarker, includingMarker: request.uploadIDMarker != nil)
        try view { reader throws(ObjectStoreError) in
            let bucket = try reader.bucket(request.bucket)
            guard var start = walk.lowerBound else { return }
            var ordinal: Int64 = -1
            if let id = request.uploadIDMarker, start == request.keyMarker, let key = StoreReader.key(ofMarker: start) {
                ordinal = try reader.ordinal(of: UploadReference(bucket: request.bucket, key: key, uploadID: id), in: bucket)
            }
            while true {
                var seek: [UInt8]?
                try reader.forEachUpload(in: bucket.id, from: start, behind: ordinal) { upload throws(ObjectStoreError) in
                    switch walk.offer(upload.key.bytes, UploadEntry(upload)) {
                    case .next: return true
                    case .end: return false
                    case .seek(let key):
                        seek = key
                        return false
                    }
                }
                guard let next = seek else { return }
                (start, ordinal) = (next, -1)
            }
        }
        let isAtItem = walk.isTruncated && !walk.lastIsCommonPrefix
        return ListMultipartUploadsResponse(
            uploads: walk.items, commonPrefixes: walk.commonPrefixes, nextKeyMarker: walk.isTruncated ? walk.last : nil,
            nextUploadIDMarker: isAtItem ? walk.items.last?.uploadID : nil)
    }
}

extension StoreReader.Step {
    init<Item>(_ step: ListingWalk<Item>.Step, then next: StoreReader.Step) {
        switch step {
        case .next: self = next
        case .seek(let key): self = .seek(key)
        case .end: self = .end
        }
    }
}

extension StoreReader {
    /// Where a page of versions begins within its first key; `.max` for at its newest version. A marker that is gone stands for the
    /// begin of its key.
    fileprivate func sequence(of request: ListObjectVersionsRequest, in bucket: Int64, from start: [UInt8]) throws(ObjectStoreError)
        -> Int64
    {
        guard let id = request.versionIDMarker, let marker = request.keyMarker, marker == start, let key = Self.key(ofMarker: marker) else {
            return .max
        }
        return try version(key, id, in: bucket)?.sequence ?? .max
    }

    /// nil for a marker that no key is.
    fileprivate static func key(ofMarker marker: [UInt8]) -> ObjectKey? {
        do { return try ObjectKey(marker) } catch { return nil }
    }

    fileprivate func ordinal(of upload: UploadReference, in bucket: BucketRow) throws(ObjectStoreError) -> Int64 {
        do throws(ObjectStoreError) {
            return try self.upload(upload, in: bucket).ordinal
        } catch {
            guard error.code == .noSuchUpload else { throw error }
            return -1
        }
    }
}

extension VersionEntry {
    init(_ version: ListedVersion, isLatest: Bool) throws(ObjectStoreError) {
        let object = version.summary.object.map {
            Object(eTag: $0.eTag, size: $0.size, checksumAlgorithm: $0.checksumAlgorithm, checksumType: $0.checksumType)
        }
        self.init(
            key: try StoreReader.key(version.key), versionID: version.versionID, isLatest: isLatest,
            lastModified: version.summary.lastModified, object: object)
    }
}

extension ListObjectVersionsResponse {
    init(_ walk: ListingWalk<VersionEntry>) {
        let isAtItem = walk.isTruncated && !walk.lastIsCommonPrefix
        self.init(
            versions: walk.items, commonPrefixes: walk.commonPrefixes, nextKeyMarker: walk.isTruncated ? walk.last : nil,
            nextVersionIDMarker: isAtItem ? walk.items.last?.versionID : nil)
    }
}

extension UploadEntry {
    fileprivate init(_ upload: UploadRow) {
        self.init(
            key: upload.key, uploadID: UploadID(random: upload.uploadID), initiated: upload.record.initiated,
            checksum: upload.record.checksum)
    }
}
