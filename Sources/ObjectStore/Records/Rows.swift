import AgeFormat
import KeyStore

/// The rows that stand around versions.

/// A version with the columns that find it.
struct VersionRow: Sendable {
    let bucket: Int64
    let key: ObjectKey
    /// The order of versions; never a clock.
    let sequence: Int64
    let isNull: Bool
    var record: VersionRecord
    var mac: [UInt8]

    var versionID: VersionID { isNull ? .null : VersionID(random: record.uid) }
    /// The column `name`: empty for the null version, so that no key has two of them.
    var name: [UInt8] { isNull ? [] : record.uid }
    var marker: ObjectStoreError.DeleteMarkerFacts? {
        record.object == nil ? ObjectStoreError.DeleteMarkerFacts(versionID: versionID, lastModified: record.lastModified) : nil
    }

    static func place(_ bucket: Int64, _ key: [UInt8], _ sequence: Int64, _ name: [UInt8]) -> [UInt8] {
        var writer = ByteWriter()
        writer.append(bucket)
        writer.appendPrefixed(key)
        writer.append(sequence)
        writer.append(name)
        return writer.bytes
    }
}

/// A header, and where the payload is that it opens.
struct SealRow: Sendable {
    /// Where the bytes of an object are.
    enum Layout: Sendable, Equatable {
        /// Here: nonce and chunk.
        case inline([UInt8])
        case blob(Int64)
        /// In the blobs of the rows of `part` that have this seal as their owner.
        case parts
    }

    let id: Int64
    let bucket: Int64
    /// The row of `object_key` that names the KMS key.
    var objectKey: Int64
    /// An age header, without padding.
    var header: [UInt8]
    let layout: Layout
    /// `StoreState.recoveryNumber` of the recovery recipient that the header has; 0 for none.
    var recovery: Int64
    /// Whether a row of `seal_share` says how many versions have the seal; else it is one.
    var isShared = false

    /// The column `payload`.
    var payload: [UInt8]? { if case .inline(let bytes) = layout { bytes } else { nil } }

    /// All columns but `payload`.
    var place: [UInt8] {
        var writer = ByteWriter()
        writer.append(id)
        writer.append(bucket)
        writer.append(objectKey)
        writer.append(recovery)
        writer.append(isShared)
        switch layout {
        case .inline: writer.append(UInt8(0))
        case .blob(let blob):
            writer.append(UInt8(1))
            writer.append(blob)
        case .parts: writer.append(UInt8(2))
        }
        writer.appendPrefixed(header)
        return writer.bytes
    }
}

/// A file with a payload.
struct BlobRow: Sendable {
    let id: Int64
    let name: BlobName
    /// Bytes in front of the nonce.
    let headerByteCount: Int
    /// Of the file.
    let fileByteCount: UInt64
    /// Of the payload: the file has to be this one, and not another that the same file key opens.
    let nonce: [UInt8]
    /// How many seals and parts have it.
    var referenceCount: Int64

    var place: [UInt8] { Self.place(id, name.bytes) }

    static func place(_ id: Int64, _ name: [UInt8]) -> [UInt8] {
        var writer = ByteWriter()
        writer.append(id)
        writer.append(name)
        return writer.bytes
    }

    var encoded: [UInt8] {
        var writer = ByteWriter()
        writer.append(UInt32(headerByteCount))
        writer.append(fileByteCount)
        writer.append(nonce)
        writer.append(referenceCount)
        return writer.bytes
    }

    /// What a file of this size has in its chunks.
    func plaintextByteCount(_ name: SealedName) throws(ObjectStoreError) -> UInt64 {
        let front = UInt64(headerByteCount + PayloadLayout.nonceByteCount)
        guard fileByteCount > front, let count = PayloadLayout.plaintextByteCount(sealed: fileByteCount - front) else {
            throw ObjectStoreError(.damagedObject, "The file of \(name.description) cannot have the size that it had.")
        }
        return count
    }

    init(id: Int64, name: BlobName, headerByteCount: Int, fileByteCount: UInt64, nonce: [UInt8], referenceCount: Int64 = 1) {
        self.id = id
        self.name = name
        self.headerByteCount = headerByteCount
        self.fileByteCount = fileByteCount
        self.nonce = nonce
        self.referenceCount = referenceCount
    }

