internal import Findings

extension JudgementRule {
    static let finiteField: [JudgementRule] = [
        group("tls-dh-composite", .high, "The modulus of a Diffie-Hellman group is not prime.", [cve("2016-0701")]) { !$0.isPrime },
        group(
            "tls-dh-unsafe-prime", .medium, "A Diffie-Hellman group is not built on a safe prime and stands in no standard.",
            [cve("2016-0701"), rfc(7919, "7")]
        ) { $0.isPrime && !$0.isSafePrime && $0.origin != .standard },
        group(
            "tls-dh-small", .medium, "A Diffie-Hellman group has less than 2048 bits.", [rfc(9325, "4.1"), rfc(7919)]
        ) { !$0.isExport && (1025...2047).contains($0.bits) },
        reuse(
            "tls-dh-key-reuse", .medium, "The server's Diffie-Hellman key is the same in several handshakes (Raccoon).",
            cell: "reusesDHKey", \.reusesDHKey, [cve("2020-1968"), "https://raccoon-attack.com/RacoonAttack.pdf"]),
        reuse(
            "tls-ecdh-key-reuse", .low, "The server's key for ECDHE is the same in several handshakes, which weakens forward secrecy.",
            cell: "reusesECDHKey", \.reusesECDHKey, [rfc(9325, "7.4")]),
    ]

    private static func group(
        _ id: String, _ severity: Severity, _ title: String, _ references: [String],
        _ isMeant: @escaping @Sendable (FiniteFieldParameters) -> Bool
    ) -> JudgementRule {
        JudgementRule(id, severity, title, needs: ["protocols.", "keyExchange.finiteField"], remedy: .finiteField, references: references) {
            view in
            let groups = view.scan.keyExchange.finiteField.filter(isMeant)
            guard !groups.isEmpty else { return [] }
            return [Violation(groups.flatMap { [Evidence("group", $0.summary), Evidence("modulus", "SHA-256 \($0.fingerprint)")] })]
        }
    }

    private static func reuse(
        _ id: String, _ severity: Severity, _ title: String, cell: String,
        _ path: any KeyPath<KeyExchangeFacts, Fact<Bool>> & Sendable, _ references: [String]
    ) -> JudgementRule {
        let remedy = Remedy("Update the server, or turn off what keeps ephemeral keys (SSL_OP_SINGLE_DH_USE, SSL_OP_SINGLE_ECDH_USE).")
        return JudgementRule(id, severity, title, needs: ["keyExchange.\(cell)"], remedy: remedy, references: references) { view in
            view.scan.keyExchange[keyPath: path].value == true ? [Violation([Evidence("seen", "the same public key twice")])] : []
        }
    }
}
