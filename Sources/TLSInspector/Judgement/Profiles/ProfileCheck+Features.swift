internal import Findings

extension ProfileCheck {
    func verdict(_ rule: ProfileFeatureRule) -> ProfileVerdict {
        var verdict = ProfileVerdict(.feature, rule.level, rule.feature.rawValue)
        guard applies(rule, to: &verdict), let isOn = isOn(rule.feature, in: &verdict) else { return verdict }
        guard isOn != (rule.state == .on) else { return verdict }
        verdict.evidence = [
            Evidence("feature", rule.feature.rawValue), Evidence("is", isOn ? "on" : "off"), Evidence("should be", rule.state.rawValue),
        ]
        if rule.feature == .weakSuites { verdict.evidence += view.evidence { $0.isWeak } }
        return verdict
    }

    private func applies(_ rule: ProfileFeatureRule, to verdict: inout ProfileVerdict) -> Bool {
        switch rule.when {
        case nil: return true
        case .cbcSuites?: return view.offersCBC
        case .olderThanTLS12WithoutTLS13?: return view.refuses(.tls13) && view.offered.contains { $0 < .tls12 }
        case .ocspResponderNamed?:
            let leaves = view.chains.compactMap { leaf(of: $0, in: &verdict) }
            return leaves.contains { !$0.ocspURLs.isEmpty }
        }
    }

    /// Nil if it is not known, or if there is no version in which it could be.
    private func isOn(_ feature: ProfileFeatureRule.Feature, in verdict: inout ProfileVerdict) -> Bool? {
        let extensions = view.scan.extensions
        switch feature {
        case .stapling: return verdict.value(extensions.stapling, of: "stapling")
        case .earlyData:
            guard !view.refuses(.tls13) else { return false }
            return verdict.value(view.scan.sessions.earlyData, of: "early data").map { $0 > 0 }
        case .weakSuites: return !view.evidence { $0.isWeak }.isEmpty
        case .serverOrder: return serverOrder(in: &verdict)
        case .extendedMasterSecret: return classic(extensions.extendedMasterSecret, feature, &verdict)
        case .encryptThenMAC: return classic(extensions.encryptThenMAC, feature, &verdict)
        case .fallbackSCSV: return classic(extensions.fallbackSCSV, feature, &verdict)
        case .secureRenegotiation: return classic(extensions.secureRenegotiation, feature, &verdict)
        case .clientRenegotiation: return classic(view.scan.sessions.clientRenegotiation, feature, &verdict)
        case .compression: return classic(extensions.compression, feature, &verdict)
        case .heartbeat: return classic(extensions.heartbeat, feature, &verdict)
        case .truncatedHMAC: return classic(extensions.truncatedHMAC, feature, &verdict)
        }
    }

    /// What there is up to TLS 1.2 only.
    private func classic(_ fact: Fact<Bool>, _ feature: ProfileFeatureRule.Feature, _ verdict: inout ProfileVerdict) -> Bool? {
        let older: [ProtocolVersion] = [.ssl3, .tls10, .tls11, .tls12]
        return older.allSatisfy(view.refuses) ? nil : verdict.value(fact, of: feature.rawValue)
    }

    /// Known as soon as one version has an order. TLS 1.3 is left out: all its suites are good, and stacks go their own ways there.
    private func serverOrder(in verdict: inout ProfileVerdict) -> Bool? {
        var preferences: [SuitePreference] = []
        for facts in view.scan.protocols where view.classicVersions.contains(facts.version) {
            if let preference = verdict.value(facts.preference, of: facts.version.name) { preferences.append(preference) }
        }
        if preferences.contains(.server) { return true }
        return preferences.contains(.client) ? false : nil
    }
}
