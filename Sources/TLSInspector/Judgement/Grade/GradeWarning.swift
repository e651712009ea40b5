/// What keeps an A from being an A+ and makes an A- of it.
enum GradeWarning {
    static func all(_ view: ScanView) -> [String] {
        var warnings: [String] = []
        if view.refuses(.tls13) { warnings.append("A- at best: TLS 1.3 is not offered.") }
        if view.scan.extensions.secureRenegotiation.value == false, !view.classicVersions.isEmpty {
            warnings.append("A- at best: renegotiation is not secure (RFC 5746).")
        }
        if let header = view.scan.http.value?.strictTransportSecurity { warnings += transportSecurity(header) }
        return warnings
    }

    private static func transportSecurity(_ header: String) -> [String] {
        guard let policy = StrictTransportSecurity(header) else {
            return ["A- at best: the header Strict-Transport-Security is malformed."]
        }
        if policy.maxAge == 0 { return ["A- at best: Strict-Transport-Security has a max-age of 0."] }
        let isShort = policy.maxAge < JudgementRule.shortestTransportSecurity
        return isShort ? ["A- at best: Strict-Transport-Security has a max-age below 180 days."] : []
    }
}
