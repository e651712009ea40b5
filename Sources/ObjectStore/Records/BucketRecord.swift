import KeyStore

/// A bucket, as its row holds it.
struct BucketRecord: Sendable, Equatable {
    private static let format: UInt8 = 1

    let creationDate: Timestamp
    var versioning = VersioningConfiguration(status: .unversioned)
    /// As the request named it: a key ID, a key ARN, an alias name or an alias ARN. nil for the store's default key.
    var kmsKeyID: String?
    /// nil without Object Lock.
    var objectLock: ObjectLockConfiguration?
    /// Whether there is a document of the kind.
    var hasLifecycle = false
    var hasTags = false
    /// Of the MACs of all rows of `version`.
    var digest = CatalogDigest.none
    /// How many seals each key has in this bucket, open uploads included, by the id of `object_key`.
    var sealCounts: [Int64: UInt64] = [:]
    /// Of the plaintext of all versions, in bytes.
    var byteCount: UInt64 = 0

    init(creationDate: Timestamp) { self.creationDate = creationDate }

    func encoded() -> [UInt8] {
        var writer = ByteWriter()
        writer.append(Self.format)
        writer.append(creationDate.nanoseconds)
        writer.append(versioning.status.rawValue)
        writer.append(versioning.mfaDelete?.rawValue)
        writer.append(kmsKeyID)
        writer.append(objectLock != nil)
        if let objectLock { writer.append(objectLock.defaultRetention) }
        writer.append(hasLifecycle)
        writer.append(hasTags)
        writer.append(digest)
        writer.append(UInt32(sealCounts.count))
        for (key, count) in sealCounts.sorted(by: { $0.key < $1.key }) {
            writer.append(key)
            writer.append(count)
        }
        writer.append(byteCount)
        return writer.bytes
    }

    init(decoding bytes: [UInt8]) throws(MalformedRecord) {
        var reader = ByteReader(bytes)
        guard try reader.need(reader.readUInt8()) == Self.format else { throw MalformedRecord() }
        creationDate = try reader.timestamp()
        versioning.status = try reader.need(reader.readEnum(VersioningStatus.self))
        if let text = try reader.optionalString() { versioning.mfaDelete = try reader.need(MFADeleteStatus(rawValue: text)) }
        kmsKeyID = try reader.optionalString()
        if try reader.need(reader.readBool()) { objectLock = ObjectLockConfiguration(defaultRetention: try reader.defaultRetention()) }
        hasLifecycle = try reader.need(reader.readBool())
        hasTags = try reader.need(reader.readBool())
        digest = try reader.digest()
        for _ in 0..<(try reader.count(atMost: .max)) {
            let key = try reader.need(reader.readInt64())
            sealCounts[key] = try reader.need(reader.readUInt64())
        }
        byteCount = try reader.need(reader.readUInt64())
        try reader.end()
    }

    var needsMFA: Bool { versioning.mfaDelete == .enabled }
}

/// What a bucket has that is too large for a row that every write changes.
enum BucketDocument: Int64 {
    case lifecycle = 1
    case tags = 2
}

/// A bucket with its row.
struct BucketRow: Sendable {
    let id: Int64
    let name: BucketName
    var record: BucketRecord
    /// As the database has it; empty before it is written.
    var mac: [UInt8]

    static func place(_ id: Int64, _ name: String) -> [UInt8] {
        var writer = ByteWriter()
        writer.append(id)
        writer.append(name)
        return writer.bytes
    }
}
