import SystemPackage

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// How much of a terminal's line a text takes.
enum TerminalColumns {
    /// Where a terminal does not say how wide it is.
    private static let usual = 80

    /// The width of a terminal.
    static func of(_ terminal: FileDescriptor) -> Int {
        var size = winsize()
        guard ioctl(terminal.rawValue, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return usual }
        return Int(size.ws_col)
    }

    /// Never too few: what may be wide (Hangul Jamo, and all from the CJK radicals on) is taken to be.
    static func count(_ text: String) -> Int { text.reduce(0) { $0 + count($1) } }

    private static func count(_ character: Character) -> Int {
        character.unicodeScalars.contains { (0x1100...0x115F).contains($0.value) || $0.value >= 0x2E80 } ? 2 : 1
    }

    /// The text, or its end behind an ellipsis: of paths the end tells most.
    static func end(of text: String, fitting columns: Int) -> String {
        guard count(text) > columns else { return text }
        var end: [Character] = []
        var room = columns - 1
        for character in text.reversed() {
            room -= count(character)
            guard room >= 0 else { break }
            end.append(character)
        }
        return columns > 0 ? "\u{2026}" + String(end.reversed()) : ""
    }
}
