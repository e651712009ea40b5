/// Text that may stand in a URI (RFC 3986).
enum URIText {
    /// A path: everything is percent-encoded but the unreserved characters (§2.3) and the slashes, so no name can be taken for a scheme or a query.
    static func path(_ bytes: some Sequence<UInt8>) -> String {
        let path = Array(bytes)
        let encoded = path.map { isUnreserved($0) || $0 == UInt8(ascii: "/") ? character($0) : escape($0) }.joined()
        return path.first == UInt8(ascii: "/") ? "file://" + encoded : encoded
    }

    /// A URI as somebody wrote it: only what may not stand in any URI is percent-encoded.
    static func reference(_ text: String) -> String {
        let bytes = Array(text.utf8)
        return bytes.indices.map { index in
            let byte = bytes[index]
            if byte == UInt8(ascii: "%") { return isEscape(bytes[index...]) ? "%" : escape(byte) }
            return isUnreserved(byte) || reserved.contains(byte) ? character(byte) : escape(byte)
        }.joined()
    }

    /// Whether a link to it does no more than open a page.
    static func isWebAddress(_ text: String) -> Bool {
        let start = text.prefix(8).lowercased()
        return start.hasPrefix("https://") || start.hasPrefix("http://")
    }

    /// §2.2
    private static let reserved = Set(":/?#@!$&'()*+,;=[]".utf8)

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"): true
        default: false
        }
    }

    private static func isEscape(_ bytes: ArraySlice<UInt8>) -> Bool {
        let digits = bytes.dropFirst().prefix(2)
        return digits.count == 2 && digits.allSatisfy { Character(Unicode.Scalar($0)).isHexDigit }
    }

    private static func character(_ byte: UInt8) -> String { String(Unicode.Scalar(byte)) }

    private static func escape(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16, uppercase: true)
        return digits.utf8.count == 1 ? "%0\(digits)" : "%\(digits)"
    }
}
