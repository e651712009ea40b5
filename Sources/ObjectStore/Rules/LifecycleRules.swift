public import KeyStore

/// What a lifecycle configuration means at a point in time (Amazon S3 User Guide, "Lifecycle configuration elements"): functions from
/// facts to decisions, which whoever carries them out can check again.
public enum LifecycleRules {
    static let nanosecondsPerDay: Int64 = 86_400 * 1_000_000_000

    /// What the rules look at in a version.
    public struct VersionFacts: Sendable, Hashable {
        public let key: ObjectKey
        public let isLatest: Bool
        public let isDeleteMarker: Bool
        public let lastModified: Timestamp
        /// When the next newer version of the key was made; nil for the latest.
        public let noncurrentSince: Timestamp?
        /// How many noncurrent versions of the key are newer; delete markers count.
        public let newerNoncurrentCount: Int
        /// Whether the key has no other version.
        public let isOnlyVersion: Bool
        public let byteCount: UInt64
        public let tags: TagSet
        public let lock: ObjectLock

        public init(
            key: ObjectKey, isLatest: Bool, isDeleteMarker: Bool = false, lastModified: Timestamp, noncurrentSince: Timestamp? = nil,
            newerNoncurrentCount: Int = 0, isOnlyVersion: Bool = false, byteCount: UInt64 = 0, tags: TagSet = .empty,
            lock: ObjectLock = .none
        ) {
            self.key = key
            self.isLatest = isLatest
            self.isDeleteMarker = isDeleteMarker
            self.lastModified = lastModified
            self.noncurrentSince = noncurrentSince
            self.newerNoncurrentCount = newerNoncurrentCount
            self.isOnlyVersion = isOnlyVersion
            self.byteCount = byteCount
            self.tags = tags
            self.lock = lock
        }
    }

    public enum Decision: Sendable, Hashable {
        case keep
        /// As DeleteObject without a version ID: for good in a bucket that was never versioned, else a delete marker.
        case expireCurrent(ruleID: String)
        /// The version goes for good.
        case deleteVersion(ruleID: String)
    }

    /// What is due for one version. For good goes before a delete marker, and the earlier rule before the later.
    public static func decision(
        for version: VersionFacts, in configuration: LifecycleConfiguration, versioning: VersioningStatus, now: Timestamp
    ) -> Decision {
        let enabled = configuration.rules.filter { $0.status == .enabled }
        if let rule = enabled.first(where: { deletesForGood(version, $0, now) }) {
            return ObjectLockRules.isLocked(version.lock, now: now) ? .keep : .deleteVersion(ruleID: rule.id)
        }
        guard let expiry = expiry(of: version, in: configuration), expiry.date <= now else { return .keep }
        // Where there are no versions, a delete marker would be the end of the object.
        if versioning == .unversioned, ObjectLockRules.isLocked(version.lock, now: now) { return .keep }
        return .expireCurrent(ruleID: expiry.ruleID)
    }

    /// When the current version will expire, for `x-amz-expiration`; nil if no rule says so.
    public static func expiry(of version: VersionFacts, in configuration: LifecycleConfiguration) -> LifecycleExpiry? {
        guard version.isLatest, !version.isDeleteMarker else { return nil }
        let dates = configuration.rules.compactMap { rule -> LifecycleExpiry? in
            guard rule.status == .enabled, rule.filter.matches(version.key, tags: version.tags, byteCount: version.byteCount) else {
                return nil
            }
            switch rule.expiration {
            case .days(let days): return LifecycleExpiry(date: midnight(days, after: version.lastModified), ruleID: rule.id)
            case .date(let date): return LifecycleExpiry(date: date, ruleID: rule.id)
            case .expiredObjectDeleteMarker, nil: return nil
            }
        }
        return dates.min { $0.date < $1.date }
    }

    /// Whether an upload in parts is to be aborted, and by which rule.
    public static func abortingRule(
        key: ObjectKey, initiated: Timestamp, in configuration: LifecycleConfiguration, now: Timestamp
    ) -> LifecycleRule? {
        configuration.rules.first { rule in
            guard rule.status == .enabled, let days = rule.abortIncompleteMultipartUploadDays else { return false }
            return rule.filter.matches(key) && midnight(days, after: initiated) <= now
        }
    }

    private static func deletesForGood(_ version: VersionFacts, _ rule: LifecycleRule, _ now: Timestamp) -> Bool {
        if version.isLatest { return version.isDeleteMarker && version.isOnlyVersion && clearsMarker(version, rule, now) }
        guard let expiration = rule.noncurrentVersionExpiration, let since = version.noncurrentSince else { return false }
        // A delete marker has neither tags nor a size: only a filter by prefix means it.
        let matches = rule.filter.matches(version.key, tags: version.tags, byteCount: version.byteCount)
        guard version.isDeleteMarker ? rule.filter.matches(version.key) && !rule.filter.looksAtContent : matches else { return false }
        return version.newerNoncurrentCount >= expiration.newerNoncurrentVersions ?? 0
            && midnight(expiration.noncurrentDays, after: since) <= now
    }

    /// A delete marker with nothing behind it goes by its own rule at once, and by one that expires objects when it is as old.
    private static func clearsMarker(_ version: VersionFacts, _ rule: LifecycleRule, _ now: Timestamp) -> Bool {
        guard rule.filter.matches(version.key), !rule.filter.looksAtContent else { return false }
        switch rule.expiration {
        case .expiredObjectDeleteMarker: return true
        case .days(let days): return midnight(days, after: version.lastModified) <= now
        case .date(let date): return date <= now
        case nil: return false
        }
    }

    /// S3 counts whole days and rounds up to the next midnight UTC.
    static func midnight(_ days: Int, after date: Timestamp) -> Timestamp {
        let due = date.adding(days: days)
        let remainder = due.nanoseconds % nanosecondsPerDay
        let elapsed = remainder < 0 ? remainder + nanosecondsPerDay : remainder
        guard elapsed > 0 else { return due }
        let (midnight, isTooLate) = due.nanoseconds.addingReportingOverflow(nanosecondsPerDay - elapsed)
        return Timestamp(nanoseconds: isTooLate ? .max : midnight)
    }
}
