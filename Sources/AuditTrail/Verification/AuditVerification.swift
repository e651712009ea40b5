/// What verifying a trail found.
public struct AuditVerification: Sendable, Equatable {
    /// Events from the first on that are whole and linked; all of them when there is no problem among the events.
    public let eventCount: UInt64
    /// Events from the first on for which a MAC vouches, their own or that of a later one. The rest is a tail that was recorded while
    /// the store was sealed, or that somebody without the key appended. 0 when the trail was not given its key.
    public let authenticatedCount: UInt64
    /// Bytes after the last line feed: what a crash left of a write that was never acknowledged. The next append removes them.
    public let unfinishedByteCount: Int
    /// Events among those that are whole which tell that a trail was accepted after it was lost or damaged (`AcceptAuditTrail`).
    public let acceptanceCount: UInt64
    /// nil when everything is as it was written.
    public let firstProblem: AuditProblem?
}
