/// The text form of an age file, for where binary cannot go: base64 between two lines, a strict kind of PEM (RFC 7468 §3).
///
///     -----BEGIN AGE ENCRYPTED FILE-----
///     YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IFgyNTUxOSBURWlGMHlwcXIrYnB2Y3FY
///     TnlDVkpwTDdPdXdQZFZ3UEw3S1FFYkZET0NjCmhqYWJHWHdTTFE5YzNTNkx3Mmkr
///     -----END AGE ENCRYPTED FILE-----
///
/// Format: [age v1](https://c2sp.org/age#ascii-armor).
enum Armor {
    static let beginLine = Array("-----BEGIN AGE ENCRYPTED FILE-----".utf8)
    static let endLine = Array("-----END AGE ENCRYPTED FILE-----".utf8)
    /// Columns of every line but the last, which may be shorter.
    static let columnCount = 64
    /// Bytes in a full line.
    static let bytesPerLine = columnCount / 4 * 3
    /// White space before the first line, and behind the last (the bound of age's own reader).
    static let maximumWhiteSpaceByteCount = 1024

    /// Space, tab, line feed, vertical tab, form feed, carriage return.
    static func isWhiteSpace(_ byte: UInt8) -> Bool { byte == ASCII.space || (0x09...0x0D).contains(byte) }
}
