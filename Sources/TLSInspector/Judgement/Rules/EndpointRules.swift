internal import Findings

/// What stood in the way of knowing.
extension JudgementRule {
    static let endpoint: [JudgementRule] = [
        JudgementRule(
            "tls-unreachable", .medium, "Nothing could be found out about the endpoint.", needs: [],
            remedy: Remedy("See whether the name, the port and the way there are right, and scan again.")
        ) { view in
            guard let failure = view.scan.failure, failure.reason != .protocolError, failure.reason != .preamble else { return [] }
            return [Violation([Evidence("reason", failure.description)])]
        },
        JudgementRule(
            "tls-not-spoken", .medium, "The port answers, but not with TLS.", needs: [],
            remedy: Remedy("Name the right port, or the protocol that TLS begins in (--starttls); where plain text is served, serve TLS."),
            references: [rfc(9325, "3.2")]
        ) { view in
            guard let failure = view.scan.failure, failure.reason == .protocolError || failure.reason == .preamble else { return [] }
            return [Violation([Evidence("reason", failure.description)])]
        },
        JudgementRule(
            "tls-undecided", .info, "Some things could not be decided: that there is no finding about them means nothing.", needs: [],
            remedy: Remedy("Scan again with more time, more connections or fewer at once.")
        ) { view in
            let cells = view.scan.failure == nil ? UndecidedCell.all(in: view) : []
            return cells.isEmpty ? [] : [Violation(cells.map(\.evidence))]
        },
    ]
}
