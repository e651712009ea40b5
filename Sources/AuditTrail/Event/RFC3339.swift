/// RFC 3339 times in UTC with second precision ("2026-11-01T00:00:00Z"), by arithmetic on the proleptic Gregorian calendar.
///
/// The conversions are the civil-day algorithms of Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
package enum RFC3339 {
    static let byteCount = 20
    static let nanosecondsPerSecond: Int64 = 1_000_000_000
    private static let secondsPerDay: Int64 = 86_400
    private static let daysPerEra: Int64 = 146_097  // 400 years

    /// The seconds that have a four-digit year: 0000-01-01T00:00:00Z to 9999-12-31T23:59:59Z.
    static let representableSeconds: ClosedRange<Int64> = -62_167_219_200...253_402_300_799

    /// Whole seconds, rounded towards the past.
    static func seconds(fromNanoseconds nanoseconds: Int64) -> Int64 {
        floorDivide(nanoseconds, nanosecondsPerSecond).quotient
    }

    /// - Parameter seconds: since 1970, of a year with four digits.
    package static func text(seconds: Int64) -> String {
        var writer = JSONWriter(capacity: byteCount)
        write(seconds: seconds, to: &writer)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    /// Appends the 20 bytes of the time, without quotes.
    static func write(seconds: Int64, to writer: inout JSONWriter) {
        precondition(representableSeconds.contains(seconds), "RFC 3339 has four-digit years")
        let (day, second) = floorDivide(seconds, secondsPerDay)
        let date = civilDate(fromDay: day)
        writer.append(decimal: UInt64(date.year), digits: 4)
        writer.append("-")
        writer.append(decimal: UInt64(date.month), digits: 2)
        writer.append("-")
        writer.append(decimal: UInt64(date.day), digits: 2)
        writer.append("T")
        writer.append(decimal: UInt64(second / 3600), digits: 2)
        writer.append(":")
        writer.append(decimal: UInt64(second / 60 % 60), digits: 2)
        writer.append(":")
        writer.append(decimal: UInt64(second % 60), digits: 2)
        writer.append("Z")
    }

    /// Reads exactly the form that `write` produces; nil for anything else, also for days that do not exist.
    static func parseSeconds(_ text: String) -> Int64? {
        let bytes = Array(text.utf8)
        guard bytes.count == byteCount else { return nil }
        let separators: [(Int, UInt8)] = [(4, 0x2D), (7, 0x2D), (10, 0x54), (13, 0x3A), (16, 0x3A), (19, 0x5A)]
        guard separators.allSatisfy({ bytes[$0.0] == $0.1 }) else { return nil }
        guard let year = number(bytes[0..<4]), let month = number(bytes[5..<7]), let day = number(bytes[8..<10]),
            let hour = number(bytes[11..<13]), let minute = number(bytes[14..<16]), let second = number(bytes[17..<19]),
            (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second < 60
        else { return nil }
        let days = dayNumber(year: year, month: month, day: day)
        guard civilDate(fromDay: days) == (year, month, day) else { return nil }  // 30 February and the like
        return days * secondsPerDay + hour * 3600 + minute * 60 + second
    }

    /// As `parseSeconds`, in nanoseconds; nil also for times that 64 bits cannot hold (before 1678 or after 2262).
    static func nanoseconds(parsing text: String) -> Int64? {
        guard let seconds = parseSeconds(text) else { return nil }
        let (nanoseconds, isTooLarge) = seconds.multipliedReportingOverflow(by: nanosecondsPerSecond)
        return isTooLarge ? nil : nanoseconds
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int64? {
        var value: Int64 = 0
        for digit in digits {
            guard (0x30...0x39).contains(digit) else { return nil }
            value = value * 10 + Int64(digit - 0x30)
        }
        return value
    }

    private static func floorDivide(_ value: Int64, _ divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }

    /// Days are counted from 1970-01-01; years begin in March inside, so that the leap day is the last of its year.
    private static func civilDate(fromDay day: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let (era, dayOfEra) = floorDivide(day + 719_468, daysPerEra)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }

    private static func dayNumber(year: Int64, month: Int64, day: Int64) -> Int64 {
        let shiftedYear = month <= 2 ? year - 1 : year
        let (era, yearOfEra) = floorDivide(shiftedYear, 400)
        let shiftedMonth = month > 2 ? month - 3 : month + 9
        let dayOfYear = (153 * shiftedMonth + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * daysPerEra + dayOfEra - 719_468
    }
}
