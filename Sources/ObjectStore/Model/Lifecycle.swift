public import KeyStore

/// The lifecycle of a bucket's objects (Amazon S3 API reference, `BucketLifecycleConfiguration`). `LifecycleRules` says what
/// it means for a version; transitions to other storage classes do not exist here.
public struct LifecycleConfiguration: Sendable, Hashable {
    public static let maximumRuleCount = 1000

    public let rules: [LifecycleRule]

    /// - Throws: `MalformedXML` for no rule or more than 1000, `InvalidArgument` for two rules of one ID.
    public init(rules: [LifecycleRule]) throws(ObjectStoreError) {
        guard (1...Self.maximumRuleCount).contains(rules.count) else {
            throw ObjectStoreError(.malformedXML, "A lifecycle configuration has 1 to \(Self.maximumRuleCount) rules.")
        }
        guard Set(rules.map(\.id)).count == rules.count else {
            throw .argument("ID", "", "Rule ID must be unique. Found same ID for more than one rule")
        }
        self.rules = rules
    }
}

/// Amazon S3 API reference, `LifecycleRule`.
public struct LifecycleRule: Sendable, Hashable {
    public enum Status: String, Sendable, Hashable, CaseIterable {
        case enabled = "Enabled"
        case disabled = "Disabled"
    }

    /// When a current version expires.
    public enum Expiration: Sendable, Hashable {
        /// Days after the version was made, at least 1.
        case days(Int)
        /// At this midnight UTC, for every version that is current then or later.
        case date(Timestamp)
        /// Removes delete markers that have no version left behind them.
        case expiredObjectDeleteMarker
    }

    /// When a version that is no longer current is deleted for good.
    public struct NoncurrentExpiration: Sendable, Hashable {
        public static let newerVersions = 1...100

        /// Days after the next version was made, at least 1.
        public let noncurrentDays: Int
        /// How many of the newest noncurrent versions stay whatever their age.
        public let newerNoncurrentVersions: Int?

        /// - Throws: `InvalidArgument` for a number out of range.
        public init(noncurrentDays: Int, newerNoncurrentVersions: Int? = nil) throws(ObjectStoreError) {
            try LifecycleRule.requirePositive(noncurrentDays, "NoncurrentDays", "NoncurrentVersionExpiration")
            if let newer = newerNoncurrentVersions, !Self.newerVersions.contains(newer) {
                throw .argument("NewerNoncurrentVersions", String(newer), "'NewerNoncurrentVersions' must be a positive integer up to 100")
            }
            self.noncurrentDays = noncurrentDays
            self.newerNoncurrentVersions = newerNoncurrentVersions
        }
    }

    public static let maximumIDLength = 255
    public static let maximumDays = 2_147_483_647

    /// Unique in the configuration.
    public let id: String
    public let status: Status
    public let filter: LifecycleFilter
    public let expiration: Expiration?
    public let noncurrentVersionExpiration: NoncurrentExpiration?
    /// Days after an upload in parts began, at least 1.
    public let abortIncompleteMultipartUploadDays: Int?

    /// - Throws: `InvalidArgument` for an ID that is too long, a number out of range, or a date that is not midnight UTC;
    ///   `InvalidRequest` for a rule without an action and for actions that its filter cannot have.
    public init(
        id: String, status: Status = .enabled, filter: LifecycleFilter = .all, expiration: Expiration? = nil,
        noncurrentVersionExpiration: NoncurrentExpiration? = nil, abortIncompleteMultipartUploadDays: Int? = nil
    ) throws(ObjectStoreError) {
        guard id.utf16.count <= Self.maximumIDLength else {
            throw .argument("ID", id, "ID length should not exceed allowed limit of \(Self.maximumIDLength)")
        }
        guard expiration != nil || noncurrentVersionExpiration != nil || abortIncompleteMultipartUploadDays != nil else {
            throw ObjectStoreError(.invalidRequest, "At least one action needs to be specified in a rule")
        }
        try Self.check(expiration, filter)
        if let days = abortIncompleteMultipartUploadDays {
            try Self.requirePositive(days, "DaysAfterInitiation", "AbortIncompleteMultipartUpload")
            guard !filter.looksAtContent else {
                throw ObjectStoreError(.invalidRequest, "AbortIncompleteMultipartUpload cannot be specified with Tags or object sizes.")
            }
        }
        self.id = id
        self.status = status
        self.filter = filter
        self.expiration = expiration
        self.noncurrentVersionExpiration = noncurrentVersionExpiration
        self.abortIncompleteMultipartUploadDays = abortIncompleteMultipartUploadDays
    }

    private static func check(_ expiration: Expiration?, _ filter: LifecycleFilter) throws(ObjectStoreError) {
        switch expiration {
        case nil: return
        case .days(let days): try requirePositive(days, "Days", "Expiration")
        case .date(let date):
            guard date.nanoseconds % LifecycleRules.nanosecondsPerDay == 0 else {
                throw .argument("Date", String(date.seconds), "'Date' must be at midnight GMT")
            }
        case .expiredObjectDeleteMarker:
            guard !filter.looksAtContent else {
                throw ObjectStoreError(.invalidRequest, "ExpiredObjectDeleteMarker cannot be specified with Tags or object sizes.")
            }
        }
    }

    fileprivate static func requirePositive(_ days: Int, _ name: String, _ action: String) throws(ObjectStoreError) {
        guard (1...maximumDays).contains(days) else {
            throw .argument(name, String(days), "'\(name)' for \(action) action must be a positive integer")
        }
    }
}
