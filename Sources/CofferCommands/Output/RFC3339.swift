import KeyStore

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension Timestamp {
    /// `2026-11-01T00:00:00Z` (RFC 3339, UTC, whole seconds).
    var rfc3339: String { Date(timeIntervalSince1970: Double(seconds)).formatted(.iso8601) }

    /// Reads a point in time (`2026-11-01T00:00:00Z`, or with an offset), or a day, which begins at midnight UTC.
    /// - Throws: `CommandError` with code `usage`.
    init(rfc3339 text: String, option: String) throws {
        let complete = text.utf8.count == 10 ? text + "T00:00:00Z" : text
        let malformed = CommandError(.usage, "\(option): \"\(text.prefix(40))\" is not a time like 2026-11-01T00:00:00Z")
        let seconds: Double
        do {
            // Foundation reads the 25th hour as the first of the next day; what is written here is what must be meant.
            let local = String(complete.prefix(19)) + "Z"
            guard try Date(local, strategy: .iso8601).formatted(.iso8601) == local else { throw malformed }
            seconds = try Date(complete, strategy: .iso8601).timeIntervalSince1970
        } catch {
            throw malformed
        }
        guard abs(seconds) < Self.limitInSeconds else { throw CommandError(.usage, "\(option): \(text.prefix(40)) is out of range") }
        self.init(seconds: Int64(seconds))
    }

    /// What nanoseconds in 64 bits can count, less a little.
    private static let limitInSeconds: Double = 9_000_000_000
}
