internal import AuditTrail

extension Timestamp {
    /// `2026-11-01T00:00:00Z` (RFC 3339, UTC, whole seconds), as the audit trail writes it.
    package var rfc3339: String { RFC3339.text(seconds: seconds) }
}
