internal import Findings

extension JudgementRule {
    static let keyExchange: [JudgementRule] = [
        weakGroups, weakSignatures, postQuantum, postQuantumDraft, noPostQuantum, classicalAuthentication,
    ]

    private static let quantumReferences = [
        "https://csrc.nist.gov/pubs/fips/203/final", "https://datatracker.ietf.org/doc/draft-ietf-tls-ecdhe-mlkem/",
    ]

    private static func groupEvidence(_ view: ScanView, _ isMeant: (NamedGroup) -> Bool) -> [Evidence] {
        let facts = view.scan.keyExchange
        return [("TLSv1.3", facts.tls13Groups), ("TLSv1.2", facts.tls12Groups)].compactMap { version, groups in
            let names = (groups.value ?? []).filter(isMeant).map(\.name)
            return names.isEmpty ? nil : Evidence("groups of \(version)", names.joined(separator: ", "))
        }
    }

    private static let weakGroups = JudgementRule(
        "tls-weak-groups", .medium, "Curves with less than 224 bits are offered.", needs: ["keyExchange.tls12Groups"], remedy: .groups,
        references: [rfc(9325, "4.1"), rfc(8422, "5.1.1")]
    ) { view in
        let evidence = groupEvidence(view) { $0.isWeakCurve }
        return evidence.isEmpty ? [] : [Violation(evidence)]
    }

    private static let weakSignatures = JudgementRule(
        "tls-weak-handshake-signature", .low, "The server signs handshakes with SHA-1 or MD5 if it is asked to.",
        needs: ["keyExchange.tls12SignatureSchemes", "keyExchange.tls13SignatureSchemes"],
        remedy: Remedy(
            "Take the old schemes out of the server's list.",
            [
                .init(.apache, "SSLOpenSSLConfCmd SignatureAlgorithms ECDSA+SHA256:RSA-PSS+SHA256:RSA+SHA256"),
                .init(.nginx, "ssl_conf_command SignatureAlgorithms ECDSA+SHA256:RSA-PSS+SHA256:RSA+SHA256;"),
                .init(.haproxy, "ssl-default-bind-sigalgs ECDSA+SHA256:RSA-PSS+SHA256:RSA+SHA256"),
            ]), references: [rfc(9155), "https://www.mitls.org/downloads/transcript-collisions.pdf"]
    ) { view in
        let facts = view.scan.keyExchange
        let schemes = Set((facts.tls12SignatureSchemes.value ?? []) + (facts.tls13SignatureSchemes.value ?? []))
        let broken = schemes.filter { $0.attributes?.usesBrokenHash ?? false }.sorted()
        guard !broken.isEmpty else { return [] }
        let hasMD5 = broken.contains { $0.attributes?.hash == .md5 }
        return [Violation([Evidence("schemes", broken.map(\.name).joined(separator: ", "))], severity: hasMD5 ? .medium : nil)]
    }

    private static let postQuantum = JudgementRule(
        "tls-post-quantum-key-exchange", .info, "Key exchange is safe from quantum computers with clients that offer it too.",
        needs: ["keyExchange.tls13Groups"], references: quantumReferences
    ) { view in
        let evidence = groupEvidence(view) { $0.isStandardPostQuantum }
        return evidence.isEmpty ? [] : [Violation(evidence)]
    }

    private static let postQuantumDraft = JudgementRule(
        "tls-post-quantum-draft", .low, "Of post-quantum groups only drafts are offered, which clients have dropped.",
        needs: ["keyExchange.tls13Groups"], remedy: .groups, references: quantumReferences
    ) { view in
        let evidence = groupEvidence(view) { $0.isPostQuantumDraft }
        return evidence.isEmpty || !groupEvidence(view, { $0.isStandardPostQuantum }).isEmpty ? [] : [Violation(evidence)]
    }

    private static let noPostQuantum = JudgementRule(
        "tls-no-post-quantum", .info, "No post-quantum key exchange is offered: what is recorded today may be read later.",
        needs: ["keyExchange.tls13Groups", "protocols.TLSv1.3.isOffered"], remedy: .groups, references: quantumReferences
    ) { view in
        if view.refuses(.tls13), !view.offered.isEmpty {
            return [Violation([Evidence("TLSv1.3", "not offered, and only it has such groups")])]
        }
        guard let groups = view.scan.keyExchange.tls13Groups.value, view.offers(.tls13) else { return [] }
        guard !groups.contains(where: { $0.isStandardPostQuantum || $0.isPostQuantumDraft }) else { return [] }
        return [Violation([Evidence("groups of TLSv1.3", groups.map(\.name).joined(separator: ", "))])]
    }

    private static let classicalAuthentication = JudgementRule(
        "tls-classical-authentication", .info,
        "Certificates are not safe from quantum computers; public authorities do not issue others yet.",
        needs: ["chains.certificates"], references: ["https://csrc.nist.gov/pubs/fips/204/final"]
    ) { view in
        let leaves = view.chains.compactMap(\.leaf)
        guard !leaves.isEmpty, !leaves.contains(where: \.key.isPostQuantum) else { return [] }
        return [Violation(leaves.map { Evidence("key", $0.key.summary) })]
    }
}

extension CertificateKeyFacts {
    /// ML-DSA (FIPS 204), SLH-DSA (FIPS 205).
    var isPostQuantum: Bool { algorithm.hasPrefix("ML-DSA") || algorithm.hasPrefix("SLH-DSA") }

    /// `EC secp256r1`, `RSA 2048 bits`
    var summary: String {
        if let curve { return "\(algorithm) \(curve)" }
        return bits.map { "\(algorithm) \($0) bits" } ?? algorithm
    }
}
