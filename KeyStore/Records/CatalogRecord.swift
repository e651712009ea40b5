import AuditTrail

/// The one record that describes the store as a whole (Docs/Formats/KeyRecords.md).
struct CatalogRecord: Sendable, Equatable {
    let identity: StoreIdentity
    let creationDate: Timestamp
    /// Grows by one with every commit.
    var revision: UInt64
    /// Which root key authenticates the records; grows by one when the root key is rotated.
    var rootGeneration: UInt32
    /// What all other records together must be.
    var digest: CatalogDigest
    var clock: AttestedClock
    /// The newest audit event when this was committed: an older trail than this is a rolled-back one.
    var auditPosition: AuditPosition
    /// The trail's MAC key under the root key.
    var wrappedAuditKey: [UInt8]

    static let formatVersion: UInt8 = 1
    private static let maximumWrappedKeyByteCount = 1024

    var encoded: [UInt8] {
        var writer = ByteWriter()
        writer.append(Self.formatVersion)
        writer.append(rootGeneration)
        writer.append(identity.region)
        writer.append(identity.accountID)
        writer.append(creationDate.nanoseconds)
        writer.append(revision)
        writer.append(digest.recordCount)
        writer.append(digest.nonce)
        writer.append(digest.maskedSum)
        writer.append(clock.encoded)
        writer.append(auditPosition.sequence)
        writer.append(auditPosition.hash)
        writer.appendPrefixed(wrappedAuditKey)
        return writer.bytes
    }

    init(
        identity: StoreIdentity, creationDate: Timestamp, revision: UInt64, rootGeneration: UInt32, digest: CatalogDigest,
        clock: AttestedClock, auditPosition: AuditPosition, wrappedAuditKey: [UInt8]
    ) {
        self.identity = identity
        self.creationDate = creationDate
        self.revision = revision
        self.rootGeneration = rootGeneration
        self.digest = digest
        self.clock = clock
        self.auditPosition = auditPosition
        self.wrappedAuditKey = wrappedAuditKey
    }

    init?(encoded bytes: [UInt8]) {
        var reader = ByteReader(bytes)
        guard reader.readUInt8() == Self.formatVersion, let generation = reader.readUInt32(), let region = reader.readPrefixedString(),
            let account = reader.readPrefixedString(), let creationDate = reader.readTimestamp(), let revision = reader.readUInt64(),
            let recordCount = reader.readUInt64(), let nonce = reader.readBytes(CatalogDigest.nonceByteCount),
            let sum = reader.readBytes(CatalogDigest.sumByteCount), let clock = AttestedClock(reading: &reader),
            let sequence = reader.readUInt64(), let hash = reader.readBytes(32), let auditKey = reader.readPrefixed(),
            auditKey.count <= Self.maximumWrappedKeyByteCount, reader.isAtEnd
        else { return nil }
        guard let identity = Self.identity(region, account) else { return nil }
        self.init(
            identity: identity, creationDate: creationDate, revision: revision, rootGeneration: generation,
            digest: CatalogDigest(recordCount: recordCount, nonce: nonce, maskedSum: sum), clock: clock,
            auditPosition: AuditPosition(sequence: sequence, hash: hash), wrappedAuditKey: auditKey)
    }

    /// The generation stands in front so that a process with an older root key in memory can tell "rotated" from "damaged".
    static func rootGeneration(ofUnauthenticated body: [UInt8]) -> UInt32? {
        var reader = ByteReader(body)
        guard reader.readUInt8() == formatVersion else { return nil }
        return reader.readUInt32()
    }

    private static func identity(_ region: String, _ account: String) -> StoreIdentity? {
        do { return try StoreIdentity(region: region, accountID: account) } catch { return nil }
    }
}
