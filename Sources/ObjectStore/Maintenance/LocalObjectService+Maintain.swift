import AuditTrail
import Envelope
import GRDB
import KeyStore

/// Output of `LocalObjectService.maintain`.
public struct MaintenanceSummary: Sendable, Hashable {
    /// Current versions that a lifecycle rule expired: delete markers were put on them, or in a bucket without versions they are gone.
    public internal(set) var expiredObjects = 0
    /// Versions and delete markers that a lifecycle rule deleted for good.
    public internal(set) var deletedVersions = 0
    public internal(set) var abortedUploads = 0
    /// Files of deleted versions that were still there.
    public internal(set) var removedBlobs = 0
    /// Files that belong to nothing, put into quarantine.
    public internal(set) var quarantinedBlobs = 0
}

extension LocalObjectService {
    /// Versions that one event in the trail names.
    private static let lifecycleEventCount = 100

    /// Carries out lifecycles, removes what deletions left behind, and puts what crashes left behind into quarantine.
    ///
    /// - Parameter dryRun: counts what would be done.
    public func maintain(dryRun: Bool) async throws(ObjectStoreError) -> MaintenanceSummary {
        var summary = MaintenanceSummary()
        let now = try now()
        let buckets = try view { reader throws(ObjectStoreError) in try reader.buckets().filter(\.record.hasLifecycle).map(\.name) }
        for bucket in buckets { try await carryOutLifecycle(of: bucket, now, dryRun, &summary) }
        try await removeDoomed(dryRun, &summary)
        try await quarantineOrphans(now, dryRun, &summary)
        if !dryRun { try tidyUp() }
        return summary
    }

    // MARK: Lifecycle

    private func carryOutLifecycle(
        of name: BucketName, _ now: Timestamp, _ dryRun: Bool, _ summary: inout MaintenanceSummary
    ) async throws(ObjectStoreError) {
        do throws(ObjectStoreError) {
            var next: [UInt8]? = []
            while let start = next {
                let due =
                    dryRun
                    ? try view { reader throws(ObjectStoreError) in try DueWork(reader, name, from: start, now: now) }
                    : try await carryOutLifecycle(of: name, from: start, now)
                next = due.next
                summary.count(due)
            }
            try await abortUploads(of: name, now, dryRun, &summary)
        } catch {
            // Deleted meanwhile.
            guard error.code == .noSuchBucket else { throw error }
        }
    }

    /// Decides in the transaction that deletes: what was due a moment ago may be the current version now, or the rules may be gone.
    private func carryOutLifecycle(of name: BucketName, from start: [UInt8], _ now: Timestamp) async throws(ObjectStoreError) -> DueWork {
        try await committer.commit(alone: true) { transaction throws(ObjectStoreError) in
            let due = try DueWork(transaction.reader, name, from: start, now: now)
            let bucket = try transaction.bucket(name)
            for item in due.items { try transaction.carryOut(item, in: bucket) }
            for items in due.batches(of: Self.lifecycleEventCount) {
                let values = items.map {
                    AuditValue.object(ObjectEvent.parameters($0.key, $0.versionID) + [("ruleId", .string($0.ruleID))])
                }
                transaction.events.append(ObjectEvent("ExpireObjects", name, [("objects", .array(values))]))
            }
            return due
        }
    }

    private func abortUploads(
        of name: BucketName, _ now: Timestamp, _ dryRun: Bool, _ summary: inout MaintenanceSummary
    ) async throws(ObjectStoreError) {
        let uploads = try view { reader throws(ObjectStoreError) in try reader.dueUploads(in: name, now: now) }
        summary.abortedUploads += uploads.count
        guard !dryRun else { return }
        for upload in uploads {
            do throws(ObjectStoreError) {
                try await abortMultipartUpload(upload)
            } catch {
                // Somebody was faster.
                guard error.code == .noSuchUpload else { throw error }
            }
        }
    }

    // MARK: Files

    private func removeDoomed(_ dryRun: Bool, _ summary: inout MaintenanceSummary) async throws(ObjectStoreError) {
        let doomed = try view { reader throws(ObjectStoreError) in try reader.doomedBlobs() }
        for name in doomed where try blobs.exists(name) { summary.removedBlobs += 1 }
        guard !dryRun, !doomed.isEmpty else { return }
        try changingFiles { () throws(ObjectStoreError) in
            for name in doomed { try blobs.remove(name) }
        }
        try await committer.commit { transaction throws(ObjectStoreError) in try transaction.forget(doomed) }
    }

    private func quarantineOrphans(
        _ now: Timestamp, _ dryRun: Bool, _ summary: inout MaintenanceSummary
    ) async throws(ObjectStoreError) {
        var candidates: [BlobName] = []
        try blobs.forEach { file throws(ObjectStoreError) in
            guard let name = file.name, file.modificationTime.seconds < now.seconds - Self.orphanAgeSeconds else { return }
            if try !view({ reader throws(ObjectStoreError) in try reader.isBlobKnown(name) }) { candidates.append(name) }
        }
        summary.quarantinedBlobs = dryRun ? candidates.count : try await quarantine(candidates)
    }

