/// How long certificates of public authorities may be valid (CA/Browser Forum, ballot SC-081v3), by the day they were issued.
enum ValidityCalendar {
    /// Days, by the first second of notBefore from which the limit holds; the latest first.
    private static let steps: [(from: Int64, days: Int64)] = [
        (1_868_227_200, 47),  // 2029-03-15
        (1_805_068_800, 100),  // 2027-03-15
        (1_773_532_800, 200),  // 2026-03-15
        (1_598_918_400, 398),  // 2020-09-01
        (1_519_862_400, 825),  // 2018-03-01
    ]

    /// Days. Before March 2018 it was 39 months.
    static func maximumDays(notBefore: Int64) -> Int64 {
        steps.first { notBefore >= $0.from }?.days ?? 1187
    }

    /// Up to which lifetime, in seconds, a certificate needs no revocation (Baseline Requirements §1.6.1, "Short-lived Subscriber
    /// Certificate").
    static func shortLivedLimit(notBefore: Int64) -> Int64 {
        (notBefore >= 1_773_532_800 ? 7 : 10) * CertificateDate.secondsPerDay
    }
}
