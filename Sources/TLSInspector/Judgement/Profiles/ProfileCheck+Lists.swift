internal import Findings

extension ProfileCheck {
    /// Of versions, suites, groups and schemes.
    var listVerdicts: [ProfileVerdict] {
        profile.protocols.map(verdict) + profile.cipherSuites.map(suiteVerdict) + profile.groups.map(groupVerdict)
            + profile.handshakeSignatures.map(schemeVerdict)
    }

    private func verdict(_ rule: ProfileListRule<ProtocolVersion>) -> ProfileVerdict {
        var verdict = ProfileVerdict(.protocolVersion, rule.level, "protocols")
        var known: [ProtocolVersion] = []
        // A version of which nothing is known counts neither as there nor as missing.
        var open: Set<ProtocolVersion> = []
        for version in ProtocolVersion.allCases {
            guard let facts = view.scan.protocols.first(where: { $0.version == version }) else {
                verdict.undecided.append("\(version): it is not in the scan")
                open.insert(version)
                continue
            }
            guard let isOffered = verdict.value(facts.isOffered, of: version.name) else {
                open.insert(version)
                continue
            }
            if isOffered { known.append(version) }
        }
        var decidable = rule
        decidable.required = rule.required?.filter { !open.contains($0) }
        if rule.requiredAny?.contains(where: open.contains) ?? false { decidable.requiredAny = nil }
        verdict.compare(decidable, with: known)
        return verdict
    }

    private func suiteVerdict(_ rule: ProfileListRule<CipherSuite>) -> ProfileVerdict {
        var verdict = ProfileVerdict(.cipherSuite, rule.level, "cipherSuites")
        for version in rule.versions ?? [] where !view.refuses(version) {
            guard let facts = view.scan.protocols.first(where: { $0.version == version }), facts.isOffered.value == true else {
                verdict.undecided.append("\(version): whether it is offered is not known")
                continue
            }
            guard let suites = verdict.value(facts.cipherSuites, of: version.name) else { continue }
            verdict.compare(rule, with: suites, of: version.name)
        }
        return verdict
    }

    private func groupVerdict(_ rule: ProfileListRule<NamedGroup>) -> ProfileVerdict {
        let facts = view.scan.keyExchange
        return versioned(rule, .group, "groups", [.tls12: facts.tls12Groups, .tls13: facts.tls13Groups])
    }

    private func schemeVerdict(_ rule: ProfileListRule<TLSSignatureScheme>) -> ProfileVerdict {
        let facts = view.scan.keyExchange
        return versioned(
            rule, .signatureScheme, "handshakeSignatures", [.tls12: facts.tls12SignatureSchemes, .tls13: facts.tls13SignatureSchemes])
    }

    private func versioned<Element>(
        _ rule: ProfileListRule<Element>, _ deviation: Deviation, _ name: String, _ facts: [ProtocolVersion: Fact<[Element]>]
    ) -> ProfileVerdict {
        var verdict = ProfileVerdict(deviation, rule.level, name)
        for version in rule.versions ?? [] where !view.refuses(version) {
            // Profile.init refuses rules about other versions.
            guard let fact = facts[version], let values = verdict.value(fact, of: version.name) else { continue }
            // No groups at all means that no suite needs one: TLS 1.2 with RSA key exchange or DHE only.
            if !values.isEmpty { verdict.compare(rule, with: values, of: version.name) }
        }
        return verdict
    }
}
