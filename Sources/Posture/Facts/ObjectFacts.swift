public import KeyStore

/// The object store as far as its protection goes.
public struct ObjectFacts: Sendable, Equatable {
    public struct Bucket: Sendable, Equatable {
        public enum Versioning: String, Sendable, Equatable {
            case enabled, suspended
            case never = "never enabled"
        }

        public var name: String
        public var versioning: Versioning
        public var hasMFADelete: Bool
        /// Whether objects are sealed under a key that was chosen for the bucket.
        public var hasKey: Bool

        public init(name: String, versioning: Versioning, hasMFADelete: Bool, hasKey: Bool) {
            self.name = name
            self.versioning = versioning
            self.hasMFADelete = hasMFADelete
            self.hasKey = hasKey
        }
    }

    /// The last or the present pass over every byte.
    public struct Scrub: Sendable, Equatable {
        public var started: Timestamp
        /// nil while it is not complete.
        public var finished: Timestamp?
        /// How many stored objects it found damaged.
        public var damagedCount: Int

        public init(started: Timestamp, finished: Timestamp?, damagedCount: Int = 0) {
            self.started = started
            self.finished = finished
            self.damagedCount = damagedCount
        }
    }

    public var buckets: [Bucket]
    /// Of all versions.
    public var versionCount: Int
    public var hasRecoveryRecipient: Bool
    public var isWritable: Bool
    public var scrub: Scrub?

    public init(
        buckets: [Bucket], versionCount: Int, hasRecoveryRecipient: Bool, isWritable: Bool = true, scrub: Scrub?
    ) {
        self.buckets = buckets
        self.versionCount = versionCount
        self.hasRecoveryRecipient = hasRecoveryRecipient
        self.isWritable = isWritable
        self.scrub = scrub
    }
}
