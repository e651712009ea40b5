/// The name of a bucket, by the rules for general purpose buckets (Amazon S3 User Guide, "Bucket naming rules"):
/// 3 to 63 lower-case letters, digits, dots and hyphens that could be a host name and are neither an IPv4 address nor one of
/// the forms that S3 keeps for itself.
public struct BucketName: Sendable, Hashable, Comparable, CustomStringConvertible {
    public static let lengths = 3...63

    public let text: String

    /// - Throws: `InvalidBucketName`, with the rule that `text` breaks.
    public init(_ text: String) throws(ObjectStoreError) {
        if let broken = Self.brokenRule(of: Array(text.utf8)) {
            throw ObjectStoreError(.invalidBucketName, "'\(text.prefix(Self.shown))' is not a bucket name: \(broken).")
        }
        self.text = text
    }

    public var description: String { text }

    public static func < (left: Self, right: Self) -> Bool { left.text.utf8.lexicographicallyPrecedes(right.text.utf8) }

    // MARK: Rules

    private static let reservedPrefixes = ["xn--", "sthree-", "amzn-s3-demo-"]
    private static let reservedSuffixes = ["-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"]
    /// How much of a refused name a message repeats.
    private static let shown = 80

    private static func brokenRule(of name: [UInt8]) -> String? {
        guard lengths.contains(name.count) else { return "it must be 3 to 63 characters long" }
        guard name.allSatisfy({ isLetterOrDigit($0) || $0 == hyphen || $0 == dot }) else {
            return "it may have only lower-case letters, digits, dots and hyphens"
        }
        let labels = name.split(separator: dot, omittingEmptySubsequences: false)
        for label in labels {
            guard let first = label.first, let last = label.last else { return "it may not begin or end with a dot or have two in a row" }
            guard isLetterOrDigit(first), isLetterOrDigit(last) else {
                return "it, and each part between dots, must begin and end with a letter or a digit"
            }
        }
        if labels.count == 4, labels.allSatisfy({ $0.count <= 3 && $0.allSatisfy(isDigit) }) { return "it may not look like an IP address" }
        if let prefix = reservedPrefixes.first(where: { name.starts(with: $0.utf8) }) {
            return "names that begin with \(prefix) are reserved"
        }
        if let suffix = reservedSuffixes.first(where: { name.reversed().starts(with: $0.utf8.reversed()) }) {
            return "names that end with \(suffix) are reserved"
        }
        return nil
    }

    private static let dot = UInt8(ascii: ".")
    private static let hyphen = UInt8(ascii: "-")
    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
    private static func isLetterOrDigit(_ byte: UInt8) -> Bool { isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) }
}
