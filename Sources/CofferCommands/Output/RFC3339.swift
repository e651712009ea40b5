import KeyStore

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension Timestamp {
    /// `2026-11-01T00:00:00Z` (RFC 3339, UTC, whole seconds).
    var rfc3339: String { Date(timeIntervalSince1970: Double(seconds)).formatted(.iso8601) }

    /// For tables: `2026-11-01 00:00`.
    var short: String { String(rfc3339.prefix(16)).replacing("T", with: " ") }

    /// Reads a point in time (`2026-11-01T00:00:00Z`, or with an offset), or a day, which begins at midnight UTC.
    /// - Throws: `CommandError` with code `usage`.
    init(rfc3339 text: String, option: String) throws {
        let complete = text.utf8.count == 10 ? text + "T00:00:00Z" : text
        let seconds: Double
        do {
            seconds = try Date(complete, strategy: .iso8601).timeIntervalSince1970
        } catch {
            throw CommandError(.usage, "\(option): \"\(text.prefix(40))\" is not a time like 2026-11-01T00:00:00Z")
        }
        guard abs(seconds) < 9_000_000_000 else { throw CommandError(.usage, "\(option): \(text.prefix(40)) is out of range") }
        self.init(seconds: Int64(seconds))
    }
}

