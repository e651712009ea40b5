import AuditTrail
import Envelope
public import KeyStore
import SystemPackage

/// What is in the store, in numbers.
public struct StoreStatistics: Sendable {
    public struct Bucket: Sendable {
        public let name: BucketName
        public let versioning: VersioningConfiguration
        /// Keys whose current version is no delete marker.
        public let objectCount: Int
        /// All versions, delete markers left out.
        public let versionCount: Int
        public let deleteMarkerCount: Int
        public let uploadCount: Int
        /// Of the plaintext of all versions, in bytes.
        public let byteCount: UInt64
        /// The KMS keys that its objects are sealed under.
        public let keyARNs: [String]
        /// The KMS key for new objects, as it was named; nil for the store's default key.
        public let keyID: String?
    }

    /// Of the last or the present pass of `scrub`.
    public struct Scrub: Sendable {
        public let started: Timestamp
        /// nil while it is not complete.
        public let finished: Timestamp?
        public let findingCount: Int
    }

    /// 32 hexadecimal digits.
    public let storeID: String
    public let formatVersion: Int
    /// How many transactions changed the store.
    public let revision: Int64
    public let buckets: [Bucket]
    /// Of the database and its log, in bytes.
    public let databaseByteCount: UInt64
    public let blobCount: Int
    /// Of all blob files, in bytes.
    public let blobByteCount: UInt64
    public let recoveryRecipient: String?
    /// False after the disk failed, until a check.
    public let isWritable: Bool
    public let scrub: Scrub?
}

extension LocalObjectService {
    public func statistics() async throws(ObjectStoreError) -> StoreStatistics {
        let (isWritable, databaseByteCount) = (health.isWritable, try databaseByteCount())
        return try view { reader throws(ObjectStoreError) in
            let state = try reader.state()
            var buckets: [StoreStatistics.Bucket] = []
            for bucket in try reader.buckets() { buckets.append(try reader.statistics(of: bucket)) }
            var (blobCount, blobByteCount) = (0, UInt64(0))
            try reader.forEachBlob { blob in
                blobCount += 1
                blobByteCount += blob.fileByteCount
            }
            let scrub = try reader.scrubState().map {
                StoreStatistics.Scrub(started: $0.started, finished: $0.finished, findingCount: $0.damaged.count)
            }
            return StoreStatistics(
                storeID: Hex.encode(state.storeID), formatVersion: ObjectStoreSchema.formatVersion, revision: state.revision,
                buckets: buckets,
                databaseByteCount: databaseByteCount, blobCount: blobCount, blobByteCount: blobByteCount,
                recoveryRecipient: state.recoveryRecipient, isWritable: isWritable, scrub: scrub)
        }
    }

    private func databaseByteCount() throws(ObjectStoreError) -> UInt64 {
        var sum: UInt64 = 0
        for suffix in ["", "-wal"] {
            let path = environment.databasePath + suffix
            do throws(Errno) {
                sum += try environment.calls.status(at: FilePath(path)).byteCount
            } catch {
                guard error == .noSuchFileOrDirectory else { throw .reading(path, error) }
            }
        }
        return sum
    }

    // MARK: Recovery

    /// The `age1…` recipient that every new object is sealed for besides its KMS key; nil for none.
    public func recoveryRecipient() async throws(ObjectStoreError) -> String? {
        try view { reader throws(ObjectStoreError) in try reader.state().recoveryRecipient }
    }

    /// Changes what new objects are sealed for; `rewrap` does the same for those that are there.
    ///
    /// - Throws: `InvalidArgument` for what is no recipient.
    public func setRecoveryRecipient(_ recipient: String?) async throws(ObjectStoreError) {
        if let recipient {
            do { _ = try AgeRecipient(recipient) } catch { throw .argument("Recipient", "", "\(error.message)") }
        }
        let event = ObjectEvent("PutRecoveryRecipient", source: .coffer, [("recipient", recipient.map { .string($0) } ?? .null)])
        try await committer.commit(event) { transaction in transaction.setRecoveryRecipient(recipient) }
    }
}

extension StoreReader {
    fileprivate func statistics(of bucket: BucketRow) throws(ObjectStoreError) -> StoreStatistics.Bucket {
        var (objects, versions, markers, uploads) = (0, 0, 0, 0)
        var key: [UInt8]?
        try scan(bucket.id, from: []) { version in
            if version.summary.object == nil { markers += 1 } else { versions += 1 }
            if version.key != key, version.summary.object != nil { objects += 1 }
            key = version.key
            return .next
        }
        try forEachUpload(in: bucket.id, from: []) { _ in
            uploads += 1
            return true
        }
        var arns: [String] = []
        for id in bucket.record.sealCounts.keys { arns.append(try keyARN(id)) }
        return StoreStatistics.Bucket(
            name: bucket.name, versioning: bucket.record.versioning, objectCount: objects, versionCount: versions,
            deleteMarkerCount: markers, uploadCount: uploads, byteCount: bucket.record.byteCount, keyARNs: arns.sorted(),
            keyID: bucket.record.kmsKeyID)
    }
}
