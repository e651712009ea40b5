internal import Findings

/// What follows from certificates and the hour.
extension JudgementRule {
    /// A certificate of a year with a third left has months: that is a note only.
    private static let warningDays: Int64 = 30

    static let chains: [JudgementRule] = [
        JudgementRule(
            "tls-certificate-expires-soon", .high, "The certificate expires soon.", needs: ["chains.certificates"], remedy: .renewal,
            references: ["https://letsencrypt.org/docs/integration-guide/"]
        ) { view in
            view.chains.compactMap { chain in
                guard let leaf = chain.leaf else { return nil }
                let validity = ValidityFacts(leaf, at: chain.time)
                return urgency(validity).map { Violation(ChainView.evidence(leaf) + validity.evidence + [chain.place], severity: $0) }
            }
        },
        JudgementRule(
            "tls-intermediate-expires-soon", .medium, "A certificate above the server's expires within 30 days.",
            needs: ["chains.certificates"],
            remedy: .chain.saying("Send the newer certificate of the authority.")
        ) { view in
            view.chains.flatMap { chain in
                (chain.certificates ?? []).dropFirst().compactMap { certificate in
                    let validity = ValidityFacts(certificate, at: chain.time)
                    guard validity.remaining > 0, validity.daysLeft < warningDays else { return nil }
                    return Violation(ChainView.evidence(certificate) + validity.evidence + [chain.place])
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

    /// What has expired or not begun is another finding.
    private static func urgency(_ validity: ValidityFacts) -> Severity? {
        switch validity.alarm {
        case .critical: .high
        case .warning: validity.daysLeft <= warningDays ? .medium : .low
        case .none, .expired, .notYetValid: nil
        }
    }
}

extension ValidityFacts {
    init(_ certificate: CertificateFacts, at time: Int64) {
        self.init(notBefore: certificate.notBefore, notAfter: certificate.notAfter, time: time)
    }

    var evidence: [Evidence] {
        let left = daysLeft > 1 ? "\(daysLeft) days" : CountText.of(remaining / 3600, "hour")
        return [Evidence("left", left), Evidence("of its lifetime", "\(percentLeft)%")]
    }
}
