/// What is signed of a trail that is given to others: its bytes, how far it goes, and when that was.
///
/// Whoever signs it has verified the trail with its key, so that whoever has not can believe every event in it. The text is described in
/// Docs/Formats/AuditTrail.md, "An export".
public struct AuditStatement: Sendable, Equatable {
    /// Of the longest text.
    public static let maximumByteCount = 512
    public static let digestByteCount = 32
    private static let firstLine = "coffer-audit-trail/1"
    private static let names = ["sequence", "hash", "sha256", "tool", "time"]

    /// Of the last event.
    public let position: AuditPosition
    /// SHA-256 of the whole file.
    public let digest: [UInt8]
    /// Who exported it, as `coffer/1.0.0`.
    public let tool: String
    /// When, in seconds since 1970.
    public let time: Int64

    /// - Returns: nil for a position that no trail has, a digest without 32 bytes, a tool whose name is not 1 to 64 visible characters of ASCII, or
    ///   a year without four digits.
    public init?(position: AuditPosition, digest: [UInt8], tool: String, time: Int64) {
        guard position.sequence <= EventLine.sequenceLimit, digest.count == Self.digestByteCount, (1...64).contains(tool.utf8.count),
            tool.utf8.allSatisfy({ (0x21...0x7E).contains($0) }), RFC3339.representableSeconds.contains(time)
        else { return nil }
        (self.position, self.digest, self.tool, self.time) = (position, digest, tool, time)
    }

    /// Lines, the last of which ends, too.
    public var text: [UInt8] {
        let values = ["\(position.sequence)", Self.digits(position.hash), Self.digits(digest), tool, RFC3339.text(seconds: time)]
        return Array("\(Self.firstLine)\n\(zip(Self.names, values).map { "\($0) \($1)\n" }.joined())".utf8)
    }

    /// Reads exactly what `text` writes.
    /// - Throws: `damaged` for everything else, `newerFormat` for a later version of it.
    public init(parsing text: [UInt8]) throws(AuditTrailError) {
        guard text.count <= Self.maximumByteCount else { throw Self.malformed("is longer than \(Self.maximumByteCount) bytes") }
        let lines = String(decoding: text, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        guard let first = lines.first, first == Self.firstLine else { throw Self.unknown(lines.first) }
        guard lines.count == Self.names.count + 2 else { throw Self.malformed("has not \(Self.names.count + 1) lines") }
        let values = zip(lines.dropFirst(), Self.names).map { line, name in
            line.hasPrefix("\(name) ") ? line.dropFirst(name.count + 1) : ""
        }
        guard let sequence = UInt64(values[0]), let hash = Self.bytes(values[1]), let digest = Self.bytes(values[2]),
            let time = RFC3339.parseSeconds(String(values[4])),
            let statement = AuditStatement(
                position: AuditPosition(sequence: sequence, hash: hash), digest: digest, tool: String(values[3]), time: time),
            // One spelling, so that one statement has one text and one signature.
            statement.text == text
        else { throw Self.malformed("has a line that is not in its form") }
        self = statement
    }

    private static func digits(_ bytes: [UInt8]) -> String {
        String(decoding: bytes.flatMap { [Hexadecimal.digit($0 >> 4), Hexadecimal.digit($0 & 15)] }, as: UTF8.self)
    }

    /// 32 bytes.
    private static func bytes(_ digits: Substring) -> [UInt8]? {
        let nibbles = digits.utf8.compactMap(Hexadecimal.nibble)
        guard nibbles.count == 2 * digestByteCount, digits.utf8.count == nibbles.count else { return nil }
        return stride(from: 0, to: nibbles.count, by: 2).map { nibbles[$0] << 4 | nibbles[$0 + 1] }
    }

    private static func unknown(_ line: Substring?) -> AuditTrailError {
        let prefix = firstLine.dropLast()
        guard let line, line.hasPrefix(prefix), let version = UInt64(line.dropFirst(prefix.count)), version > 1 else {
            return malformed("does not begin with \(firstLine)")
        }
        return AuditTrailError(code: .newerFormat, message: "the statement about a trail has format \(version); this release knows 1")
    }

    private static func malformed(_ reason: String) -> AuditTrailError {
        AuditTrailError(code: .damaged, message: "the statement about a trail \(reason)")
    }
}