    init(id: Int64, name: [UInt8], decoding bytes: [UInt8]) throws(MalformedRecord) {
        var reader = ByteReader(bytes)
        guard name.count == BlobName.byteCount else { throw MalformedRecord() }
        self.id = id
        self.name = BlobName(bytes: name)
        headerByteCount = Int(try reader.need(reader.readUInt32()))
        fileByteCount = try reader.need(reader.readUInt64())
        nonce = try reader.need(reader.readBytes(PayloadLayout.nonceByteCount))
        referenceCount = try reader.need(reader.readInt64())
        try reader.end()
        guard referenceCount > 0, UInt64(headerByteCount) < fileByteCount else { throw MalformedRecord() }
    }
}

/// A part of an upload, or of the object that was made of it.
struct PartRow: Sendable {
    let owner: Int64
    let entry: PartEntry
    let blob: Int64

    static func place(_ owner: Int64, _ number: Int) -> [UInt8] {
        var writer = ByteWriter()
        writer.append(owner)
        writer.append(Int64(number))
        return writer.bytes
    }

    var encoded: [UInt8] {
        var writer = ByteWriter()
        writer.append(entry.lastModified.nanoseconds)
        writer.append(entry.eTag.text)
        writer.append(entry.size)
        writer.append(entry.checksum)
        writer.append(blob)
        return writer.bytes
    }

    init(owner: Int64, entry: PartEntry, blob: Int64) {
        self.owner = owner
        self.entry = entry
        self.blob = blob
    }

    init(owner: Int64, number: Int, decoding bytes: [UInt8]) throws(MalformedRecord) {
        var reader = ByteReader(bytes)
        let lastModified = try reader.timestamp()
        let eTag = ETag(unchecked: try reader.need(reader.readPrefixedString()))
        let size = try reader.need(reader.readUInt64())
        let checksum = try reader.checksum()
        blob = try reader.need(reader.readInt64())
        try reader.end()
        self.owner = owner
        entry = PartEntry(partNumber: number, lastModified: lastModified, eTag: eTag, size: size, checksum: checksum)
    }
}

/// An upload in parts that was neither completed nor aborted.
struct UploadRow: Sendable {
    let bucket: Int64
    let key: ObjectKey
    /// Its seal, and so the owner of its parts; of two uploads of a key the older has the smaller.
    let ordinal: Int64
    let uploadID: [UInt8]
    let record: UploadRecord

    static func place(_ bucket: Int64, _ key: [UInt8], _ ordinal: Int64, _ uploadID: [UInt8]) -> [UInt8] {
        VersionRow.place(bucket, key, ordinal, uploadID)
    }
}

struct UploadRecord: Sendable {
    private static let format: UInt8 = 1

    /// Of the version that it will become; the seal is bound to it.
    let uid: [UInt8]
    let initiated: Timestamp
    let checksum: MultipartChecksum
    /// What the request asked for; the bucket's default counts when the upload is completed.
    let lock: ObjectLock
    let contentHeaders: ContentHeaders
    let metadata: UserMetadata
    let tags: TagSet

    func encoded() -> [UInt8] {
        var writer = ByteWriter()
        writer.append(Self.format)
        writer.append(uid)
        writer.append(initiated.nanoseconds)
        writer.append(checksum.algorithm.code)
        writer.append(checksum.type == .composite)
        writer.append(lock)
        writer.append(contentHeaders)
        writer.append(metadata)
        writer.append(tags)
        return writer.bytes
    }

    init(
        uid: [UInt8], initiated: Timestamp, checksum: MultipartChecksum, lock: ObjectLock, contentHeaders: ContentHeaders,
        metadata: UserMetadata, tags: TagSet
    ) {
        self.uid = uid
        self.initiated = initiated
        self.checksum = checksum
        self.lock = lock
        self.contentHeaders = contentHeaders
        self.metadata = metadata
        self.tags = tags
    }

    init(decoding bytes: [UInt8]) throws(MalformedRecord) {
        var reader = ByteReader(bytes)
        guard try reader.need(reader.readUInt8()) == Self.format else { throw MalformedRecord() }
        uid = try reader.need(reader.readBytes(VersionRecord.uidByteCount))
        initiated = try reader.timestamp()
        let algorithm = try reader.need(ChecksumAlgorithm(code: reader.need(reader.readUInt8())))
        let type: ChecksumType = try reader.need(reader.readBool()) ? .composite : .fullObject
        do { checksum = try MultipartChecksum(algorithm: algorithm, type: type) } catch { throw MalformedRecord() }
        lock = try reader.objectLock()
        contentHeaders = try reader.contentHeaders()
        metadata = try reader.metadata()
        tags = try reader.tags(limit: TagSet.maximumObjectTagCount)
        try reader.end()
    }
}
