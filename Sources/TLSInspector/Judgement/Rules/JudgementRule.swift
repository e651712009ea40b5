internal import Findings

/// One thing that may be wrong with an endpoint.
struct JudgementRule: Sendable {
    /// Kebab case with the prefix `tls-`; stable, and documented in `Docs/TLS.md`.
    let id: String
    let severity: Severity
    /// A sentence.
    let title: String
    /// The cells of the scan that it is decided by, as ``UndecidedCell`` names them, or what these names begin with. As long as one of
    /// them is unknown, that there is no finding means nothing.
    let needs: [String]
    let remedy: Remedy?
    let references: [String]
    let violations: @Sendable (ScanView) -> [Violation]

    init(
        _ id: String, _ severity: Severity, _ title: String, needs: [String], remedy: Remedy? = nil, references: [String] = [],
        violations: @escaping @Sendable (ScanView) -> [Violation]
    ) {
        self.id = id
        self.severity = severity
        self.title = title
        self.needs = needs
        self.remedy = remedy
        self.references = references
        self.violations = violations
    }

    /// Every rule that needs no profile.
    static let all: [JudgementRule] = decidable + endpoint
    /// Those about what is known, which unknown cells leave open.
    static let decidable: [JudgementRule] =
        protocols + suites + attacks + finiteField + keyExchange + extensions + probes + sessions + web + certificates + chains + revocation
        + tolerance

    func findings(for view: ScanView) -> [Finding] {
        violations(view).map { violation in
            Finding(
                id: id, severity: violation.severity ?? severity, resource: view.resource, title: title, evidence: violation.evidence,
                remediation: remedy?.summary, configurations: remedy?.configurations ?? [], references: references, location: view.location)
        }
    }
}

extension JudgementRule {
    static func rfc(_ number: Int, _ section: String? = nil) -> String {
        "https://www.rfc-editor.org/rfc/rfc\(number)" + (section.map { "#section-\($0)" } ?? "")
    }

    static func cve(_ number: String) -> String { "https://nvd.nist.gov/vuln/detail/CVE-\(number)" }
}
