import ArgumentParser

/// A length of time: `90s`, `10m`, `2h`, `1d`.
struct DurationArgument: ExpressibleByArgument, Equatable, Sendable {
    private static let secondsPerUnit: [Character: Int64] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
    private static let longestInSeconds: Int64 = 366 * 86_400

    let duration: Duration

    /// - Returns: nil for what is none, and for more than a year.
    init?(argument: String) {
        guard let unit = argument.last, let seconds = Self.secondsPerUnit[unit] else { return nil }
        let digits = argument.dropLast()
        guard !digits.isEmpty, digits.allSatisfy({ $0.isASCII && $0.isNumber }), let count = Int64(digits), count > 0 else { return nil }
        let (total, overflows) = count.multipliedReportingOverflow(by: seconds)
        guard !overflows, total <= Self.longestInSeconds else { return nil }
        duration = .seconds(total)
    }
}
