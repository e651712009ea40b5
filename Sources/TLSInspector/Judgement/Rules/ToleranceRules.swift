internal import Findings

/// What a server chokes on: each of these locks out clients of today or tomorrow.
///
/// That an unknown name is refused is no finding: a server may (RFC 6066 §3).
extension JudgementRule {
    static let tolerance: [JudgementRule] = [
        intolerance(
            "tls-intolerant-version", "A hello for a later version is refused instead of answered in a version that both have.",
            "futureVersion",
            \.futureVersion, [rfc(8446, "D.1")]),
        intolerance("tls-intolerant-long-hello", "Hellos of more than 512 bytes are refused.", "longHello", \.longHello, [rfc(7685)]),
        intolerance(
            "tls-intolerant-huge-hello", "Hellos of more than one record are refused, as post-quantum clients may send them.", "hugeHello",
            \.hugeHello, [rfc(8446, "5.1"), "https://tldr.fail/"], severity: .info),
        intolerance(
            "tls-intolerant-extension", "Hellos with an unknown extension are refused.", "unknownExtension", \.unknownExtension,
            [rfc(8701), rfc(8446, "4.2")]),
        intolerance(
            "tls-intolerant-suites", "Hellos with unknown cipher suites are refused.", "unknownCipherSuites", \.unknownCipherSuites,
            [rfc(8701)]),
        intolerance(
            "tls-intolerant-many-suites", "Hellos with many cipher suites are refused.", "manyCipherSuites", \.manyCipherSuites,
            [rfc(8446, "4.1.2")], severity: .info),
        intolerance(
            "tls-intolerant-fragments", "Hellos that come in several records are refused.", "fragmentedHello", \.fragmentedHello,
            [rfc(8446, "5.1"), "https://tldr.fail/"]),
        JudgementRule(
            "tls-version-1-3-dropped", .medium, "The server has TLS 1.3, but hellos for it are dropped on the way.",
            needs: ["tolerance.dropsTLS13"],
            remedy: Remedy("Look for a firewall, proxy or load balancer in between that does not know TLS 1.3, and update it."),
            references: [rfc(8446, "4.1.3"), rfc(8446, "D.4")]
        ) { view in
            guard view.scan.tolerance.dropsTLS13.value == true else { return [] }
            return [Violation([Evidence("seen", "answers in TLS 1.2 carry the sign that the server has TLS 1.3")])]
        },
    ]

    private static func intolerance(
        _ id: String, _ title: String, _ cell: String, _ path: any KeyPath<ToleranceFacts, Fact<Bool>> & Sendable, _ references: [String],
        severity: Severity = .low
    ) -> JudgementRule {
        JudgementRule(id, severity, title, needs: ["tolerance.\(cell)"], remedy: .library, references: references) { view in
            view.scan.tolerance[keyPath: path].value == false
                ? [Violation([Evidence("hello", "refused, although a plain one is answered")])] : []
        }
    }
}
