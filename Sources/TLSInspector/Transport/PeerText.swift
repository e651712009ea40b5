/// What a peer said, so that a terminal or a report can show it without acting on it.
enum PeerText {
    static let maximumCharacterCount = 200

    /// Printable ASCII as it is, everything else as `\xNN`, cut off after 200 characters.
    static func shown(_ bytes: some Sequence<UInt8>) -> String {
        var text = ""
        var count = 0
        for byte in bytes {
            let piece = shown(byte)
            guard count + piece.utf8.count <= maximumCharacterCount else { return text + "…" }
            text += piece
            count += piece.utf8.count
        }
        return text
    }

    private static func shown(_ byte: UInt8) -> String {
        switch byte {
        case UInt8(ascii: "\\"): #"\\"#
        case 0x20...0x7E: String(UnicodeScalar(byte))
        default: #"\x"# + (byte < 0x10 ? "0" : "") + String(byte, radix: 16, uppercase: true)
        }
    }
}
