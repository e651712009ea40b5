extension Unicode.Scalar {
    /// Whether it acts on what shows it instead of being shown: control characters (also those that begin a terminal's escape sequences), separators of
    /// lines, marks that turn the direction of writing, and code points that are no characters (which XML forbids in part).
    var isHidden: Bool {
        if value >= 0x20, value < 0x7F { return false }
        switch properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: return true
        default: return properties.isBidiControl || properties.isNoncharacterCodePoint
        }
    }
}

extension String {
    /// This text on one line with nothing hidden in it: `\n`, `\r`, `\t`, `\0`, and `\u{1B}` for the others.
    ///
    /// Backslashes stay single, so that names read as they are; who needs the exact text takes the JSON report.
    var visible: String {
        guard unicodeScalars.contains(where: \.isHidden) else { return self }
        var text = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            guard scalar.isHidden else {
                text.append(scalar)
                continue
            }
            switch scalar {
            case "\n": text.append(contentsOf: #"\n"#.unicodeScalars)
            case "\r": text.append(contentsOf: #"\r"#.unicodeScalars)
            case "\t": text.append(contentsOf: #"\t"#.unicodeScalars)
            case "\0": text.append(contentsOf: #"\0"#.unicodeScalars)
            default: text.append(contentsOf: #"\u{\#(String(scalar.value, radix: 16, uppercase: true))}"#.unicodeScalars)
            }
        }
        return String(text)
    }

    /// This text made visible, as content or as a quoted attribute of XML and HTML. No `]]>` is left, as no `>` is.
    var markup: String {
        var text = String.UnicodeScalarView()
        for scalar in visible.unicodeScalars {
            switch scalar {
            case "&": text.append(contentsOf: "&amp;".unicodeScalars)
            case "<": text.append(contentsOf: "&lt;".unicodeScalars)
            case ">": text.append(contentsOf: "&gt;".unicodeScalars)
            case "\"": text.append(contentsOf: "&quot;".unicodeScalars)
            case "'": text.append(contentsOf: "&#39;".unicodeScalars)
            default: text.append(scalar)
            }
        }
        return String(text)
    }
}
