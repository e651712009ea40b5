import Testing

/// Text that tries to act on what shows it.
struct HostileText: Sendable, CustomTestStringConvertible {
    let name: String
    let text: String

    init(_ name: String, _ text: String) {
        self.name = name
        self.text = text
    }

    var testDescription: String { name }

    static let all = [
        HostileText("a line feed", "a\nHIGH (1)\r\nb"),
        HostileText("a NUL", "a\0b"),
        HostileText("ANSI escapes", "\u{1B}[2J\u{1B}]0;title\u{07}\u{1B}[31mred"),
        HostileText("C1 controls", "\u{9B}31m\u{85}\u{7F}"),
        HostileText("the end of CDATA", "]]><x>&amp;&#0;"),
        HostileText("a script", "<script>alert('1')</script><img src=x onerror=\"alert(1)\">"),
        HostileText("the end of an attribute", "\" onmouseover=\"alert(1)' x='"),
        HostileText("a script as an address", "javascript:alert(1)"),
        HostileText("an address with markup", "https://example.org/\"><script>alert(1)</script>"),
        HostileText("JSON", "\\\", \"Severity\" : \"info\", \\u0000"),
        HostileText("a turn of direction", "gpj.\u{202E}exe\u{2066}\u{200F}"),
        HostileText("separators of lines", "a\u{2028}b\u{2029}c"),
        // U+FFFE, U+FFFF, U+FDD0, U+1FFFE
        HostileText(
            "code points that are no characters",
            String(decoding: [0xEF, 0xBF, 0xBE, 0xEF, 0xBF, 0xBF, 0xEF, 0xB7, 0x90, 0xF0, 0x9F, 0xBF, 0xBE] as [UInt8], as: UTF8.self)),
        // CESU-8 for a lone surrogate, a byte that begins nothing, an overlong slash: Swift makes U+FFFD of them.
        HostileText("bytes that are not UTF-8", String(decoding: [0xED, 0xA0, 0x80, 0xFF, 0xC0, 0xAF] as [UInt8], as: UTF8.self)),
        HostileText("combining marks", "\u{0301}a\u{0301}\u{20E3}"),
        HostileText("beyond the first plane", "🗝️👩‍👩‍👧"),
        HostileText("a SARIF placeholder and a SARIF link", "{0} [here](https://evil.example) a[3]"),
        HostileText("nothing", ""),
    ]
}
