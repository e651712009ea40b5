public import Findings

/// Holds a scan against a profile: one finding for each rule that is broken, and one for all that could not be decided.
public struct ProfileCheck: Sendable {
    /// The ids of its findings.
    public enum Deviation: String, Sendable, Hashable, CaseIterable {
        case protocolVersion = "tls-profile-protocol"
        case cipherSuite = "tls-profile-cipher-suite"
        case group = "tls-profile-group"
        case signatureScheme = "tls-profile-signature-scheme"
        case certificateSignature = "tls-profile-certificate-signature"
        case certificateKey = "tls-profile-certificate-key"
        case certificateCurve = "tls-profile-certificate-curve"
        case limit = "tls-profile-limit"
        case feature = "tls-profile-feature"
        case undecided = "tls-profile-undecided"

        var title: String {
            switch self {
            case .protocolVersion: "The versions of TLS are not those of the profile."
            case .cipherSuite: "The cipher suites are not those of the profile."
            case .group: "The groups for key exchange are not those of the profile."
            case .signatureScheme: "Handshakes are signed otherwise than the profile has it."
            case .certificateSignature: "The certificate is signed otherwise than the profile has it."
            case .certificateKey: "The key of the certificate is of a kind that the profile does not have."
            case .certificateCurve: "The curve of the certificate's key is not one of the profile."
            case .limit: "A limit of the profile is not kept."
            case .feature: "Something is on that the profile has off, or off that it has on."
            case .undecided: "Rules of the profile could not be decided."
            }
        }

        /// What to do; the evidence names the rest.
        var remedy: Remedy {
            switch self {
            case .protocolVersion: Remedy("Offer the versions of the profile (coffer tls profiles show).")
            case .cipherSuite: Remedy("Offer the suites of the profile (coffer tls profiles show).")
            case .group: Remedy("Offer the groups of the profile (coffer tls profiles show).")
            case .signatureScheme: Remedy("Configure the signature algorithms of the profile.")
            case .certificateSignature, .certificateKey, .certificateCurve: Remedy("Get a certificate as the profile wants it.")
            case .limit, .feature: Remedy("See the evidence, and the profile's source for its reasons.")
            case .undecided: Remedy("Scan again with more time, and with --intrusive where a probe needs it.")
            }
        }
    }

    let profile: Profile
    let view: ScanView

    init(profile: Profile, view: ScanView) {
        self.profile = profile
        self.view = view
    }

    /// What the profile has against a scan, in the order of reports. (``TLSJudge`` includes them.)
    public static func findings(_ scan: EndpointScan, _ profile: Profile, context: JudgementContext) -> [Finding] {
        ProfileCheck(profile: profile, view: ScanView(scan: scan, context: context)).findings.inReportOrder()
    }

    var findings: [Finding] {
        guard view.scan.failure == nil else { return [] }
        let verdicts = listVerdicts + certificateVerdicts + profile.limits.map(verdict) + profile.features.map(verdict)
        var undecided: [Evidence] = []
        var findings: [Finding] = []
        for verdict in verdicts {
            if !verdict.evidence.isEmpty { findings.append(finding(verdict.deviation, verdict.level.severity, verdict.evidence)) }
            undecided += verdict.undecided.map { Evidence(verdict.name, $0) }
        }
        if !undecided.isEmpty { findings.append(finding(.undecided, .info, undecided)) }
        return findings
    }

    private func finding(_ deviation: Deviation, _ severity: Severity, _ evidence: [Evidence]) -> Finding {
        Finding(
            id: deviation.rawValue, severity: severity, resource: view.resource, title: deviation.title,
            evidence: [Evidence("profile", profile.id)] + evidence, remediation: deviation.remedy.summary,
            configurations: deviation.remedy.configurations, references: [profile.source],
            location: view.location)
    }
}
