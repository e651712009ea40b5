import Foundation
import Testing

@testable import AuditTrail

@Suite("RFC 3339 times")
struct RFC3339Tests {
    @Test(
        "a time has the calendar's date and is read back as itself",
        arguments: [
            (0, "1970-01-01T00:00:00Z"),
            (-1, "1969-12-31T23:59:59Z"),
            (86_399, "1970-01-01T23:59:59Z"),
            (68_169_600, "1972-02-29T00:00:00Z"),
            (951_782_399, "2000-02-28T23:59:59Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (951_868_800, "2000-03-01T00:00:00Z"),
            (1_709_164_800, "2024-02-29T00:00:00Z"),
            (1_793_491_200, "2026-11-01T00:00:00Z"),
            (4_107_542_399, "2100-02-28T23:59:59Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
            (13_574_563_200, "2400-02-29T00:00:00Z"),
            (13_601_087_999, "2400-12-31T23:59:59Z"),
            (-62_167_219_200, "0000-01-01T00:00:00Z"),
            (253_402_300_799, "9999-12-31T23:59:59Z"),
        ] as [(Int64, String)])
    func edges(seconds: Int64, text: String) {
        #expect(RFC3339.text(seconds: seconds) == text)
        #expect(RFC3339.parseSeconds(text) == seconds)
    }

    @Test("every day of 400 years agrees with Foundation's calendar")
    func everyDay() {
        let formatter = ISO8601DateFormatter()
        var wrong: [Int64] = []
        for day in stride(from: Int64(-10_000), to: 136_097, by: 1) {
            let seconds = day * 86_400 + (day &* 7919 & 0xFFFF)
            // Foundation costs more than ours; each 13th day still meets every date of the year.
            guard day % 13 == 0 || day % 365 < 3 else { continue }
            let text = formatter.string(from: Date(timeIntervalSince1970: TimeInterval(seconds)))
            if RFC3339.text(seconds: seconds) != text || RFC3339.parseSeconds(text) != seconds { wrong.append(seconds) }
        }
        #expect(wrong.isEmpty)
    }

    @Test(
        "nanoseconds are rounded towards the past", arguments: [(-1, -1), (0, 0), (999_999_999, 0), (1_000_000_000, 1)] as [(Int64, Int64)])
    func rounding(nanoseconds: Int64, seconds: Int64) {
        #expect(RFC3339.seconds(fromNanoseconds: nanoseconds) == seconds)
    }

    @Test("the first and the last nanosecond of 64 bits can be written", arguments: [Int64.min, Int64.max])
    func extremes(nanoseconds: Int64) {
        #expect(RFC3339.parseSeconds(RFC3339.text(seconds: RFC3339.seconds(fromNanoseconds: nanoseconds))) != nil)
    }

    @Test(
        "what is not a time is not read",
        arguments: [
            "", "2026-11-01", "2026-11-01T00:00:00", "2026-11-01t00:00:00Z", "2026-11-01 00:00:00Z", "2026-13-01T00:00:00Z",
            "2026-00-01T00:00:00Z", "2026-02-29T00:00:00Z", "2100-02-29T00:00:00Z", "2026-04-31T00:00:00Z", "2026-11-00T00:00:00Z",
            "2026-11-01T24:00:00Z", "2026-11-01T00:60:00Z", "2026-11-01T00:00:60Z", "+026-11-01T00:00:00Z", "2026-11-01T00:00:00Z ",
            "２026-11-01T00:00Z",
        ])
    func refused(text: String) {
        #expect(RFC3339.parseSeconds(text) == nil)
    }

    @Test("a year that 64 bits of nanoseconds cannot hold is not read as one that they can")
    func overflow() {
        #expect(RFC3339.nanoseconds(parsing: "2400-01-01T00:00:00Z") == nil)
        #expect(RFC3339.nanoseconds(parsing: "2262-04-11T23:47:16Z") == 9_223_372_036_000_000_000)
    }
}
