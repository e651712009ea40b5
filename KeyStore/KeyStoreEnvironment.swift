public import AuditTrail

/// Who calls, for the audit trail.
public struct CallerIdentity: Sendable, Equatable {
    /// The operating system's name of the user.
    public let userName: String
    /// The program, like `coffer/0.1.0`.
    public let userAgent: String

    public init(userName: String, userAgent: String) {
        self.userName = userName
        self.userAgent = userAgent
    }
}

/// Everything that a key service needs from outside.
public struct KeyStoreEnvironment: Sendable {
    public let records: any KeyRecordStore
    public let trail: AuditTrail
    public let clock: any KeyStoreClock
    public let caller: CallerIdentity
    public let deletionGate: (any DeletionGate)?

    public init(
        records: any KeyRecordStore, trail: AuditTrail, clock: any KeyStoreClock, caller: CallerIdentity,
        deletionGate: (any DeletionGate)? = nil
    ) {
        self.deletionGate = deletionGate
        self.records = records
        self.trail = trail
        self.clock = clock
        self.caller = caller
    }
}
