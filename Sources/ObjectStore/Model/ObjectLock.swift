public import KeyStore

/// Amazon S3 API reference, `ObjectLockRetentionMode`.
public enum RetentionMode: String, Sendable, Hashable, CaseIterable {
    /// Can be shortened or removed by who may bypass governance retention and says so in the request.
    case governance = "GOVERNANCE"
    /// Can be extended and never shortened, by nobody.
    case compliance = "COMPLIANCE"
}

/// Until when a version may be neither deleted nor overwritten (Amazon S3 API reference, `ObjectLockRetention`).
public struct Retention: Sendable, Hashable {
    public let mode: RetentionMode
    public let retainUntilDate: Timestamp

    public init(mode: RetentionMode, retainUntilDate: Timestamp) {
        self.mode = mode
        self.retainUntilDate = retainUntilDate
    }
}

/// Amazon S3 API reference, `ObjectLockLegalHoldStatus`. Independent of retention, without an end.
public enum LegalHoldStatus: String, Sendable, Hashable, CaseIterable {
    case on = "ON"
    case off = "OFF"
}

/// The lock of one version, as it is stored with it.
public struct ObjectLock: Sendable, Hashable {
    public static let none = ObjectLock()

    public var retention: Retention?
    public var legalHold: LegalHoldStatus?

    public init(retention: Retention? = nil, legalHold: LegalHoldStatus? = nil) {
        self.retention = retention
        self.legalHold = legalHold
    }
}

/// The retention that a new version gets when its request asks for none (Amazon S3 API reference, `DefaultRetention`).
public struct DefaultRetention: Sendable, Hashable {
    public enum Period: Sendable, Hashable {
        case days(Int)
        /// Of 365 days, as S3 counts them.
        case years(Int)
    }

    public static let maximumDays = 36_500
    public static let maximumYears = 100

    public let mode: RetentionMode
    public let period: Period

    /// - Throws: `InvalidRetentionPeriod` for less than one day or more than a hundred years.
    public init(mode: RetentionMode, period: Period) throws(ObjectStoreError) {
        switch period {
        case .days(let days):
            guard days >= 1 else {
                throw ObjectStoreError(.invalidRetentionPeriod, "Default retention period must be a positive integer value.")
            }
            guard days <= Self.maximumDays else { throw ObjectStoreError(.invalidRetentionPeriod, "Default retention period too large") }
        case .years(let years):
            guard years >= 1 else {
                throw ObjectStoreError(.invalidRetentionPeriod, "Default retention period must be a positive integer value.")
            }
            guard years <= Self.maximumYears else { throw ObjectStoreError(.invalidRetentionPeriod, "Default retention period too large") }
        }
        self.mode = mode
        self.period = period
    }

    public var days: Int {
        switch period {
        case .days(let days): days
        case .years(let years): years * 365
        }
    }

    /// The retention of a version that is made now.
    public func retention(from now: Timestamp) -> Retention { Retention(mode: mode, retainUntilDate: now.adding(days: days)) }
}

/// Amazon S3 API reference, `ObjectLockConfiguration`. Once on, Object Lock cannot be turned off for a bucket.
public struct ObjectLockConfiguration: Sendable, Hashable {
    public let defaultRetention: DefaultRetention?

    public init(defaultRetention: DefaultRetention? = nil) { self.defaultRetention = defaultRetention }
}
