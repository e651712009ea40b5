public import KeyStore

/// What Object Lock allows (Amazon S3 User Guide, "Locking objects with Object Lock").
public enum ObjectLockRules {
    /// Whether somebody may act against governance retention: the request says so, and whoever makes it has the permission
    /// `s3:BypassGovernanceRetention`.
    public struct Bypass: Sendable, Hashable {
        public static let none = Bypass(requested: false, permitted: false)

        public let requested: Bool
        public let permitted: Bool

        public init(requested: Bool, permitted: Bool) {
            self.requested = requested
            self.permitted = permitted
        }

        var applies: Bool { requested && permitted }
    }

    /// Whether a version may be deleted for good, or replaced.
    ///
    /// - Throws: `AccessDenied`. A delete marker on top of a locked version is always possible: it deletes nothing.
    public static func checkDeletion(of lock: ObjectLock, now: Timestamp, bypass: Bypass) throws(ObjectStoreError) {
        guard lock.legalHold != .on else {
            throw denied("it is under legal hold", "Lift it with 'coffer object legal-hold put --status off'.")
        }
        guard let retention = active(lock.retention, now) else { return }
        guard retention.mode == .governance, bypass.applies else { throw denied("it is under retention", advice(on: retention)) }
    }

    /// Whether nothing but time or a bypass stands in the way: what lifecycle and the like ask.
    public static func isLocked(_ lock: ObjectLock, now: Timestamp) -> Bool {
        lock.legalHold == .on || active(lock.retention, now) != nil
    }

    /// Whether the retention of a version may change.
    ///
    /// - Parameter new: nil to remove it.
    /// - Throws: `InvalidArgument` for a date that is past; `AccessDenied` for less protection than there is.
    public static func checkRetention(_ new: Retention?, after current: Retention?, now: Timestamp, bypass: Bypass) throws(ObjectStoreError)
    {
        if let new { try checkDate(new, now) }
        guard weakens(new, after: current, now: now), let current else { return }
        guard current.mode == .governance, bypass.applies else {
            throw denied("its retention can only be extended", advice(on: current))
        }
    }

    /// Whether `new` protects less than `current` does now: no retention, a shorter one, or one of another mode. From governance to
    /// compliance counts too, since nobody could undo it; S3 asks for the bypass there.
    public static func weakens(_ new: Retention?, after current: Retention?, now: Timestamp) -> Bool {
        guard let current = active(current, now) else { return false }
        guard let new else { return true }
        return new.mode != current.mode || new.retainUntilDate < current.retainUntilDate
    }

    /// The lock of a new version: what the request asks for, and for what it does not mention the bucket's default.
    ///
    /// - Parameter configuration: The bucket's; nil for a bucket without Object Lock.
    /// - Throws: `InvalidRequest` for a lock in a bucket without Object Lock; `InvalidArgument` for a date that is past.
    public static func lock(
        retention: Retention?, legalHold: LegalHoldStatus?, in configuration: ObjectLockConfiguration?, now: Timestamp
    ) throws(ObjectStoreError) -> ObjectLock {
        guard let configuration else {
            guard retention == nil, legalHold == nil else { throw missingConfiguration }
            return .none
        }
        if let retention { try checkDate(retention, now) }
        return ObjectLock(retention: retention ?? configuration.defaultRetention?.retention(from: now), legalHold: legalHold)
    }

    /// Whether a bucket may get this configuration.
    ///
    /// - Throws: `InvalidBucketState` without versioning.
    public static func checkConfiguration(in status: VersioningStatus) throws(ObjectStoreError) {
        guard status == .enabled else {
            throw ObjectStoreError(.invalidBucketState, "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration")
        }
    }

    /// Whether new versions would be protected less than before.
    public static func weakens(_ new: ObjectLockConfiguration, after current: ObjectLockConfiguration?) -> Bool {
        guard let current = current?.defaultRetention else { return false }
        guard let new = new.defaultRetention else { return true }
        return new.days < current.days || (current.mode == .compliance && new.mode == .governance)
    }

    /// Of requests about retention and legal hold in a bucket without Object Lock.
    public static var missingConfiguration: ObjectStoreError {
        ObjectStoreError(.invalidRequest, "Bucket is missing Object Lock Configuration")
    }

    private static func active(_ retention: Retention?, _ now: Timestamp) -> Retention? {
        retention.flatMap { $0.retainUntilDate > now ? $0 : nil }
    }

    private static func checkDate(_ retention: Retention, _ now: Timestamp) throws(ObjectStoreError) {
        guard retention.retainUntilDate > now else {
            throw .argument("RetainUntilDate", "", "The retain until date must be in the future!")
        }
    }

    private static func advice(on retention: Retention) -> String {
        let until = "'coffer object retention get' shows until when."
        return retention.mode == .governance ? "Use --bypass-governance-retention; \(until)" : "Nothing shortens COMPLIANCE; \(until)"
    }

    private static func denied(_ reason: String, _ advice: String) -> ObjectStoreError {
        ObjectStoreError(.accessDenied, "Access Denied because object protected by object lock: \(reason).", advice: advice)
    }
}
