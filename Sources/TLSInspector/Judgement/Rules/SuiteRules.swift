internal import Findings

extension JudgementRule {
    private static let suiteCells = ["protocols."]

    static let suites: [JudgementRule] =
        [
            kind("tls-null-suites", .critical, "Suites without encryption are offered.", [rfc(9325, "4.1")]) { $0.isNull },
            kind(
                "tls-anonymous-suites", .critical, "Suites are offered in which the server proves nothing, so anybody can be it.",
                [rfc(9325, "4.1")]
            ) { $0.isAnonymous },
            kind(
                "tls-export-suites", .critical, "Suites made weak for export are offered.",
                [rfc(9325, "4.1"), "https://www.smacktls.com/", "https://weakdh.org/imperfect-forward-secrecy-ccs15.pdf"]
            ) { $0.isExport },
            kind("tls-rc4-suites", .high, "RC4 is offered, whose keystream is biased.", [rfc(7465)]) { $0.isRC4 && !$0.isExport },
            kind("tls-short-key-suites", .high, "Ciphers with keys below 112 bits are offered.", [rfc(9325, "4.1")]) {
                $0.isShort && !$0.isRC4
            },
            kind(
                "tls-3des-suites", .medium, "Triple DES is offered, whose blocks of 64 bits repeat in long connections (SWEET32).",
                ["https://sweet32.info/", cve("2016-2183")]
            ) { $0.isTripleDES },
            kind(
                "tls-short-block-suites", .medium, "Old ciphers with blocks of 64 bits are offered (SWEET32).",
                [rfc(5469), "https://sweet32.info/"]
            ) { $0.hasShortBlocks && !$0.isTripleDES && !$0.isExport && !$0.isShort },
            kind(
                "tls-static-key-exchange", .low, "Suites without forward secrecy are offered: a stolen key opens recorded connections.",
                [rfc(9325, "4.1")]
            ) { !$0.hasForwardSecrecy && $0.isKnown && !$0.isWeak },
        ] + [noForwardSecrecy, noAEAD, cbcOnly, noOrder]

    private static func kind(
        _ id: String, _ severity: Severity, _ title: String, _ references: [String], _ isMeant: @escaping @Sendable (SuiteTraits) -> Bool
    ) -> JudgementRule {
        JudgementRule(id, severity, title, needs: suiteCells, remedy: .suites, references: references) { $0.violation(of: isMeant) }
    }

    /// Only where it is known of every suite: one that has no name in the table is not held against the server.
    private static func areAll(_ suites: Set<CipherSuite>, _ isMeant: (SuiteTraits) -> Bool) -> Bool {
        !suites.isEmpty && suites.allSatisfy { $0.traits.isKnown && isMeant($0.traits) }
    }

    private static let noForwardSecrecy = JudgementRule(
        "tls-no-forward-secrecy", .medium, "No suite with forward secrecy is offered.", needs: suiteCells, remedy: .suites,
        references: [rfc(9325, "4.1")]
    ) { view in
        guard view.knowsAllSuites, areAll(view.allSuites, { !$0.hasForwardSecrecy }) else { return [] }
        return [Violation(view.evidence { _ in true })]
    }

    private static let noAEAD = JudgementRule(
        "tls-no-aead", .medium, "No suite with authenticated encryption is offered.", needs: suiteCells, remedy: .suites,
        references: [rfc(9325, "4.2")]
    ) { view in
        guard view.knowsAllSuites, areAll(view.allSuites, { !$0.isAEAD }) else { return [] }
        return [Violation(view.evidence { _ in true })]
    }

    private static let cbcOnly = JudgementRule(
        "tls-cbc-only", .low, "All suites of TLS 1.2 are of CBC mode, although TLS 1.3 is offered.", needs: suiteCells, remedy: .suites,
        references: [rfc(9325, "4.2")]
    ) { view in
        guard view.offers(.tls13), areAll(Set(view.suites(of: .tls12)), { $0.isCBC }) else { return [] }
        return view.violation(in: [.tls12]) { _ in true }
    }

    private static let noOrder = JudgementRule(
        "tls-no-server-order", .low, "The client chooses the suite, and suites that are not modern are offered.", needs: suiteCells,
        remedy: .order, references: [rfc(9325, "4.2.1")]
    ) { view in
        let versions = view.scan.protocols.filter { $0.preference.value == .client && $0.version <= .tls12 }.map(\.version)
        return view.violation(in: versions.filter(view.offers)) { $0.isKnown && !$0.isModern }
    }
}
