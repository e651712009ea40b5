import Testing

@testable import TLSInspector

@Suite("How long a certificate is still valid")
struct ValidityFactsTests {
    private static let day: Int64 = 86_400
    /// 2026-04-01
    private static let start: Int64 = 1_775_001_600

    @Test(
        "alarms go by the part of the lifetime",
        arguments: [
            // Days of lifetime, hours left, alarm.
            (90, 90 * 24, .none), (90, 27 * 24, .none), (90, 27 * 24 - 1, .warning), (90, 324, .warning), (90, 323, .critical),
            (90, 1, .critical),
            (90, 0, .expired), (90, -1, .expired), (398, 120 * 24, .none), (398, 100 * 24, .warning), (398, 59 * 24, .critical),
            (47, 15 * 24, .none), (47, 14 * 24, .warning),
            // Short-lived ones: no alarm but on the last day.
            (6, 5 * 24, .none), (6, 48, .none), (6, 24, .none), (6, 23, .critical), (7, 24, .none), (7, 23, .critical), (8, 48, .warning),
            (1, 20, .none), (1, 12, .none), (1, 11, .critical), (1, 0, .expired),
        ] as [(Int64, Int64, ValidityFacts.Alarm)])
    func alarms(_ days: Int64, _ hoursLeft: Int64, _ alarm: ValidityFacts.Alarm) {
        let end = Self.start + days * Self.day - 1
        let facts = ValidityFacts(notBefore: Self.start, notAfter: end, time: end + 1 - hoursLeft * 3600)
        #expect(facts.alarm == alarm)
        #expect(facts.lifetime == days * Self.day)
    }

    @Test(
        "ten days were short before March 2026, and seven are since",
        arguments: [(0, 10, true), (0, 11, false), (60, 8, false), (60, 7, true)])
    func shortLived(_ daysFromFebruary: Int64, _ days: Int64, _ isShort: Bool) {
        let start = 1_769_904_000 + daysFromFebruary * Self.day
        #expect(ValidityFacts(notBefore: start, notAfter: start + days * Self.day - 1, time: start).isShortLived == isShort)
    }

    @Test("the last second counts, and the first before the beginning does not")
    func edges() {
        let (start, end) = (Self.start, Self.start + 90 * Self.day - 1)
        #expect(ValidityFacts(notBefore: start, notAfter: end, time: start - 1).alarm == .notYetValid)
        let last = ValidityFacts(notBefore: start, notAfter: end, time: end)
        #expect(last.alarm == .critical && last.remaining == 1 && last.daysLeft == 0 && last.percentLeft == 0)
        let after = ValidityFacts(notBefore: start, notAfter: end, time: end + 1)
        #expect(after.alarm == .expired && after.daysLeft == 0)
        #expect(ValidityFacts(notBefore: start, notAfter: end, time: end + 2).daysLeft == -1)
        #expect(ValidityFacts(notBefore: start, notAfter: end, time: start).percentLeft == 100)
        #expect(ValidityFacts(notBefore: end, notAfter: start, time: end + 1).percentLeft == 0)
    }

    @Test(
        "days of the calendar",
        arguments: [
            (0, "1970-01-01"), (-1, "1969-12-31"), (951_782_400, "2000-02-29"), (1_773_532_799, "2026-03-14"),
            (1_773_532_800, "2026-03-15"),
            (253_402_300_799, "9999-12-31"), (-62_167_219_200, "0000-01-01"),
        ] as [(Int64, String)])
    func dates(_ seconds: Int64, _ text: String) {
        #expect(CertificateDate.text(seconds) == text)
    }
}
