import AuditTrail
public import KeyStore

/// Input of restoring a bucket, a prefix or a key.
public struct RestoreRequest: Sendable {
    public var bucket: BucketName
    /// Only keys that begin with these bytes; empty for all.
    public var prefix: [UInt8]
    /// What is current then is made current again.
    public var time: Timestamp
    /// Tells what would change, and changes nothing.
    public var dryRun: Bool

    public init(bucket: BucketName, prefix: [UInt8] = [], time: Timestamp, dryRun: Bool = false) {
        self.bucket = bucket
        self.prefix = prefix
        self.time = time
        self.dryRun = dryRun
    }
}

/// What restoring does to one key.
public struct RestoreChange: Sendable, Hashable {
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// An older version is on top again.
        case restored
        /// It was deleted, and is there again.
        case undeleted
        /// It was not there then, and got a delete marker.
        case deleted
    }

    public let key: ObjectKey
    public let kind: Kind
    /// The version that is current again; nil for a deletion.
    public let fromVersionID: VersionID?
}

public struct RestoreSummary: Sendable, Hashable {
    public internal(set) var restored = 0
    public internal(set) var undeleted = 0
    public internal(set) var deleted = 0
    public internal(set) var unchanged = 0

    mutating func count(_ kind: RestoreChange.Kind) {
        switch kind {
        case .restored: restored += 1
        case .undeleted: undeleted += 1
        case .deleted: deleted += 1
        }
    }
}

extension LocalObjectService {
    /// Makes a bucket, or the keys of a prefix, what they were: in one transaction, and without moving a byte.
    ///
    /// It adds versions and delete markers alone. So nothing is lost, no code is needed, and restoring to the time before undoes it. A
    /// version that is current again is a new version with the bytes, the seal and the entity tag of the old one.
    /// - Parameter report: gets each change, after all of them have happened.
    /// - Throws: `InvalidBucketState` unless versioning is enabled: elsewhere there is nothing to restore, or restoring would delete.
    public func restore(
        _ request: RestoreRequest, report: @escaping @Sendable (RestoreChange) -> Void
    ) async throws(ObjectStoreError) -> RestoreSummary {
        guard !request.dryRun else {
            return try view { reader throws(ObjectStoreError) in
                let bucket = try reader.restorableBucket(request.bucket)
                return try Restoration(request, bucket).run(reader, report) { _ in }
            }
        }
        let event = ObjectEvent(
            "RestoreObjects", source: .coffer,
            [
                ("bucketName", .string(request.bucket.text)), ("prefix", .string(String(decoding: request.prefix, as: UTF8.self))),
                ("time", .integer(request.time.seconds)),
            ])
        // Told after the commit, when they have happened, and when nobody waits for the reader of the report.
        let (summary, changes) = try await committer.commit(event, alone: true) { transaction throws(ObjectStoreError) in
            _ = try transaction.reader.restorableBucket(request.bucket)
            let bucket = try transaction.bucket(request.bucket)
            var changes: [RestoreChange] = []
            let summary = try Restoration(request, bucket).run(transaction.reader, { changes.append($0) }) {
                steps throws(ObjectStoreError) in
                for step in steps { try transaction.carryOut(step, in: bucket) }
            }
            return (summary, changes)
        }
        for change in changes { report(change) }
        return summary
    }
}

/// A walk over the keys of a bucket that decides what is to be done to each.
private struct Restoration {
    /// Keys whose changes are decided before they are carried out: no statement reads what another one is changing.
    private static let stepLimit = 512

    struct Step {
        let change: RestoreChange
        /// What becomes current again.
        let version: VersionRow?
    }

    private let request: RestoreRequest
    private let bucket: BucketRow
    private var summary = RestoreSummary()

    init(_ request: RestoreRequest, _ bucket: BucketRow) {
        self.request = request
        self.bucket = bucket
    }

    consuming func run(
        _ reader: StoreReader, _ report: (RestoreChange) -> Void, _ apply: ([Step]) throws(ObjectStoreError) -> Void
    ) throws(ObjectStoreError) -> RestoreSummary {
        var next: [UInt8]? = request.prefix
        while let key = next {
            var steps: [Step] = []
            next = try decide(from: key, reader, &steps)
            try apply(steps)
            for step in steps { report(step.change) }
        }
        return summary
    }

    /// - Returns: where to go on.
    private mutating func decide(from start: [UInt8], _ reader: StoreReader, _ steps: inout [Step]) throws(ObjectStoreError) -> [UInt8]? {
        var latest: ListedVersion?
        var isDecided = true
        var pending: [(latest: ListedVersion, then: ListedVersion?)] = []
        var next: [UInt8]?
        try reader.scan(bucket.id, from: start) { version throws(ObjectStoreError) in
            if version.key != latest?.key {
                if !isDecided, let latest { pending.append((latest, nil)) }
                guard version.key.starts(with: request.prefix) else {
                    isDecided = true
                    return .end
                }
                guard pending.count < Self.stepLimit else {
                    (isDecided, next) = (true, version.key)
                    return .end
                }
                (latest, isDecided) = (version, false)
            }
            guard version.summary.lastModified <= request.time, let newest = latest else { return .next }
            pending.append((newest, version))
            isDecided = true
            return .nextKey
        }
        if !isDecided, let latest { pending.append((latest, nil)) }
        for (latest, then) in pending {
            if let step = try step(latest, then, reader) {
                steps.append(step)
                summary.count(step.change.kind)
            } else {
                summary.unchanged += 1
            }
        }
        return next
    }

    private func step(_ latest: ListedVersion, _ then: ListedVersion?, _ reader: StoreReader) throws(ObjectStoreError) -> Step? {
        guard latest.sequence != then?.sequence else { return nil }
        let key = try StoreReader.key(latest.key)
        guard let then, then.summary.object != nil else {
            guard latest.summary.object != nil else { return nil }
            return Step(change: RestoreChange(key: key, kind: .deleted, fromVersionID: nil), version: nil)
        }
        guard let version = try reader.version(key, then.versionID, in: bucket.id) else {
            throw .damaged("A version is in the table and not in its index")
        }
        // Restored before, and nothing happened since.
        let current = try reader.latest(key, in: bucket.id)?.record.object
        guard current != version.record.object else { return nil }
        let kind: RestoreChange.Kind = latest.summary.object == nil ? .undeleted : .restored
        return Step(change: RestoreChange(key: key, kind: kind, fromVersionID: version.versionID), version: version)
    }
}

extension StoreReader {
    fileprivate func restorableBucket(_ name: BucketName) throws(ObjectStoreError) -> BucketRow {
        let bucket = try self.bucket(name)
        guard bucket.record.versioning.status == .enabled else {
            throw ObjectStoreError(.invalidBucketState, "Versioning must be Enabled to restore objects of \(name).")
        }
        return bucket
    }
}

extension StoreTransaction {
    fileprivate func carryOut(_ step: Restoration.Step, in bucket: BucketRow) throws(ObjectStoreError) {
        let uid = try [UInt8].random(VersionRecord.uidByteCount)
        var record = VersionRecord(uid: uid, lastModified: now, object: step.version?.record.object)
        if let object = record.object {
            try share(object.seal)
            record.lock.retention = bucket.record.objectLock?.defaultRetention?.retention(from: now)
        }
        try insert(record, step.change.key, in: bucket)
    }
}
