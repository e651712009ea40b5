internal import Findings

/// What stood in the way of knowing.
extension JudgementRule {
    static let endpoint: [JudgementRule] = [
        JudgementRule(
            "tls-unreachable", .medium, "Nothing could be found out about the endpoint.", needs: [],
            remedy: Remedy("See whether the name, the port and the way there are right, and scan again.")
        ) { view in
            guard let failure = view.scan.failure, !isAnswer(failure, view) else { return [] }
            return [Violation([Evidence("reason", failure.description)])]
        },
        JudgementRule(
            "tls-not-spoken", .medium, "What answers there does not speak TLS.", needs: [],
            remedy: Remedy("Name the right port, or the protocol that TLS begins in (--starttls); where plain text is served, serve TLS."),
            references: [rfc(9325, "3.2")]
        ) { view in
            guard let failure = view.scan.failure, isAnswer(failure, view) else { return [] }
            return [Violation([Evidence("reason", failure.description)])]
        },
        JudgementRule(
            "tls-undecided", .info, "Some things could not be decided: that there is no finding about them means nothing.", needs: [],
            remedy: Remedy("Scan again with more time, more connections or fewer at once.")
        ) { view in
            let cells = view.scan.failure == nil ? UndecidedCell.all(in: view) : []
            guard !cells.isEmpty else { return [] }
            // Of two cells for one rule one is enough to leave it open.
            let open = decidable.filter { rule in rule.needs.contains { need in cells.contains { $0.kind.hasPrefix(need) } } }
            let evidence = open.isEmpty ? [] : [Evidence("findings left open", open.map(\.id).joined(separator: ", "))]
            return [Violation(cells.map(\.evidence) + evidence)]
        },
    ]

    /// Without STARTTLS, a preamble is that of a proxy, which says nothing about the port.
    private static func isAnswer(_ failure: Undecided, _ view: ScanView) -> Bool {
        // Who says no in an alert speaks TLS.
        (failure.reason == .protocolError && !failure.detail.contains("alert"))
            || (failure.reason == .preamble && view.scan.endpoint.startTLS != nil)
    }
}
