import ObjectStore

/// Stores bodies of any length as objects.
struct ObjectUpload: Sendable {
    /// How much of a stream without a length is kept in memory to see whether there is more.
    private static let peekByteCount = 8 << 20

    /// What was stored.
    struct Stored: Sendable {
        let eTag: ETag
        let versionID: VersionID?
        let byteCount: UInt64
    }

    let objects: LocalObjectService
    let headers: ContentHeaders
    let metadata: UserMetadata
    /// nil for the bucket's key.
    let keyName: String?

    /// - Returns: after it is durable.
    func store(_ body: any ObjectBody, as key: ObjectKey, in bucket: BucketName) async throws(ObjectStoreError) -> Stored {
        if let count = body.byteCount {
            guard count > PartRules.maximumByteCount else { return try await put(body, key, bucket) }
            return try await storeParts(of: body, byteCount: count, key, bucket)
        }
        let start = try await Self.peek(body)
        guard start.count == Self.peekByteCount else { return try await put(BytesBody(start), key, bucket) }
        return try await storeParts(of: PrefixedBody(start, body), byteCount: nil, key, bucket)
    }

    private func put(_ body: any ObjectBody, _ key: ObjectKey, _ bucket: BucketName) async throws(ObjectStoreError) -> Stored {
        var request = PutObjectRequest(bucket: bucket, key: key, body: body)
        request.contentHeaders = headers
        request.metadata = metadata
        request.ssekmsKeyID = keyName
        let response = try await objects.putObject(request)
        return Stored(eTag: response.eTag, versionID: response.versionID, byteCount: response.size)
    }

    // MARK: Parts

    /// What is longer than one request may be, and what has no length, goes in parts as large as they may be: most streams are one.
    private func storeParts(
        of body: any ObjectBody, byteCount: UInt64?, _ key: ObjectKey, _ bucket: BucketName
    ) async throws(ObjectStoreError) -> Stored {
        var request = CreateMultipartUploadRequest(bucket: bucket, key: key)
        request.contentHeaders = headers
        request.metadata = metadata
        request.ssekmsKeyID = keyName
        let upload = try await objects.createMultipartUpload(request).upload
        do throws(ObjectStoreError) {
            let (parts, total) = try await storeAll(body, byteCount, upload)
            let response = try await objects.completeMultipartUpload(CompleteMultipartUploadRequest(upload: upload, parts: parts))
            return Stored(eTag: response.eTag, versionID: response.versionID, byteCount: total)
        } catch {
            do {
                try await objects.abortMultipartUpload(upload)
            } catch {
                // What led here says more; `coffer object upload list` shows what is left.
            }
            throw error
        }
    }

    private func storeAll(
        _ body: any ObjectBody, _ byteCount: UInt64?, _ upload: UploadReference
    ) async throws(ObjectStoreError) -> ([CompletedPart], UInt64) {
        var parts: [CompletedPart] = []
        var total: UInt64 = 0
        var rest = body
        while true {
            let limit = min(PartRules.maximumByteCount, byteCount.map { $0 - total } ?? .max)
            let slice = BodySlice(of: rest, byteCount: limit, isWhole: byteCount != nil)
            let request = UploadPartRequest(upload: upload, partNumber: parts.count + 1, body: slice)
            parts.append(CompletedPart(partNumber: parts.count + 1, eTag: try await objects.uploadPart(request).eTag))
            total += slice.readCount
            guard slice.readCount == limit, total != byteCount else { break }
            guard byteCount == nil else { continue }
            let start = try await Self.peek(body)
            guard !start.isEmpty else { break }
            rest = PrefixedBody(start, body)
        }
        // A file that has grown says so at its end.
        if byteCount != nil { _ = try await Self.peek(body) }
        return (parts, total)
    }

    /// The next bytes: as many as are peeked at, or all that there are.
    private static func peek(_ body: any ObjectBody) async throws(ObjectStoreError) -> [UInt8] {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: peekByteCount, alignment: 16)
        defer { buffer.deallocate() }
        var count = 0
        while count < buffer.count {
            let read = try await body.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[count...]))
            guard read > 0 else { break }
            count += read
        }
        return Array(buffer[..<count])
    }
}
