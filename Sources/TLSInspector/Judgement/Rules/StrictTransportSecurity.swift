/// The header Strict-Transport-Security as a browser reads it (RFC 6797 §6.1).
struct StrictTransportSecurity: Sendable, Hashable {
    /// Seconds; more than ten years are ten years.
    var maxAge: Int64
    var includesSubdomains: Bool
    var preloads: Bool

    /// Longer headers are not read.
    static let maximumLength = 4096
    private static let longestAge: Int64 = 315_576_000

    /// Nil if a browser ignores the header: without one valid `max-age`, or with a directive that occurs twice.
    init?(_ header: String) {
        guard header.utf8.count <= Self.maximumLength else { return nil }
        var values: [String: String] = [:]
        for directive in header.split(separator: ";", omittingEmptySubsequences: true) {
            let parts = directive.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(Self.trimmed)
            guard let name = parts.first?.lowercased(), !name.isEmpty else { continue }
            guard values.updateValue(parts.count > 1 ? parts[1] : "", forKey: name) == nil else { return nil }
        }
        guard let age = values["max-age"].flatMap(Self.number) else { return nil }
        self.maxAge = age
        self.includesSubdomains = values["includesubdomains"] != nil
        self.preloads = values["preload"] != nil
    }

    private static func trimmed(_ text: Substring) -> String {
        let isSpace: (Character) -> Bool = { $0 == " " || $0 == "\t" }
        let end = text.drop(while: isSpace)
        return String(end.reversed().drop(while: isSpace).reversed())
    }

    private static func number(_ text: String) -> Int64? {
        let quoted = text.utf8.count >= 2 && text.hasPrefix("\"") && text.hasSuffix("\"")
        let digits = quoted ? text.dropFirst().dropLast() : Substring(text)
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else { return nil }
        // Too many digits for a number are a long time, and valid.
        return min(Int64(digits) ?? longestAge, longestAge)
    }
}
