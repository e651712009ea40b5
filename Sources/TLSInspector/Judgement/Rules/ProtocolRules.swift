internal import Findings

extension JudgementRule {
    static let protocols: [JudgementRule] = [
        version(
            .ssl2, "tls-ssl2", .critical, "SSLv2 is offered, which anybody on the path can break.",
            references: [rfc(6176), "https://drownattack.com/drown-attack-paper.pdf"]),
        version(
            .ssl3, "tls-ssl3", .high, "SSLv3 is offered, whose padding lets an attacker read cookies.",
            references: [rfc(7568), "https://www.openssl.org/~bodo/ssl-poodle.pdf"]),
        version(
            .tls10, "tls-version-1-0", .medium, "TLS 1.0 is offered, which has been withdrawn.", references: [rfc(8996)]),
        version(
            .tls11, "tls-version-1-1", .medium, "TLS 1.1 is offered, which has been withdrawn.", references: [rfc(8996)]),
        JudgementRule(
            "tls-no-modern-version", .high, "Neither TLS 1.2 nor TLS 1.3 is offered.",
            needs: ["protocols.TLSv1.2.isOffered", "protocols.TLSv1.3.isOffered"], remedy: .versions, references: [rfc(9325, "3.1.1")]
        ) { view in
            guard view.refuses(.tls12), view.refuses(.tls13), !view.offered.isEmpty else { return [] }
            return [Violation([Evidence("offered", view.offered.map(\.name).joined(separator: ", "))])]
        },
        JudgementRule(
            "tls-no-version-1-3", .low, "TLS 1.3 is not offered.", needs: ["protocols.TLSv1.3.isOffered"], remedy: .versions,
            references: [rfc(8446), rfc(9325, "3.1.1")]
        ) { view in
            guard view.refuses(.tls13), view.offers(.tls12), view.scan.tolerance.dropsTLS13.value != true else { return [] }
            return [Violation([Evidence("offered", view.offered.map(\.name).joined(separator: ", "))])]
        },
    ]

    private static func version(
        _ version: ProtocolVersion, _ id: String, _ severity: Severity, _ title: String, references: [String]
    ) -> JudgementRule {
        JudgementRule(id, severity, title, needs: ["protocols.\(version).isOffered"], remedy: .versions, references: references) { view in
            guard view.offers(version) else { return [] }
            let kinds = view.scan.protocols.first { $0.version == version }?.ssl2CipherKinds
            let names = kinds ?? view.suites(of: version).map(\.name)
            return [Violation([Evidence("suites of \(version)", names.isEmpty ? "none" : names.joined(separator: ", "))])]
        }
    }
}
