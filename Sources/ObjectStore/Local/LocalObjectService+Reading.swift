import KeyStore

/// A version with all that is needed to read it, from one snapshot.
struct LocatedVersion: Sendable {
    let bucket: BucketRow
    let version: VersionRow
    let object: StoredObject
    let isLatest: Bool
    let keyARN: String
    let seal: SealRow
    /// Of an object of one blob.
    let blob: BlobRow?
    /// In order, of an object of parts.
    let parts: [PartRow]
    /// The blobs of the parts; empty where the places of the bytes were not looked up.
    let partBlobs: [BlobRow]
    let lifecycle: LifecycleConfiguration?

    var sealedName: SealedName { SealedName(bucket: bucket.name, key: version.key, uid: object.sealedUID) }

    var segments: [PayloadSegment] {
        switch seal.layout {
        case .inline(let payload): [PayloadSegment(place: .inline(payload), byteCount: object.size)]
        case .blob: blob.map { [PayloadSegment(place: $0.payloadPlace, byteCount: object.size)] } ?? []
        case .parts: zip(parts, partBlobs).map { PayloadSegment(place: $1.payloadPlace, byteCount: $0.entry.size) }
        }
    }
}

extension BlobRow {
    var payloadPlace: PayloadPlace { .blob(name, headerByteCount: headerByteCount, byteCount: fileByteCount, nonce: nonce) }
}

extension StoreReader {
    /// - Parameter withPayload: whether the places of the bytes are looked up, too.
    func locateAll(_ object: ObjectReference, withPayload: Bool = true) throws(ObjectStoreError) -> LocatedVersion {
        let bucket = try self.bucket(object.bucket)
        let version = try locate(object, in: bucket.id)
        guard let stored = version.record.object else { preconditionFailure("a delete marker is not located") }
        let seal = try self.seal(stored.seal)
        var (blob, parts, partBlobs): (BlobRow?, [PartRow], [BlobRow]) = (nil, [], [])
        switch seal.layout {
        case .inline: break
        case .blob(let id): if withPayload { blob = try self.blob(id) }
        case .parts:
            parts = try self.parts(of: seal.id)
            if withPayload { for part in parts { partBlobs.append(try self.blob(part.blob)) } }
        }
        if seal.layout == .parts, parts.reduce(0, { $0 + $1.entry.size }) != stored.size {
            throw .damaged("\(bucket.name.text)/\(version.key.text) has lost a part")
        }
        let latest = try latest(object.key, in: bucket.id)
        return LocatedVersion(
            bucket: bucket, version: version, object: stored, isLatest: latest?.sequence == version.sequence,
            keyARN: try keyARN(seal.objectKey), seal: seal, blob: blob,
            parts: parts, partBlobs: partBlobs, lifecycle: try lifecycle(of: bucket))
    }
}

extension LocalObjectService {
    public func getObject(_ request: GetObjectRequest) async throws(ObjectStoreError) -> GetObjectResponse {
        try await retryingMissingBlob { () throws(ObjectStoreError) in
            let located = try view { reader throws(ObjectStoreError) in try reader.locateAll(request.object) }
            let description = try Self.describe(request, located)
            let fileKey = try await sealer.unlock(located.seal.header, located.sealedName)
            let body = try PayloadBody(
                located.segments, range: description.contentRange, fileKey: fileKey, folder: blobs,
                objectName: located.sealedName.description)
            return GetObjectResponse(description: description, body: body)
        }
    }

    public func headObject(_ request: GetObjectRequest) async throws(ObjectStoreError) -> ObjectDescription {
        let located = try view { reader throws(ObjectStoreError) in try reader.locateAll(request.object, withPayload: false) }
        return try Self.describe(request, located)
    }

    /// A version may be deleted between the look at its row and the opening of its file; then a second look says so.
    func retryingMissingBlob<Value>(_ body: () async throws(ObjectStoreError) -> Value) async throws(ObjectStoreError) -> Value {
        do throws(ObjectStoreError) {
            return try await body()
        } catch {
            guard error.isMissingBlob else { throw error }
            return try await body()
        }
    }

