import KeyStore

/// One version of an object, or a delete marker, as its row holds it.
struct VersionRecord: Sendable, Equatable {
    static let uidByteCount = 16
    private static let format: UInt8 = 1

    /// Names the version for good, also the null version: its version ID, unless that is `null`.
    let uid: [UInt8]
    let lastModified: Timestamp
    /// nil for a delete marker.
    var object: StoredObject?
    var lock = ObjectLock.none
}

/// What a version has that is no delete marker.
struct StoredObject: Sendable, Equatable {
    /// Of the plaintext, in bytes.
    let size: UInt64
    let eTag: ETag
    let checksum: Checksum
    /// The row of the header, which knows where the bytes are.
    let seal: Int64
    /// The `uid` that the seal's encryption context names: that of the version that was written. A version that was restored shares the seal.
    let sealedUID: [UInt8]
    /// Of an object that was made of parts, as S3 shows it; a copy of one has parts, and shows none.
    let partCount: Int?
    var contentHeaders: ContentHeaders
    var metadata: UserMetadata
    var tags: TagSet
}

/// What a listing shows of a version: the front of its record.
struct VersionSummary: Sendable {
    struct Object: Sendable {
        let size: UInt64
        let eTag: ETag
        let checksumAlgorithm: ChecksumAlgorithm
        let checksumType: ChecksumType
    }

    let uid: [UInt8]
    let lastModified: Timestamp
    let object: Object?
}

// MARK: Bytes

extension VersionRecord {
    /// What a listing shows comes first.
    func encoded() -> [UInt8] {
        var writer = ByteWriter()
        writer.append(Self.format)
        writer.append(object != nil)
        writer.append(uid)
        writer.append(lastModified.nanoseconds)
        guard let object else { return writer.bytes }
        writer.append(object.size)
        writer.append(object.eTag.text)
        writer.append(object.checksum)
        writer.append(object.seal)
        writer.append(object.sealedUID)
        writer.append(object.partCount)
        writer.append(lock)
        writer.append(object.contentHeaders)
        writer.append(object.metadata)
        writer.append(object.tags)
        return writer.bytes
    }

    init(decoding bytes: [UInt8]) throws(MalformedRecord) {
        var reader = ByteReader(bytes)
        let front = try VersionFront(&reader)
        uid = front.uid
        lastModified = front.lastModified
        guard front.isObject else {
            try reader.end()
            return
        }
        let size = try reader.need(reader.readUInt64())
        let eTag = ETag(unchecked: try reader.need(reader.readPrefixedString()))
        let checksum = try reader.checksum()
        let (seal, sealedUID) = (try reader.need(reader.readInt64()), try reader.need(reader.readBytes(Self.uidByteCount)))
        let partCount = try reader.optionalInt()
        lock = try reader.objectLock()
        object = StoredObject(
            size: size, eTag: eTag, checksum: checksum, seal: seal, sealedUID: sealedUID, partCount: partCount,
            contentHeaders: try reader.contentHeaders(), metadata: try reader.metadata(),
            tags: try reader.tags(limit: TagSet.maximumObjectTagCount))
        try reader.end()
    }

    /// The fields of every version.
    fileprivate struct VersionFront {
        let isObject: Bool
        let uid: [UInt8]
        let lastModified: Timestamp

        init(_ reader: inout ByteReader) throws(MalformedRecord) {
            guard try reader.need(reader.readUInt8()) == VersionRecord.format else { throw MalformedRecord() }
            isObject = try reader.need(reader.readBool())
            uid = try reader.need(reader.readBytes(VersionRecord.uidByteCount))
            lastModified = try reader.timestamp()
        }
    }
}

extension VersionSummary {
    /// - Parameter bytes: of an authentic record.
    init(decoding bytes: [UInt8]) throws(MalformedRecord) {
        var reader = ByteReader(bytes)
        let front = try VersionRecord.VersionFront(&reader)
        uid = front.uid
        lastModified = front.lastModified
        guard front.isObject else {
            object = nil
            return
        }
        let size = try reader.need(reader.readUInt64())
        let eTag = ETag(unchecked: try reader.need(reader.readPrefixedString()))
        let checksum = try reader.checksum()
        object = Object(size: size, eTag: eTag, checksumAlgorithm: checksum.algorithm, checksumType: checksum.type)
    }
}
