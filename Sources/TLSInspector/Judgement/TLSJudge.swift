public import Findings

/// Judges what a scan found: facts in, findings out, the same for the same facts.
///
/// Nothing is sent, read or parsed here, and the clock is one of the arguments. Every rule is documented in `Docs/TLS.md`.
public enum TLSJudge {
    /// All findings about one endpoint at one address, in the order of reports.
    public static func findings(for scan: EndpointScan, context: JudgementContext) -> [Finding] {
        let view = ScanView(scan: scan, context: context)
        let general = JudgementRule.all.flatMap { $0.findings(for: view) }
        let profile = context.profile.map { ProfileCheck(profile: $0, view: view).findings } ?? []
        return (general + profile).inReportOrder()
    }

    /// The ids of all rules, sorted.
    public static var ruleIDs: [String] { (JudgementRule.all.map(\.id) + ProfileCheck.Deviation.allCases.map(\.rawValue)).sorted() }
}