    private static func describe(_ request: GetObjectRequest, _ located: LocatedVersion) throws(ObjectStoreError) -> ObjectDescription {
        let (version, object) = (located.version, located.object)
        try ConditionRules.checkRead(request.conditions, eTag: object.eTag, lastModified: version.record.lastModified)
        let range = try range(request.selection, located)
        var partsCount: Int?
        if case .partNumber = request.selection { partsCount = object.partCount }
        let facts = LifecycleRules.VersionFacts(
            key: version.key, isLatest: located.isLatest, lastModified: version.record.lastModified, byteCount: object.size,
            tags: object.tags)
        return ObjectDescription(
            lastModified: version.record.lastModified, objectSize: object.size, contentRange: range, eTag: object.eTag,
            versionID: located.bucket.told(version.versionID), contentHeaders: request.responseHeaders ?? object.contentHeaders,
            metadata: object.metadata, tagCount: object.tags.tags.count, partsCount: partsCount,
            checksum: request.checksumMode ? object.checksum : nil, objectLock: version.record.lock,
            expiration: located.lifecycle.flatMap { LifecycleRules.expiry(of: facts, in: $0) }, serverSideEncryption: .awsKMS,
            ssekmsKeyID: located.keyARN)
    }

    private static func range(
        _ selection: GetObjectRequest.Selection, _ located: LocatedVersion
    ) throws(ObjectStoreError) -> Range<UInt64> {
        switch selection {
        case .all: return 0..<located.object.size
        case .range(let range): return try range.resolve(in: located.object.size)
        case .partNumber(let number):
            try PartRules.checkNumber(number)
            guard located.object.partCount != nil else {
                guard number == 1 else { throw ObjectStoreError(.invalidPartNumber) }
                return 0..<located.object.size
            }
            guard number <= located.parts.count else { throw ObjectStoreError(.invalidPartNumber) }
            let start = located.parts[..<(number - 1)].reduce(0) { $0 + $1.entry.size }
            return start..<start + located.parts[number - 1].entry.size
        }
    }

    public func getObjectAttributes(
        _ object: ObjectReference, maxParts: Int?, partNumberMarker: Int?
    ) async throws(ObjectStoreError) -> ObjectAttributes {
        let limit = min(maxParts ?? ListPartsRequest.maximumParts, ListPartsRequest.maximumParts)
        guard limit >= 0 else {
            throw .argument("max-parts", String(limit), "Argument maxParts must be an integer between 0 and 2147483647")
        }
        let located = try view { reader throws(ObjectStoreError) in try reader.locateAll(object, withPayload: false) }
        var (page, next): ([ObjectAttributes.Part]?, Int?) = (nil, nil)
        if located.object.partCount != nil {
            let behind = located.parts.enumerated().dropFirst(max(0, partNumberMarker ?? 0))
            let parts = behind.prefix(limit).map { index, part in
                ObjectAttributes.Part(partNumber: index + 1, size: part.entry.size, checksum: part.entry.checksum)
            }
            page = parts
            next = behind.count > parts.count ? parts.last?.partNumber : nil
        }
        return ObjectAttributes(
            lastModified: located.version.record.lastModified, versionID: located.bucket.told(located.version.versionID),
            eTag: located.object.eTag, objectSize: located.object.size, checksum: located.object.checksum, parts: page,
            totalPartsCount: located.object.partCount, nextPartNumberMarker: next)
    }

    /// The object as an age file: what is stored, in front of it the header of this version. An object of several parts is sealed anew into
    /// one payload, under its own file key.
    public func exportObject(_ object: ObjectReference) async throws(ObjectStoreError) -> any ObjectBody {
        try await retryingMissingBlob { () throws(ObjectStoreError) in
            let located = try view { reader throws(ObjectStoreError) in try reader.locateAll(object) }
            // Whoever may not read the object does not get at its bytes either; and a damaged header is not handed out.
            let fileKey = try await sealer.unlock(located.seal.header, located.sealedName)
            let segments = located.segments
            if segments.count == 1 {
                return try SealedBody(
                    header: located.seal.header, segments[0].place, folder: blobs, objectName: located.sealedName.description)
            }
            return try ResealedBody(
                header: located.seal.header, segments, fileKey: fileKey, folder: blobs, objectName: located.sealedName.description)
        }
    }
}
