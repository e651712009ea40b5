internal import Findings

extension JudgementRule {
    static let revocation: [JudgementRule] = [
        status("tls-certificate-revoked", .critical, "A certificate has been revoked.", .newKey) { $0.status == .revoked },
        status("tls-staple-stale", .medium, "The stapled answer about revocation is out of date.", .stapling) { facts in
            facts.source == .stapled && facts.isStale && facts.status != .revoked
        },
        status("tls-staple-invalid", .medium, "The stapled answer about revocation cannot be believed.", .stapling) { facts in
            facts.source == .stapled && !facts.isStale && (facts.status == .invalid || facts.status == .unknownToResponder)
        },
        status(
            "tls-revocation-unknown", .medium, "The authority's service does not know the certificate, or answers what cannot be believed.",
            Remedy("Ask the authority.")
        ) { facts in facts.source != .stapled && (facts.status == .unknownToResponder || facts.status == .invalid) },
        status(
            "tls-revocation-unavailable", .low, "Whether a certificate is revoked could not be found out.",
            Remedy("See whether the address in the certificate answers from here.")
        ) { $0.status == .unavailable },
        mustStaple, noStapling, noSource,
    ]

    private static func status(
        _ id: String, _ severity: Severity, _ title: String, _ remedy: Remedy, _ isMeant: @escaping @Sendable (TimedRevocation) -> Bool
    ) -> JudgementRule {
        JudgementRule(id, severity, title, needs: ["chains.stapledResponse"], remedy: remedy, references: [rfc(6960), rfc(5280, "5")]) {
            view in
            view.chains.flatMap { chain in
                chain.revocation.filter { isMeant(TimedRevocation(facts: $0, time: chain.time)) }.map {
                    Violation($0.evidence + [chain.place])
                }
            }
        }
    }

    private static let mustStaple = JudgementRule(
        "tls-must-staple", .high,
        "The certificate demands a stapled answer and there is none that holds: clients that keep to it refuse the server.",
        needs: ["chains.certificates"], remedy: .stapling, references: [rfc(7633)]
    ) { view in
        view.chains.compactMap { chain in
            guard let leaf = chain.leaf, leaf.mustStaple, let flaw = stapleFlaw(chain, leaf) else { return nil }
            return Violation(ChainView.evidence(leaf) + [Evidence("staple", flaw), chain.place])
        }
    }

    /// Why there is no stapled answer that a client could go by. Nil if there is one, or nobody has looked at it.
    private static func stapleFlaw(_ chain: ChainView, _ leaf: CertificateFacts) -> String? {
        let staple = chain.revocation.first { $0.source == .stapled }
        guard staple != nil || chain.chain.stapledResponse == nil else { return nil }
        if let problem = RevocationChecker.mustStapleProblem(of: leaf, staple: staple) { return problem.sentence }
        return staple.flatMap { TimedRevocation(facts: $0, time: chain.time).isStale ? "out of date" : nil }
    }

    /// Without a responder there is nothing to staple; beside a list of revoked certificates it is a convenience.
    private static let noStapling = JudgementRule(
        "tls-no-stapling", .low, "Revocation can be asked of an OCSP responder only, and the server does not staple its answer.",
        needs: ["extensions.stapling", "chains.certificates"], remedy: .stapling, references: [rfc(6066, "8"), rfc(6961)]
    ) { view in
        guard view.scan.extensions.stapling.value == false else { return [] }
        return view.chains.compactMap { chain in
            guard let leaf = chain.leaf, !leaf.ocspURLs.isEmpty, leaf.crlURLs.isEmpty, !leaf.mustStaple else { return nil }
            guard !ValidityFacts(leaf, at: chain.time).isShortLived, chain.chain.stapledResponse == nil else { return nil }
            return Violation(ChainView.evidence(leaf) + leaf.ocspURLs.map { Evidence("responder", $0) })
        }
    }

    private static let noSource = JudgementRule(
        "tls-no-revocation-source", .info, "The certificate does not say where its revocation could be learnt.",
        needs: ["chains.certificates"],
        references: [rfc(5280, "4.2.1.13")]
    ) { view in
        view.chains.compactMap { chain in
            guard let leaf = chain.leaf, leaf.ocspURLs.isEmpty, leaf.crlURLs.isEmpty, !leaf.isSelfSigned else { return nil }
            guard !ValidityFacts(leaf, at: chain.time).isShortLived else { return nil }
            return Violation(ChainView.evidence(leaf))
        }
    }
}

/// An answer about revocation at the hour of the judgement.
@dynamicMemberLookup
struct TimedRevocation {
    let facts: RevocationFacts
    let time: Int64

    subscript<Value>(dynamicMember path: KeyPath<RevocationFacts, Value>) -> Value { facts[keyPath: path] }
    var isStale: Bool { facts.nextUpdate.map { $0 < time } ?? false }
}

extension RevocationFacts {
    var evidence: [Evidence] {
        [
            Evidence("source", source.rawValue), url.map { Evidence("url", $0) }, Evidence("status", status.rawValue),
            reason.map { Evidence("reason", $0) }, problem.map { Evidence("problem", $0) }, Evidence("fingerprint", fingerprint),
        ].compactMap { $0 }
    }
}
