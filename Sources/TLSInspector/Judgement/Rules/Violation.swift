internal import Findings

/// One place where a rule is broken.
struct Violation: Sendable {
    /// The facts that show it.
    var evidence: [Evidence]
    /// Nil for what the rule says.
    var severity: Severity?

    init(_ evidence: [Evidence] = [], severity: Severity? = nil) {
        self.evidence = evidence
        self.severity = severity
    }
}