    /// Brings the log into the database, so that a copy of the database alone is whole.
    private func tidyUp() throws(ObjectStoreError) {
        do {
            try database.writeWithoutTransaction { db in
                try db.execute(sql: "PRAGMA optimize")
                _ = try db.checkpoint(.truncate)
            }
        } catch {
            let error = ObjectStoreError(storage: error, doing: "write")
            health.note(error)
            throw error
        }
    }
}

/// What the lifecycle of a bucket says is to be done to some of its keys.
private struct DueWork: Sendable {
    /// Keys that are looked at in one transaction, and what is due after which no further key is begun.
    private static let keyLimit = 1000
    private static let itemLimit = 2000

    struct Item: Sendable {
        let key: ObjectKey
        let versionID: VersionID
        let sequence: Int64
        let ruleID: String
        /// Whether the version goes, or the key gets a delete marker.
        let isForGood: Bool
    }

    private(set) var items: [Item] = []
    /// Where to go on; nil at the end.
    private(set) var next: [UInt8]?

    init(_ reader: StoreReader, _ name: BucketName, from start: [UInt8], now: Timestamp) throws(ObjectStoreError) {
        let bucket = try reader.bucket(name)
        guard let lifecycle = try reader.lifecycle(of: bucket) else { return }
        var (keyCount, key): (Int, ObjectKey?) = (0, nil)
        var newer: VersionRow?
        var newerCount = 0
        var pendingMarker: VersionRow?
        var found: [Item] = []
        var goOn: [UInt8]?

        func judge(_ version: VersionRow, newer: VersionRow?, newerCount: Int, isOnly: Bool) {
            let facts = LifecycleRules.VersionFacts(
                key: version.key, isLatest: newer == nil, isDeleteMarker: version.record.object == nil,
                lastModified: version.record.lastModified, noncurrentSince: newer?.record.lastModified,
                newerNoncurrentCount: max(0, newerCount - 1), isOnlyVersion: isOnly, byteCount: version.record.object?.size ?? 0,
                tags: version.record.object?.tags ?? .empty, lock: version.record.lock)
            let decision = LifecycleRules.decision(
                for: facts, in: lifecycle, versioning: bucket.record.versioning.status, now: now)
            switch decision {
            case .keep: return
            case .expireCurrent(let rule): found.append(Item(version, rule, isForGood: false))
            case .deleteVersion(let rule): found.append(Item(version, rule, isForGood: true))
            }
        }

        try reader.forEachVersion(in: bucket.id, from: start) { version throws(ObjectStoreError) in
            if version.key != key {
                // Only now it is known that nothing was behind it.
                if let marker = pendingMarker { judge(marker, newer: nil, newerCount: 0, isOnly: true) }
                pendingMarker = nil
                guard keyCount < Self.keyLimit, found.count < Self.itemLimit else {
                    goOn = version.key.bytes
                    return false
                }
                keyCount += 1
                (key, newer, newerCount) = (version.key, nil, 0)
                if version.record.object == nil {
                    pendingMarker = version
                } else {
                    judge(version, newer: nil, newerCount: 0, isOnly: false)
                }
            } else {
                pendingMarker = nil
                judge(version, newer: newer, newerCount: newerCount, isOnly: false)
            }
            newer = version
            newerCount += 1
            return true
        }
        if let marker = pendingMarker { judge(marker, newer: nil, newerCount: 0, isOnly: true) }
        (items, next) = (found, goOn)
    }

    func batches(of count: Int) -> [[Item]] {
        stride(from: 0, to: items.count, by: count).map { Array(items[$0..<min($0 + count, items.count)]) }
    }
}

extension DueWork.Item {
    fileprivate init(_ version: VersionRow, _ ruleID: String, isForGood: Bool) {
        self.init(
            key: version.key, versionID: version.versionID, sequence: version.sequence, ruleID: ruleID, isForGood: isForGood)
    }
}

extension MaintenanceSummary {
    fileprivate mutating func count(_ due: DueWork) {
        for item in due.items {
            if item.isForGood { deletedVersions += 1 } else { expiredObjects += 1 }
        }
    }
}

extension StoreReader {
    fileprivate func dueUploads(in name: BucketName, now: Timestamp) throws(ObjectStoreError) -> [UploadReference] {
        let bucket = try self.bucket(name)
        guard let lifecycle = try self.lifecycle(of: bucket) else { return [] }
        var due: [UploadReference] = []
        try forEachUpload(in: bucket.id, from: []) { upload in
            if LifecycleRules.abortingRule(key: upload.key, initiated: upload.record.initiated, in: lifecycle, now: now) != nil {
                due.append(UploadReference(bucket: name, key: upload.key, uploadID: UploadID(random: upload.uploadID)))
            }
            return true
        }
        return due
    }
}

extension StoreTransaction {
    fileprivate func carryOut(_ item: DueWork.Item, in bucket: BucketRow) throws(ObjectStoreError) {
        guard item.isForGood else {
            _ = try delete(Deletion(expiring: item.key, in: bucket.name), in: bucket)
            return
        }
        guard let version = try reader.version(item.key, item.versionID, in: bucket.id) else {
            throw .damaged("A version is in the table and not in its index")
        }
        try remove(version, in: bucket)
    }
}
