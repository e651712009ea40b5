internal import Findings

extension JudgementRule {
    /// 180 days: below it, a header is called short by those who grade.
    static let shortestTransportSecurity: Int64 = 15_552_000

    static let web: [JudgementRule] = [
        header("tls-no-hsts", .low, "Browsers are not told to come back over TLS only (Strict-Transport-Security).") { text in text == nil
        },
        header("tls-hsts-malformed", .medium, "The header Strict-Transport-Security is not valid, so browsers ignore it.") { text in
            text.map { StrictTransportSecurity($0) == nil } ?? false
        },
        policy("tls-hsts-off", .medium, "Strict-Transport-Security has a max-age of 0, which makes browsers forget it.") { $0.maxAge == 0 },
        policy("tls-hsts-short", .low, "Strict-Transport-Security is kept for less than 180 days.") {
            $0.maxAge > 0 && $0.maxAge < shortestTransportSecurity
        },
        policy("tls-hsts-no-subdomains", .info, "Strict-Transport-Security leaves out the names below this one.") {
            $0.maxAge > 0 && !$0.includesSubdomains
        },
        JudgementRule(
            "tls-redirect-to-http", .medium, "The server sends clients from TLS to plain HTTP.", needs: ["http"], remedy: .redirection,
            references: [rfc(6797, "7.2")]
        ) { view in
            guard let location = view.scan.http.value?.location, location.lowercased().hasPrefix("http:") else { return [] }
            return [Violation([Evidence("location", location)])]
        },
    ]

    private static func header(
        _ id: String, _ severity: Severity, _ title: String, _ isMeant: @escaping @Sendable (String?) -> Bool
    ) -> JudgementRule {
        JudgementRule(id, severity, title, needs: ["http"], remedy: .transportSecurity, references: [rfc(6797)]) { view in
            guard let http = view.scan.http.value, isMeant(http.strictTransportSecurity) else { return [] }
            let header = http.strictTransportSecurity ?? "absent"
            return [Violation([Evidence("header", header), Evidence("status", "\(http.status)")])]
        }
    }

    private static func policy(
        _ id: String, _ severity: Severity, _ title: String, _ isMeant: @escaping @Sendable (StrictTransportSecurity) -> Bool
    ) -> JudgementRule {
        header(id, severity, title) { text in text.flatMap { StrictTransportSecurity($0) }.map(isMeant) ?? false }
    }
}
