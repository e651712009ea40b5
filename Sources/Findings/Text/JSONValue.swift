/// JSON to be written (RFC 8259). Members are sorted by name, so that equal values are equal bytes.
enum JSONValue {
    case string(String)
    case number(UInt64)
    case bool(Bool)
    case array([JSONValue])
    case object([String: JSONValue])

    /// An object of those members that have a value.
    static func object(present members: [String: JSONValue?]) -> JSONValue { .object(members.compactMapValues { $0 }) }

    /// UTF-8, indented by two spaces as the rest of `--json` is, ending in a line feed.
    var bytes: [UInt8] {
        var text = ""
        write(to: &text, indent: "")
        return Array(text.utf8) + [UInt8(ascii: "\n")]
    }

    private func write(to text: inout String, indent: String) {
        switch self {
        case .string(let string): Self.write(string, to: &text)
        case .number(let number): text += String(number)
        case .bool(let bool): text += bool ? "true" : "false"
        case .array(let elements):
            guard !elements.isEmpty else { return text += "[]" }
            for (index, element) in elements.enumerated() {
                text += (index == 0 ? "[\n" : ",\n") + indent + "  "
                element.write(to: &text, indent: indent + "  ")
            }
            text += "\n\(indent)]"
        case .object(let members):
            guard !members.isEmpty else { return text += "{}" }
            let sorted = members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
            for (index, member) in sorted.enumerated() {
                text += (index == 0 ? "{\n" : ",\n") + indent + "  "
                Self.write(member.key, to: &text)
                text += " : "
                member.value.write(to: &text, indent: indent + "  ")
            }
            text += "\n\(indent)}"
        }
    }

    private static func write(_ string: String, to text: inout String) {
        text += "\""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": text += #"\""#
            case "\\": text += #"\\"#
            case "\n": text += #"\n"#
            case "\r": text += #"\r"#
            case "\t": text += #"\t"#
            default:
                // Beyond what the RFC demands, so that a terminal that shows the file obeys nothing in it.
                if scalar.isHidden { text += escape(scalar) } else { text.unicodeScalars.append(scalar) }
            }
        }
        text += "\""
    }

    /// §7: a scalar beyond U+FFFF as a pair of surrogates.
    private static func escape(_ scalar: Unicode.Scalar) -> String {
        String(scalar).utf16.map { unit in
            let digits = String(unit, radix: 16)
            return #"\u"# + String(repeating: "0", count: 4 - digits.utf8.count) + digits
        }.joined()
    }
}
