import OpenSSL

/// What was done about a damaged trail.
public struct AuditRepair: Sendable, Equatable {
    /// What was wrong with it.
    public let problem: AuditProblem
    /// The last event of it that a MAC vouches for, after which it goes on.
    public let position: AuditPosition
    /// SHA-256 of the file that it was kept in.
    public let digest: [UInt8]
}

extension AuditTrail {
    /// Goes back to the last event that a MAC vouches for, if anything in the file is not what was recorded. What there was is kept whole in
    /// a file of its own, as evidence.
    ///
    /// Others that have the trail open refuse to append to it from then on, until they open it anew.
    ///
    /// - Parameter path: of a file that is not there yet; it is not left behind when this throws before the trail was changed.
    /// - Returns: nil if nothing is wrong; then nothing was done.
    /// - Throws: `unavailable`, also for a trail without a key: nothing would tell its events from forged ones.
    public func repair(keepingDamaged path: String) throws(AuditTrailError) -> AuditRepair? {
        try repair { () throws(SystemCallError) in try SystemAuditFile(creating: path) }
    }

    /// - Parameter makeCopy: called once it is known that there is something to keep.
    func repair(keepingDamagedIn makeCopy: () throws(SystemCallError) -> any AuditFile) throws(AuditTrailError) -> AuditRepair? {
        guard try log.makeChain().hasKey else { throw log.failure.unavailable("it can only be repaired with its key") }
        let verification = try verify(against: nil)
        guard let problem = verification.firstProblem else { return nil }
        let (position, digest) = try log.cut(after: verification.authenticatedCount, keepingAllIn: makeCopy)
        return AuditRepair(problem: problem, position: position, digest: digest)
    }
}
