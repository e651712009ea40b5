internal import OpenSSL

/// Texts that several reports have in common.
enum ReportText {
    private static let secondsPerDay: Int64 = 86_400

    /// `2026-11-01T00:00:00Z` (RFC 3339, UTC).
    static func time(_ seconds: Int64) -> String {
        let second = modulo(seconds, secondsPerDay)
        return "\(day(seconds))T\(padded(second / 3600)):\(padded(second / 60 % 60)):\(padded(second % 60))Z"
    }

    /// `2026-11-01`
    static func day(_ seconds: Int64) -> String {
        let (year, month, day) = date(daysSince1970: (seconds - modulo(seconds, secondsPerDay)) / secondsPerDay)
        return "\(padded(year, 4))-\(padded(month))-\(padded(day))"
    }

    /// In hexadecimal.
    static func sha256(_ bytes: [UInt8]) throws(ReportError) -> String {
        do throws(OpenSSLError) {
            return Hexadecimal.text(try Digest.hash(.sha256, bytes.bytes))
        } catch {
            throw ReportError(.libraryFailure, "a digest cannot be computed: \(error)")
        }
    }

    /// `0xC0`
    static func byte(_ byte: UInt8) -> String { "0x\(Hexadecimal.text([byte]).uppercased())" }

    /// Whole days from one time to a later one, rounded down: -1 for one that has just gone.
    static func days(from now: Int64, to time: Int64) -> Int64 {
        let seconds = time - now
        return (seconds - modulo(seconds, secondsPerDay)) / secondsPerDay
    }

    /// The proleptic Gregorian date, counted in eras of 400 years that begin in March, so that the leap day comes last
    /// (H. Hinnant, "chrono-compatible low-level date algorithms", `civil_from_days`).
    private static func date(daysSince1970 days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let sinceMarch0000 = days + 719_468
        let dayOfEra = modulo(sinceMarch0000, 146_097)
        let era = (sinceMarch0000 - dayOfEra) / 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (era * 400 + yearOfEra + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
    }

    private static func modulo(_ value: Int64, _ modulus: Int64) -> Int64 { (value % modulus + modulus) % modulus }

    private static func padded(_ number: Int64, _ width: Int = 2) -> String { "\(number)".leftPadded(to: width) }
}
