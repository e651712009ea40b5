internal import Findings

extension JudgementRule {
    static let extensions: [JudgementRule] = [
        absent(
            "tls-no-secure-renegotiation", .medium, "Renegotiation is not bound to the connection (RFC 5746).", "secureRenegotiation",
            \.secureRenegotiation, remedy: .library, [rfc(5746), cve("2009-3555")]),
        JudgementRule(
            "tls-insecure-renegotiation", .high,
            "A new handshake is accepted that is not bound to the connection: others can put data before it.",
            needs: ["extensions.secureRenegotiation", "sessions.clientRenegotiation"], remedy: .renegotiation,
            references: [rfc(5746), cve("2009-3555")]
        ) { view in
            let scan = view.scan
            guard scan.extensions.secureRenegotiation.value == false, scan.sessions.clientRenegotiation.value == true else { return [] }
            return [Violation([Evidence("renegotiation", "accepted without renegotiation_info")])]
        },
        absent(
            "tls-no-extended-master-secret", .low, "Session keys are not bound to the handshake (extended master secret).",
            "extendedMasterSecret", \.extendedMasterSecret, remedy: .extendedMasterSecret,
            [rfc(7627), "https://www.mitls.org/pages/attacks/3SHAKE"]),
        absent(
            "tls-no-encrypt-then-mac", .low, "CBC suites are offered without encrypt-then-MAC.", "encryptThenMAC", \.encryptThenMAC,
            remedy: .suites, [rfc(7366)]
        ) { $0.offersCBC },
        present(
            "tls-heartbeat-on", .low, "Heartbeat is on, which nobody needs over TCP.", "heartbeat", \.heartbeat, remedy: .library,
            [rfc(6520)]),
        present(
            "tls-truncated-hmac", .low, "MACs are shortened to 80 bits if a client asks.", "truncatedHMAC", \.truncatedHMAC,
            remedy: .library,
            [rfc(9325, "4.6"), "https://eprint.iacr.org/2011/509"]),
        noFallback,
        JudgementRule(
            "tls-no-downgrade-sentinel", .medium,
            "TLS 1.3 is offered, but answers in TLS 1.2 do not carry the sign that guards against downgrades.",
            needs: ["extensions.downgradeSentinel"], remedy: .library, references: [rfc(8446, "4.1.3")]
        ) { view in
            guard view.scan.extensions.downgradeSentinel.value == false, view.offers(.tls13), view.offers(.tls12) else { return [] }
            return [Violation([Evidence("random", "without DOWNGRD at its end")])]
        },
    ]

    private typealias Cell = any KeyPath<ExtensionFacts, Fact<Bool>> & Sendable

    private static func absent(
        _ id: String, _ severity: Severity, _ title: String, _ cell: String, _ path: Cell, remedy: Remedy, _ references: [String],
        when isMeant: @escaping @Sendable (ScanView) -> Bool = { _ in true }
    ) -> JudgementRule {
        JudgementRule(id, severity, title, needs: ["extensions.\(cell)"], remedy: remedy, references: references) { view in
            guard view.scan.extensions[keyPath: path].value == false, !view.classicVersions.isEmpty, isMeant(view) else { return [] }
            return [Violation([Evidence("versions", view.classicVersions.map(\.name).joined(separator: ", "))])]
        }
    }

    private static func present(
        _ id: String, _ severity: Severity, _ title: String, _ cell: String, _ path: Cell, remedy: Remedy, _ references: [String]
    ) -> JudgementRule {
        JudgementRule(id, severity, title, needs: ["extensions.\(cell)"], remedy: remedy, references: references) { view in
            view.scan.extensions[keyPath: path].value == true ? [Violation([Evidence(cell, "answered")])] : []
        }
    }

    /// With TLS 1.2 and 1.3 only, the sentinel does the same work and the value is a spare.
    private static let noFallback = JudgementRule(
        "tls-no-fallback-scsv", .low, "A client that falls back to an older version is not told that it need not (TLS_FALLBACK_SCSV).",
        needs: ["extensions.fallbackSCSV", "protocols."], remedy: .library, references: [rfc(7507)]
    ) { view in
        let versions = view.offered.filter { $0 >= .ssl3 }
        guard view.scan.extensions.fallbackSCSV.value == false, versions.count > 1, let lowest = versions.first else { return [] }
        let isSpare = lowest >= .tls12 && view.scan.extensions.downgradeSentinel.value == true
        return [Violation([Evidence("versions", versions.map(\.name).joined(separator: ", "))], severity: isSpare ? .info : nil)]
    }
}
