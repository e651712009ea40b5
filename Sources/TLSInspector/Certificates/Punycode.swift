/// Names of other scripts in ASCII (RFC 3492), read only: to show `xn--bcher-kva` as `bücher`.
public enum Punycode {
    /// A name with each A-label replaced by its U-label; labels that are none stay as they are. Nil if nothing changes.
    public static func unicodeName(_ name: String) -> String? {
        let labels = name.split(separator: ".", omittingEmptySubsequences: false).map { label in
            label.lowercased().hasPrefix("xn--") ? decode(label.dropFirst(4)) ?? String(label) : String(label)
        }
        let shown = labels.joined(separator: ".")
        return shown == name ? nil : shown
    }

    /// The text behind `xn--`; nil if it is no Punycode, or stands for something that is not shown as text.
    static func decode(_ input: Substring) -> String? {
        // A label of DNS has 63 bytes at most.
        guard input.utf8.count <= 63, input.utf8.allSatisfy({ $0 < 0x80 }) else { return nil }
        let bytes = Array(input.utf8)
        let delimiter = bytes.lastIndex(of: UInt8(ascii: "-"))
        var output = delimiter.map { bytes[..<$0].map(UInt32.init) } ?? []
        var digits = bytes[(delimiter.map { $0 + 1 } ?? 0)...]
        var (code, index, bias): (UInt32, UInt32, UInt32) = (128, 0, 72)
        while !digits.isEmpty {
            let start = index
            guard let step = nextInteger(&digits, bias: bias) else { return nil }
            let (sum, overflow) = index.addingReportingOverflow(step)
            guard !overflow else { return nil }
            let count = UInt32(output.count + 1)
            bias = adapt(sum - start, count: count, isFirst: start == 0)
            let (next, isTooLarge) = code.addingReportingOverflow(sum / count)
            guard !isTooLarge else { return nil }
            code = next
            index = sum % count
            output.insert(code, at: Int(index))
            index += 1
        }
        return text(output)
    }

    /// A generalised variable-length integer (RFC 3492 §3.3).
    private static func nextInteger(_ digits: inout ArraySlice<UInt8>, bias: UInt32) -> UInt32? {
        var (value, weight, position): (UInt32, UInt32, UInt32) = (0, 1, 36)
        while let byte = digits.popFirst() {
            guard let digit = digit(byte) else { return nil }
            let (product, isTooLarge) = digit.multipliedReportingOverflow(by: weight)
            let (sum, overflow) = value.addingReportingOverflow(product)
            guard !isTooLarge, !overflow else { return nil }
            value = sum
            let threshold = position <= bias + 1 ? 1 : min(26, position - bias)
            if digit < threshold { return value }
            let (heavier, isTooHeavy) = weight.multipliedReportingOverflow(by: 36 - threshold)
            guard !isTooHeavy else { return nil }
            weight = heavier
            position += 36
        }
        return nil
    }

    private static func digit(_ byte: UInt8) -> UInt32? {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(byte - UInt8(ascii: "a"))
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(byte - UInt8(ascii: "A"))
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0")) + 26
        default: nil
        }
    }

    /// RFC 3492 §6.1.
    private static func adapt(_ delta: UInt32, count: UInt32, isFirst: Bool) -> UInt32 {
        var delta = isFirst ? delta / 700 : delta / 2
        delta += delta / count
        var position: UInt32 = 0
        while delta > 455 {
            delta /= 35
            position += 36
        }
        return position + 36 * delta / (delta + 38)
    }

    /// Only what IDNA 2008 could let through: letters, marks and digits, and the hyphen. Anything else would let a name hide something.
    private static func text(_ scalars: [UInt32]) -> String? {
        var text = ""
        for value in scalars {
            guard let scalar = Unicode.Scalar(value) else { return nil }
            switch scalar.properties.generalCategory {
            case .lowercaseLetter, .uppercaseLetter, .modifierLetter, .otherLetter, .nonspacingMark, .spacingMark, .decimalNumber: break
            default: guard scalar == "-" || scalar == "\u{B7}" else { return nil }
            }
            text.unicodeScalars.append(scalar)
        }
        return text
    }
}
