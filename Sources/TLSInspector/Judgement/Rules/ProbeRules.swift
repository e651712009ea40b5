internal import Findings

/// Flaws of servers that probes look for.
extension JudgementRule {
    static let probes: [JudgementRule] = [
        probe(
            .heartbleed, "tls-heartbleed", .critical, "The server hands out its memory (Heartbleed).",
            remedy: Remedy("Update OpenSSL, then replace keys, certificates and everything that went through the server's memory."),
            [cve("2014-0160"), "https://heartbleed.com/"]),
        probe(
            .ccsInjection, "tls-ccs-injection", .high, "ChangeCipherSpec is taken too early, so that others choose the keys.",
            remedy: .library,
            [cve("2014-0224")]),
        probe(
            .robot, "tls-robot", .critical,
            "The server tells whether the padding of RSA was right, which decrypts recorded sessions (ROBOT).",
            remedy: Remedy.suites.saying("Update the server, and offer no suites with RSA key exchange."),
            ["https://robotattack.org/", "https://eprint.iacr.org/2017/1189"], weak: .high),
        probe(
            .ticketbleed, "tls-ticketbleed", .high, "The server hands out its memory in session identifiers (Ticketbleed).",
            remedy: Remedy("Update the load balancer (F5 BIG-IP), or turn session tickets off."), [cve("2016-9244")]),
        probe(
            .drown, "tls-drown", .critical, "SSLv2 answers with the key of this server, which decrypts its TLS sessions (DROWN).",
            remedy: Remedy.versions.saying("Turn SSLv2 off on every server that has this key."),
            [cve("2016-0800"), "https://drownattack.com/"]),
        probe(
            .renegotiationDoS, "tls-renegotiation-dos", .low, "A client may ask for one handshake after another in one connection.",
            remedy: .renegotiation, [cve("2011-1473")]),
        JudgementRule(
            "tls-starttls-injection", .high,
            "Commands that came before the handshake are carried out after it, as if they had been encrypted.",
            needs: ["startTLSInjection"],
            remedy: Remedy("Update the mail or database server: it has to drop what it has read when TLS begins."),
            references: [cve("2011-0411"), "https://nostarttls.secvuln.info/"]
        ) { view in
            view.scan.startTLSInjection.value == true ? [Violation([Evidence("answered", "a command that was sent with STARTTLS")])] : []
        },
    ]

    private static func probe(
        _ id: VulnerabilityFact.Identifier, _ rule: String, _ severity: Severity, _ title: String, remedy: Remedy, _ references: [String],
        weak: Severity? = nil
    ) -> JudgementRule {
        JudgementRule(rule, severity, title, needs: ["vulnerabilities.\(id.rawValue)"], remedy: remedy, references: references) { view in
            guard let fact = view.probe(id), let verdict = fact.verdict.value, verdict != .notVulnerable else { return [] }
            let basis = fact.basis == .probed ? "a probe" : "inferred from other facts; nothing was sent"
            let evidence = [Evidence("verdict", verdict.rawValue), Evidence("basis", basis), Evidence("seen", fact.detail)]
            return [Violation(evidence.filter { !$0.value.isEmpty }, severity: verdict == .weak ? weak ?? severity : nil)]
        }
    }
}
