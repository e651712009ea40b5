internal import Findings

/// A day of the calendar, as sentences name it.
///
/// In seconds since 1970, because certificates name times that a count of nanoseconds does not reach (`99991231235959Z`, RFC 5280 §4.1.2.5).
public enum CertificateDate {
    static let secondsPerDay: Int64 = 86_400

    /// `2026-03-15`, in UTC; by Howard Hinnant's days_from_civil turned round.
    static func text(_ seconds: Int64) -> String {
        let days = floorDivide(seconds, secondsPerDay) + 719_468
        let era = floorDivide(days, 146_097)
        let dayOfEra = days - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return "\(padded(year, 4))-\(padded(month, 2))-\(padded(dayOfYear - (153 * shifted + 2) / 5 + 1, 2))"
    }

    /// `2026-03-15T12:00:00Z`, in UTC (RFC 3339).
    public static func time(_ seconds: Int64) -> String {
        let second = seconds - floorDivide(seconds, secondsPerDay) * secondsPerDay
        return "\(text(seconds))T\(padded(second / 3600, 2)):\(padded(second / 60 % 60, 2)):\(padded(second % 60, 2))Z"
    }

    /// `1 day`, `331 days`; rounded down.
    static func dayCount(_ seconds: Int64) -> String {
        CountText.of(max(0, seconds) / secondsPerDay, "day")
    }

    static func floorDivide(_ number: Int64, _ divisor: Int64) -> Int64 {
        let (quotient, remainder) = number.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }

    private static func padded(_ number: Int64, _ count: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, count - digits.count)) + digits
    }
}
