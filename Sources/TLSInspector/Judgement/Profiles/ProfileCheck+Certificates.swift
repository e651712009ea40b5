internal import Findings

extension ProfileCheck {
    /// Of the server's own certificates.
    var certificateVerdicts: [ProfileVerdict] {
        profile.certificateSignatures.map { verdict($0, .certificateSignature, "certificateSignatures") { $0.signatureAlgorithm } }
            + profile.certificateKeys.map { verdict($0, .certificateKey, "certificateKeys") { $0.key.algorithm } }
            + profile.certificateCurves.map { verdict($0, .certificateCurve, "certificateCurves") { $0.key.curve } }
    }

    private func verdict(
        _ rule: ProfileListRule<String>, _ deviation: Deviation, _ name: String, _ value: (CertificateFacts) -> String?
    ) -> ProfileVerdict {
        var verdict = ProfileVerdict(deviation, rule.level, name)
        noteLackingChain(in: &verdict)
        for chain in view.chains {
            guard let leaf = leaf(of: chain, in: &verdict) else { continue }
            guard let value = value(leaf) else { continue }
            verdict.compare(rule, with: [value], of: leaf.subject)
        }
        return verdict
    }

    /// A rule about certificates is not kept because there are none to be seen.
    func noteLackingChain(in verdict: inout ProfileVerdict) {
        if view.lacksChain || view.offered.isEmpty { verdict.undecided.append("no certificate was seen") }
    }

    func leaf(of chain: ChainView, in verdict: inout ProfileVerdict) -> CertificateFacts? {
        if chain.leaf == nil { verdict.undecided.append("chain \(chain.index + 1): its certificates were not all read") }
        return chain.leaf
    }

    func verdict(_ rule: ProfileLimitRule) -> ProfileVerdict {
        var verdict = ProfileVerdict(.limit, rule.level, rule.limit.rawValue)
        switch rule.limit {
        case .minimumRSABits: keys(rule, ["RSA", "RSA-PSS"], in: &verdict)
        case .minimumECBits: keys(rule, ["EC"], in: &verdict)
        case .minimumDSABits: keys(rule, ["DSA"], in: &verdict)
        case .minimumDHBits:
            if view.lacksFiniteField { verdict.undecided.append("suites with DHE are offered, and no group of theirs was seen") }
            for group in view.scan.keyExchange.finiteField where Int64(group.bits) < rule.value {
                verdict.evidence += [Evidence("group", group.summary), Evidence("limit", "\(rule.value) bits")]
            }
        case .maximumCertificateDays: lifetimes(rule, in: &verdict)
        case .minimumHSTSSeconds: transportSecurity(rule, in: &verdict)
        }
        return verdict
    }

    private func keys(_ rule: ProfileLimitRule, _ algorithms: [String], in verdict: inout ProfileVerdict) {
        noteLackingChain(in: &verdict)
        for chain in view.chains {
            guard let leaf = leaf(of: chain, in: &verdict), algorithms.contains(leaf.key.algorithm) else { continue }
            guard let bits = leaf.key.bits else {
                verdict.undecided.append("\(leaf.subject): the size of its key is not known")
                continue
            }
            guard Int64(bits) < rule.value else { continue }
            verdict.evidence += [Evidence("key", "\(leaf.key.algorithm) \(bits) bits"), Evidence("limit", "\(rule.value) bits")]
        }
    }

    private func lifetimes(_ rule: ProfileLimitRule, in verdict: inout ProfileVerdict) {
        noteLackingChain(in: &verdict)
        for chain in view.chains {
            guard let leaf = leaf(of: chain, in: &verdict) else { continue }
            let lifetime = ValidityFacts(leaf, at: view.context.time).lifetime
            guard lifetime > rule.value * 86_400 else { continue }
            verdict.evidence += [Evidence("certificate", leaf.subject), Evidence("days", "\((lifetime - 1) / 86_400 + 1)")]
            verdict.evidence.append(Evidence("limit", "\(rule.value) days"))
        }
    }

    private func transportSecurity(_ rule: ProfileLimitRule, in verdict: inout ProfileVerdict) {
        // What speaks no HTTP has no header to send.
        if case .untested = view.scan.http { return }
        guard let http = verdict.value(view.scan.http, of: "http") else { return }
        let age = http.strictTransportSecurity.flatMap { StrictTransportSecurity($0) }?.maxAge
        guard (age ?? 0) < rule.value else { return }
        verdict.evidence = [
            Evidence("header", http.strictTransportSecurity ?? "absent"), Evidence("limit", "max-age of \(rule.value) seconds"),
        ]
    }
}
