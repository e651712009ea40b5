/// What was found wrong with a trail, and how it goes on.
public struct AuditRepair: Sendable, Equatable {
    /// What was taken out of a trail.
    public struct Evidence: Sendable, Equatable {
        /// SHA-256 of the file that keeps all that there was.
        public let digest: [UInt8]
        /// Lines behind the last event that was left.
        public let removedLineCount: Int
    }

    /// What was wrong with it.
    public let problem: AuditProblem
    /// The last event that was left: before the problem, and with a MAC that holds.
    public let position: AuditPosition
    /// nil if nothing was taken out: all events are authentic, but not those that the anchor is one of.
    public let evidence: Evidence?
}

extension AuditTrail {
    /// Takes out whatever nothing vouches for, if the trail is not what was recorded; all that there was is kept in a file of its own.
    ///
    /// What is left ends with the last event before the problem that has a MAC, its own. If anything was taken out, the trail can be appended
    /// to by this object alone until it has done so; others find it damaged, and whoever had it open has to open it anew.
    ///
    /// - Parameters:
    ///   - anchor: as for `verify`.
    ///   - path: of a file that is not there yet, for what is taken out. None is left when this throws before it changed the trail.
    /// - Returns: nil if nothing is wrong.
    /// - Throws: `unavailable`, also for a trail without a key: nothing would tell its events from forged ones.
    public func repair(against anchor: AuditPosition?, keepingDamaged path: String) throws(AuditTrailError) -> AuditRepair? {
        try repair(against: anchor) { () throws(AuditTrailError) in
            do throws(SystemCallError) {
                return try SystemAuditFile(creating: path)
            } catch {
                throw LogFailure(path: path).disk(error, while: "create a copy of")
            }
        }
    }

    /// - Parameter makeCopy: called once it is known that there is something to keep.
    func repair(
        against anchor: AuditPosition?, keepingDamagedIn makeCopy: () throws(AuditTrailError) -> any AuditFile
    ) throws(AuditTrailError) -> AuditRepair? {
        try log.repair(against: anchor, keepingAllIn: makeCopy)
    }
}
