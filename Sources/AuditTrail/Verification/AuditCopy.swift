/// What a copy of a trail is, and what was found while it was made.
public struct AuditCopy: Sendable, Equatable {
    public let verification: AuditVerification
    /// Of the last event in it.
    public let position: AuditPosition
    /// SHA-256 of all its bytes.
    public let digest: [UInt8]
}
