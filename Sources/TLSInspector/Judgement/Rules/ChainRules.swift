internal import Findings

/// What follows from certificates and the hour.
extension JudgementRule {
    private static let warningPercent = 30.0
    private static let alarmPercent = 15.0
    /// A certificate of a year with a third left has months: that is a note only.
    private static let warningDays: Int64 = 30
    private static let alarmHours: Int64 = 24

    static let chains: [JudgementRule] = [
        JudgementRule(
            "tls-certificate-expires-soon", .high, "The certificate expires soon.", needs: ["chains.certificates"], remedy: .renewal,
            references: ["https://letsencrypt.org/docs/integration-guide/"]
        ) { view in
            view.chains.compactMap { chain in
                guard let leaf = chain.leaf, let severity = urgency(RemainingTime(leaf, at: chain.time)) else { return nil }
                return Violation(
                    ChainView.evidence(leaf) + RemainingTime(leaf, at: chain.time).evidence + [chain.place], severity: severity)
            }
        },
        JudgementRule(
            "tls-intermediate-expires-soon", .medium, "A certificate above the server's expires within 30 days.",
            needs: ["chains.certificates"],
            remedy: .chain.saying("Send the newer certificate of the authority.")
        ) { view in
            view.chains.flatMap { chain in
                (chain.certificates ?? []).dropFirst().compactMap { certificate in
                    let remaining = RemainingTime(certificate, at: chain.time)
                    guard remaining.left >= 0, remaining.days < warningDays else { return nil }
                    return Violation(ChainView.evidence(certificate) + remaining.evidence + [chain.place])
                }
            }
        },
        JudgementRule(
            "tls-default-certificate", .info, "Clients that send no name get another certificate.", needs: ["chains.certificates"],
            references: [rfc(6066, "3")]
        ) { view in
            // A server with keys of two kinds shows one of them to clients without a name: the names tell that from another certificate.
            let named = view.chains.filter { $0.chain.isDefault == false }.compactMap { $0.leaf.map { Set($0.dnsNames) } }
            return view.chains.filter(\.isForNamelessClients).compactMap { chain in
                guard let leaf = chain.leaf, !named.contains(Set(leaf.dnsNames)) else { return nil }
                return Violation(ChainView.evidence(leaf) + leaf.dnsNames.map { Evidence("name", $0) } + [chain.place])
            }
        },
    ]

    private static func urgency(_ remaining: RemainingTime) -> Severity? {
        // What has expired is another finding.
        guard remaining.left >= 0 else { return nil }
        if remaining.isShortLived { return remaining.hours < alarmHours ? .high : nil }
        if remaining.percent <= alarmPercent { return .high }
        guard remaining.percent <= warningPercent else { return nil }
        return remaining.days <= warningDays ? .medium : .low
    }
}

extension RemainingTime {
    init(_ certificate: CertificateFacts, at time: Int64) {
        self.init(notBefore: certificate.notBefore, notAfter: certificate.notAfter, at: time)
    }

    var evidence: [Evidence] {
        [
            Evidence("left", days > 1 ? "\(days) days" : "\(hours) hours"),
            Evidence("of its lifetime", "\(Int(percent.rounded(.down)))%"),
        ]
    }
}
