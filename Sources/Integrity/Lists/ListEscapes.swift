/// How GNU coreutils put a name that holds a line feed, a carriage return or a backslash on one line: these three as `\n`, `\r` and `\\`, and
/// a backslash in front of the line (digest.c, `print_filename` and `filename_unescape`).
public enum ListEscapes {
    static let backslash = UInt8(ascii: "\\")
    static let lineFeed = UInt8(ascii: "\n")
    static let carriageReturn = UInt8(ascii: "\r")

    /// Whether a name is written with escapes.
    public static func areNeeded(for name: some Sequence<UInt8>) -> Bool {
        name.contains { $0 == backslash || $0 == lineFeed || $0 == carriageReturn }
    }

    public static func escape(_ name: some Sequence<UInt8>) -> [UInt8] {
        var text: [UInt8] = []
        for byte in name {
            switch byte {
            case backslash: text += [backslash, backslash]
            case lineFeed: text += [backslash, UInt8(ascii: "n")]
            case carriageReturn: text += [backslash, UInt8(ascii: "r")]
            default: text.append(byte)
            }
        }
        return text
    }

    /// - Returns: nil for text that has a backslash before anything but these.
    static func unescape(_ text: some Sequence<UInt8>) -> [UInt8]? {
        var name: [UInt8] = []
        var isEscape = false
        for byte in text {
            guard isEscape || byte == backslash else {
                name.append(byte)
                continue
            }
            guard isEscape else {
                isEscape = true
                continue
            }
            isEscape = false
            switch byte {
            case backslash: name.append(backslash)
            case UInt8(ascii: "n"): name.append(lineFeed)
            case UInt8(ascii: "r"): name.append(carriageReturn)
            default: return nil
            }
        }
        return isEscape ? nil : name
    }
}
