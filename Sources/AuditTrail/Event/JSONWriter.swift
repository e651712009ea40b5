/// Builds JSON text in one growing byte buffer that its owner reuses.
///
/// It writes exactly what it is told: commas and braces are the caller's. Only strings are its business, because only there
/// can the outside world break the grammar.
struct JSONWriter {
    private(set) var bytes: [UInt8] = []

    init(capacity: Int) {
        bytes.reserveCapacity(capacity)
    }

    var count: Int { bytes.count }

    /// Forgets everything from `count` on; the memory is kept.
    mutating func truncate(to count: Int) {
        bytes.removeLast(bytes.count - count)
    }

    mutating func append(_ literal: StaticString) {
        // Sound: a StaticString made from a literal of more than one scalar, or of one, points at its own constant bytes.
        literal.withUTF8Buffer { unsafe bytes.append(contentsOf: $0) }
    }

    mutating func append(raw other: [UInt8]) {
        bytes.append(contentsOf: other)
    }

    mutating func append(_ value: Bool) {
        if value { append("true") } else { append("false") }
    }

    mutating func append(_ value: Int64) {
        if value < 0 { bytes.append(0x2D) }
        append(decimal: value.magnitude, digits: 1)
    }

    /// Decimal digits, with leading zeros up to `digits`.
    mutating func append(decimal value: UInt64, digits: Int) {
        let start = bytes.count
        var rest = value
        var written = 0
        repeat {
            bytes.append(UInt8(truncatingIfNeeded: 0x30 + rest % 10))
            rest /= 10
            written += 1
        } while rest > 0 || written < digits
        bytes[start...].reverse()
    }

    /// Lower-case hexadecimal digits, two for each byte, without quotes.
    mutating func append(hex value: [UInt8]) {
        for byte in value {
            bytes.append(Hexadecimal.digit(byte >> 4))
            bytes.append(Hexadecimal.digit(byte & 0x0F))
        }
    }

    /// A quoted string, escaped after RFC 8259, section 7.
    ///
    /// Beyond what the RFC demands, DEL and the C1 controls (U+0080–U+009F) are escaped too, so that a terminal that shows the
    /// raw file obeys nothing in it. A Swift string is always valid Unicode: lone surrogates have become U+FFFD long before.
    mutating func append(string: String) {
        bytes.append(0x22)
        var string = string
        string.withUTF8 { text in unsafe appendEscaped(text) }
        bytes.append(0x22)
    }

    private mutating func appendEscaped(_ text: UnsafeBufferPointer<UInt8>) {
        var clean = 0  // everything before this index is written
        var index = 0
        while index < text.count {
            let byte = unsafe text[index]
            if byte >= 0x20, byte != 0x22, byte != 0x5C, byte != 0x7F, byte != 0xC2 {
                index += 1
                continue
            }
            var length = 1
            var scalar = byte
            if byte == 0xC2 {
                // U+0080–U+00BF: in UTF-8 always C2 and one more byte, which is the code point itself.
                scalar = unsafe text[index + 1]
                guard scalar < 0xA0 else {
                    index += 2
                    continue
                }
                length = 2
            }
            unsafe bytes.append(contentsOf: text[clean..<index])
            appendEscape(scalar)
            index += length
            clean = index
        }
        unsafe bytes.append(contentsOf: text[clean...])
    }

    private mutating func appendEscape(_ scalar: UInt8) {
        switch scalar {
        case 0x22: append("\\\"")
        case 0x5C: append("\\\\")
        case 0x08: append("\\b")
        case 0x0C: append("\\f")
        case 0x0A: append("\\n")
        case 0x0D: append("\\r")
        case 0x09: append("\\t")
        default:
            append("\\u00")
            append(hex: [scalar])
        }
    }
}
