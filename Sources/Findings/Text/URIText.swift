/// Text that may stand in a URI (RFC 3986).
enum URIText {
    /// A path: everything is percent-encoded but the unreserved characters (§2.3) and the slashes, so no name can be taken for a scheme or a query.
    static func path(_ bytes: some Sequence<UInt8>) -> String {
        let path = Array(bytes)
        let encoded = path.map { isUnreserved($0) || $0 == UInt8(ascii: "/") ? character($0) : escape($0) }.joined()
        return path.first == UInt8(ascii: "/") ? "file://" + encoded : encoded
    }

    /// A URI as somebody wrote it: what may not stand where it stands in any URI is percent-encoded.
    static func reference(_ text: String) -> String {
        let bytes = Array(text.utf8)
        let scheme = bytes.firstIndex { !isSchemeCharacter($0) } ?? bytes.endIndex
        let hasScheme = scheme < bytes.endIndex && bytes[scheme] == UInt8(ascii: ":") && bytes.first.map(isLetter) == true
        let host = hostInBrackets(bytes, after: hasScheme ? scheme + 1 : 0)
        let firstSegmentEnd = bytes.firstIndex { "/?#".utf8.contains($0) } ?? bytes.endIndex
        let fragment = bytes.firstIndex(of: UInt8(ascii: "#"))
        return bytes.indices.map { index in
            let byte = bytes[index]
            let isAllowed =
                switch byte {
                case UInt8(ascii: "%"): isEscape(bytes[index...])
                case UInt8(ascii: "["), UInt8(ascii: "]"): host.contains(index)
                case UInt8(ascii: "#"): index == fragment
                // §4.2: the first segment of a relative reference has none, or it would be a scheme.
                case UInt8(ascii: ":"): hasScheme || index >= firstSegmentEnd
                default: isUnreserved(byte) || reserved.contains(byte)
                }
            return isAllowed ? character(byte) : escape(byte)
        }.joined()
    }

    /// Whether a link to it does no more than open a page.
    static func isWebAddress(_ text: String) -> Bool {
        let start = text.prefix(8).lowercased()
        return start.hasPrefix("https://") || start.hasPrefix("http://")
    }

    /// The brackets and what is between them, where the authority is an IPv6 address (§3.2.2), the only place for them.
    private static func hostInBrackets(_ bytes: [UInt8], after start: Int) -> Range<Int> {
        guard bytes[start...].starts(with: "//[".utf8), let end = bytes[start...].firstIndex(of: UInt8(ascii: "]")) else { return 0..<0 }
        let address = bytes[(start + 3)..<end]
        return address.allSatisfy { isHexDigit($0) || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ".") } ? start + 2..<end + 1 : 0..<0
    }

    /// §2.2, without those that are not allowed everywhere.
    private static let reserved = Set("/?@!$&'()*+,;=".utf8)

    private static func isLetter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        default: false
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private static func isHexDigit(_ byte: UInt8) -> Bool { Character(Unicode.Scalar(byte)).isHexDigit }

    /// §3.1
    private static func isSchemeCharacter(_ byte: UInt8) -> Bool { isLetter(byte) || isDigit(byte) || "+-.".utf8.contains(byte) }

    /// §2.3
    private static func isUnreserved(_ byte: UInt8) -> Bool { isLetter(byte) || isDigit(byte) || "-._~".utf8.contains(byte) }

    private static func isEscape(_ bytes: ArraySlice<UInt8>) -> Bool {
        let digits = bytes.dropFirst().prefix(2)
        return digits.count == 2 && digits.allSatisfy(isHexDigit)
    }

    private static func character(_ byte: UInt8) -> String { String(Unicode.Scalar(byte)) }

    private static func escape(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16, uppercase: true)
        return digits.utf8.count == 1 ? "%0\(digits)" : "%\(digits)"
    }
}
