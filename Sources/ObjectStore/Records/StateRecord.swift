import KeyStore

/// What the store as a whole remembers.
struct StoreState: Sendable, Equatable {
    static let idByteCount = 16
    static let maximumWrappedKeyByteCount = 6144

    /// Names the store; not a secret.
    let storeID: [UInt8]
    /// The KMS key that wraps the row keys, and that objects are sealed under where nothing else is said.
    let keyARN: String
    /// The data key that the row keys are derived from.
    let wrappedKey: [UInt8]
    /// Every object is sealed for this `age1…` recipient, too.
    var recoveryRecipient: String?
    /// Counts the recovery recipients that there were; 0 while there is none. Seals remember it, so that it can be told which have another.
    var recoveryNumber: Int64 = 0
    /// How many recovery recipients there ever were.
    var recoveryCount: Int64 = 0
    /// Of the MACs of all rows of `bucket` and `bucket_document`.
    var digest = CatalogDigest.none
    /// The last number that was given to a version, seal, blob, upload, bucket or key.
    var lastNumber: Int64 = 0
    /// Counts the transactions that changed something.
    var revision: Int64 = 0

    /// Who can open every object besides its KMS key.
    struct Recovery: Sendable {
        let recipient: String
        let number: Int64
    }

    var recovery: Recovery? { recoveryRecipient.map { Recovery(recipient: $0, number: recoveryNumber) } }

    mutating func setRecovery(_ recipient: String?) {
        guard recipient != recoveryRecipient else { return }
        recoveryRecipient = recipient
        if recipient != nil { recoveryCount += 1 }
        recoveryNumber = recipient == nil ? 0 : recoveryCount
    }

    init(storeID: [UInt8], keyARN: String, wrappedKey: [UInt8]) {
        self.storeID = storeID
        self.keyARN = keyARN
        self.wrappedKey = wrappedKey
    }

    func encoded() -> [UInt8] {
        var writer = ByteWriter()
        writer.append(UInt32(ObjectStoreSchema.formatVersion))
        writer.append(storeID)
        writer.append(keyARN)
        writer.appendPrefixed(wrappedKey)
        writer.append(recoveryRecipient)
        writer.append(recoveryNumber)
        writer.append(recoveryCount)
        writer.append(lastNumber)
        writer.append(revision)
        writer.append(digest)
        return writer.bytes
    }

    /// nil for a newer format.
    static func format(of bytes: [UInt8]) -> UInt32? {
        var reader = ByteReader(bytes)
        return reader.readUInt32()
    }

    init(decoding bytes: [UInt8]) throws(MalformedRecord) {
        var reader = ByteReader(bytes)
        guard try reader.need(reader.readUInt32()) == UInt32(ObjectStoreSchema.formatVersion) else { throw MalformedRecord() }
        storeID = try reader.need(reader.readBytes(Self.idByteCount))
        keyARN = try reader.need(reader.readPrefixedString())
        wrappedKey = try reader.need(reader.readPrefixed())
        recoveryRecipient = try reader.optionalString()
        recoveryNumber = try reader.need(reader.readInt64())
        recoveryCount = try reader.need(reader.readInt64())
        lastNumber = try reader.need(reader.readInt64())
        revision = try reader.need(reader.readInt64())
        digest = try reader.digest()
        try reader.end()
    }
}
