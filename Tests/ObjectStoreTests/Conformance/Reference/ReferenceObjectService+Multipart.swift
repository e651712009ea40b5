import KeyStore

@testable import ObjectStore

extension ReferenceObjectService {
    func createMultipartUpload(_ request: CreateMultipartUploadRequest) throws(ObjectStoreError) -> CreateMultipartUploadResponse {
        var bucket = try bucket(request.bucket)
        _ = try ObjectLockRules.lock(
            retention: request.objectLockRetention, legalHold: request.objectLockLegalHoldStatus, in: bucket.objectLock, now: now)
        let checksum = if let given = request.checksum { given } else { try MultipartChecksum(algorithm: nil, type: nil) }
        let upload = ReferenceUpload(request: request, uploadID: UploadID(random: fresh()), initiated: now, checksum: checksum)
        bucket.uploads.append(upload)
        buckets[request.bucket] = bucket
        return CreateMultipartUploadResponse(
            upload: UploadReference(bucket: request.bucket, key: request.key, uploadID: upload.uploadID), checksum: checksum,
            ssekmsKeyID: kmsKeyID(upload, bucket))
    }

    private func kmsKeyID(_ upload: ReferenceUpload, _ bucket: ReferenceBucket) -> String {
        upload.request.ssekmsKeyID ?? bucket.encryption?.kmsMasterKeyID ?? Self.defaultKey
    }

    private func find(_ reference: UploadReference) throws(ObjectStoreError) -> (ReferenceBucket, Int) {
        let bucket = try bucket(reference.bucket)
        let index = bucket.uploads.firstIndex { $0.uploadID == reference.uploadID && $0.request.key == reference.key }
        guard let index else { throw ObjectStoreError(.noSuchUpload) }
        return (bucket, index)
    }

    func uploadPart(_ request: UploadPartRequest) async throws(ObjectStoreError) -> UploadPartResponse {
        try PartRules.checkNumber(request.partNumber)
        let bytes = try await request.body.collect(limit: Self.limit)
        return try put(bytes, request.partNumber, request.upload, request.checksum, sourceVersionID: nil)
    }

    func uploadPartCopy(_ request: UploadPartCopyRequest) throws(ObjectStoreError) -> UploadPartResponse {
        try PartRules.checkNumber(request.partNumber)
        _ = try find(request.upload)
        let (source, content) = try copySource(request.copySource, request.sourceConditions)
        let range = try CopyRules.partRange(request.copySourceRange, of: UInt64(content.bytes.count))
        let bytes = Array(content.bytes[Int(range.lowerBound)..<Int(range.upperBound)])
        let sourceVersionID = try bucket(request.copySource.bucket).told(source.versionID)
        return try put(bytes, request.partNumber, request.upload, nil, sourceVersionID: sourceVersionID)
    }

    private func put(
        _ bytes: [UInt8], _ number: Int, _ reference: UploadReference, _ checksum: UploadChecksum?, sourceVersionID: VersionID?
    ) throws(ObjectStoreError) -> UploadPartResponse {
        var (bucket, index) = try find(reference)
        let algorithm = bucket.uploads[index].checksum.algorithm
        if let checksum, checksum.algorithm != algorithm {
            throw ObjectStoreError(
                .invalidRequest,
                "Checksum Type mismatch occurred, expected checksum Type: \(algorithm.rawValue.lowercased()), actual checksum Type: "
                    + checksum.algorithm.rawValue.lowercased())
        }
        let calculated = try Self.checksum(algorithm, of: bytes)
        try checksum?.verify(calculated)
        let entry = PartEntry(
            partNumber: number, lastModified: now, eTag: ETag(opaque: fresh()), size: UInt64(bytes.count), checksum: calculated)
        bucket.uploads[index].parts[number] = (entry, bytes)
        buckets[reference.bucket] = bucket
        return UploadPartResponse(
            eTag: entry.eTag, checksum: calculated, lastModified: entry.lastModified, copySourceVersionID: sourceVersionID)
    }

    func completeMultipartUpload(_ request: CompleteMultipartUploadRequest) throws(ObjectStoreError) -> CompleteMultipartUploadResponse {
        var (bucket, index) = try find(request.upload)
        let upload = bucket.uploads[index]
        let parts = try PartRules.select(request.parts, from: upload.parts.values.map(\.entry), keeping: upload.checksum)
        let checksum = try PartRules.checksum(
            of: parts, keeping: upload.checksum, expected: request.checksum, expectedByteCount: request.mpuObjectSize)
        try ConditionRules.checkWrite(request.conditions, current: bucket.current(request.upload.key))
        let lock = ObjectLock(
            retention: upload.request.objectLockRetention ?? bucket.objectLock?.defaultRetention?.retention(from: now),
            legalHold: upload.request.objectLockLegalHoldStatus)
        let content = ReferenceVersion.Content(
            bytes: parts.flatMap { upload.parts[$0.partNumber]?.bytes ?? [] }, eTag: ETag(opaque: fresh(), partCount: parts.count),
            checksum: checksum, contentHeaders: upload.request.contentHeaders, metadata: upload.request.metadata,
            tagging: upload.request.tagging, kmsKeyID: kmsKeyID(upload, bucket), parts: parts)
        let version = newVersion(request.upload.key, content, lock, in: bucket)
        bucket.uploads.remove(at: index)
        bucket.insert(version)
        buckets[request.upload.bucket] = bucket
        return CompleteMultipartUploadResponse(
            eTag: content.eTag, versionID: bucket.told(version.versionID), checksum: checksum, ssekmsKeyID: content.kmsKeyID)
    }

    func abortMultipartUpload(_ upload: UploadReference) throws(ObjectStoreError) {
        var (bucket, index) = try find(upload)
        bucket.uploads.remove(at: index)
        buckets[upload.bucket] = bucket
    }

    func listParts(_ request: ListPartsRequest) throws(ObjectStoreError) -> ListPartsResponse {
        let (bucket, index) = try find(request.upload)
        let limit = min(request.maxParts ?? ListPartsRequest.maximumParts, ListPartsRequest.maximumParts)
        guard limit >= 0 else {
            throw .argument("max-parts", String(limit), "Argument max-parts must be an integer between 0 and 2147483647")
        }
        let behind = bucket.uploads[index].parts.values.map(\.entry).filter { $0.partNumber > request.partNumberMarker ?? 0 }
            .sorted { $0.partNumber < $1.partNumber }
        let page = Array(behind.prefix(limit))
        return ListPartsResponse(
            parts: page, checksum: bucket.uploads[index].checksum, nextPartNumberMarker: behind.count > limit ? page.last?.partNumber : nil)
    }
}
