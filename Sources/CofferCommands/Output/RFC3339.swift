import KeyStore

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension Timestamp {
    /// Reads a point in time (`2026-11-01T00:00:00Z`, with an offset, without seconds or with a fraction of one), or a day, which begins
    /// at midnight UTC.
    /// - Throws: `CommandError` with code `usage`.
    init(rfc3339 text: String, option: String) throws { try self.init(text, option: option, orElse: "") }

    /// - Parameter alternative: what the option takes besides, for the error.
    private init(_ text: String, option: String, orElse alternative: String) throws {
        let (whole, fraction) = Self.splitFraction(text)
        let complete = Self.completed(whole)
        let malformed = CommandError(.usage, "\(option): \"\(text.prefix(40))\" is not a time like 2026-11-01T00:00:00Z\(alternative)")
        let seconds: Double
        do {
            // Foundation reads the 25th hour as the first of the next day; what is written here is what must be meant.
            let local = String(complete.prefix(19)) + "Z"
            guard complete.dropFirst(19).wholeMatch(of: /Z|[+-]\d{2}:?\d{2}/.asciiOnlyDigits()) != nil else { throw malformed }
            guard try Date(local, strategy: .iso8601).formatted(.iso8601) == local else { throw malformed }
            seconds = try Date(complete, strategy: .iso8601).timeIntervalSince1970
        } catch {
            throw malformed
        }
        guard abs(seconds) < Self.limitInSeconds else { throw CommandError(.usage, "\(option): \(text.prefix(40)) is out of range") }
        self.init(nanoseconds: Int64(seconds) * 1_000_000_000 + fraction)
    }

    /// Reads the time of `--at`: what is written to the second means all of that second. Listings show seconds, and what they show as written
    /// in a second was there at that second. Or how long before `now` it was (`10m`, `12h`, `90d`).
    /// - Throws: as `init(rfc3339:option:)`.
    init(asOf text: String, option: String = "--at", now: Timestamp) throws {
        if DurationArgument(argument: text) != nil {
            try self.init(since: text, option: option, now: now)
            return
        }
        let time = try Timestamp(text, option: option, orElse: Self.orHowLongAgo)
        let showsSeconds = text.utf8.count >= 19 && text.dropFirst(16).first == ":" && text.dropFirst(19).first != "."
        self.init(nanoseconds: time.nanoseconds + (showsSeconds ? 999_999_999 : 0))
    }

    /// Reads a time or a day, or how long before `now` it was (`12h`, `90d`).
    /// - Throws: as `init(rfc3339:option:)`.
    init(since text: String, option: String, now: Timestamp) throws {
        guard let ago = DurationArgument(argument: text) else {
            try self.init(text, option: option, orElse: Self.orHowLongAgo)
            return
        }
        self.init(nanoseconds: now.nanoseconds - ago.duration.components.seconds * 1_000_000_000)
    }

    private static let orHowLongAgo = ", or how long ago it was, like 90d, up to 366d"

    /// `2026-11-01` and `2026-11-01T00:00Z` with all that they leave out.
    private static func completed(_ text: String) -> String {
        if text.utf8.count == 10 { return text + "T00:00:00Z" }
        // Behind `2026-11-01T00:00` there are seconds, or nothing but a zone.
        let rest = text.dropFirst(16)
        return rest.isEmpty || rest.first == ":" ? text : text.prefix(16) + ":00" + rest
    }

    /// - Returns: the text without the fraction behind its seconds, and that in nanoseconds; longer ones than these are no fraction.
    private static func splitFraction(_ text: String) -> (whole: String, nanoseconds: Int64) {
        let whole = text.prefix(19)
        let digits = text.dropFirst(19)
        guard whole.utf8.count == 19, digits.first == "." else { return (text, 0) }
        let fraction = digits.dropFirst().prefix { $0.isASCII && $0.isNumber }
        guard (1...9).contains(fraction.utf8.count), let value = Int64(fraction) else { return (text, 0) }
        let scale = (fraction.utf8.count..<9).reduce(Int64(1)) { power, _ in power * 10 }
        return (String(whole + digits.dropFirst(1 + fraction.utf8.count)), value * scale)
    }

    /// What nanoseconds in 64 bits can count, less a little.
    private static let limitInSeconds: Double = 9_000_000_000
}
