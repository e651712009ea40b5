/// Why text is not base64.
public enum Base64Error: Error, Sendable, Equatable, CustomStringConvertible {
    /// A character outside the standard alphabet (white space included) at this offset in bytes.
    case invalidCharacter(offset: Int)
    /// No bytes encode to a text of this length.
    case invalidLength
    /// Padding where none may be, or not the padding that has to be.
    case invalidPadding
    /// The unused bits of the last character are not zero, so that another text stands for the same bytes.
    case notCanonical

    public var description: String {
        switch self {
        case .invalidCharacter(let offset): "invalid base64: unexpected character at offset \(offset)"
        case .invalidLength: "invalid base64: impossible length"
        case .invalidPadding: "invalid base64: wrong padding"
        case .notCanonical: "invalid base64: trailing bits are not zero"
        }
    }
}

/// Strict base64 (RFC 4648 §4): the standard alphabet, no white space, one text for each sequence of bytes.
///
/// Its tables are indexed by the data: it is for public bytes, never for a key.
public enum Base64 {
    public enum Padding: Sendable {
        /// `=` is refused and never written: age headers.
        case none
        /// `=` fills the text to a multiple of four: age armor, JSON, AWS.
        case required
    }

    // MARK: Encoding

    public static func encode(_ bytes: [UInt8], padding: Padding) -> String {
        var output: [UInt8] = []
        output.reserveCapacity((bytes.count + 2) / 3 * 4)
        append(bytes[...], to: &output, padding: padding)
        return String(decoding: output, as: UTF8.self)
    }

    /// Appends the ASCII characters that stand for `bytes`.
    public static func append(_ bytes: ArraySlice<UInt8>, to output: inout [UInt8], padding: Padding) {
        var index = bytes.startIndex
        while index < bytes.endIndex {
            let count = min(3, bytes.endIndex - index)
            var group: UInt32 = 0
            for position in 0..<3 {
                group = group << 8 | (position < count ? UInt32(bytes[index + position]) : 0)
            }
            for position in 0...count {
                output.append(alphabet[Int(group >> UInt32(18 - 6 * position) & 63)])
            }
            if padding == .required {
                output.append(contentsOf: repeatElement(pad, count: 3 - count))
            }
            index += count
        }
    }

    // MARK: Decoding

    public static func decode(_ text: String, padding: Padding) throws(Base64Error) -> [UInt8] {
        try decode(Array(text.utf8)[...], padding: padding)
    }

    /// The bytes that ASCII `text` stands for.
    public static func decode(_ text: ArraySlice<UInt8>, padding: Padding) throws(Base64Error) -> [UInt8] {
        let digits = try withoutPadding(text, padding)
        guard digits.count % 4 != 1 else { throw .invalidLength }
        var output: [UInt8] = []
        output.reserveCapacity(digits.count / 4 * 3 + 2)
        var group: UInt32 = 0
        var bitCount: UInt32 = 0
        for index in digits.indices {
            let value = values[Int(digits[index])]
            guard value < 64 else { throw .invalidCharacter(offset: index - text.startIndex) }
            group = group << 6 | UInt32(value)
            bitCount += 6
            if bitCount >= 8 {
                bitCount -= 8
                output.append(UInt8(truncatingIfNeeded: group >> bitCount))
            }
        }
        guard group & (1 << bitCount - 1) == 0 else { throw .notCanonical }
        return output
    }

    static func isDigit(_ byte: UInt8) -> Bool { values[Int(byte)] < 64 }

    private static func withoutPadding(_ text: ArraySlice<UInt8>, _ padding: Padding) throws(Base64Error) -> ArraySlice<UInt8> {
        switch padding {
        case .none:
            guard text.last != pad else { throw .invalidPadding }
            return text
        case .required:
            guard text.count % 4 == 0 else { throw .invalidPadding }
            let padCount = text.suffix(2).reversed().prefix { $0 == pad }.count
            return text.dropLast(padCount)
        }
    }

    static let pad = UInt8(ascii: "=")
    static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    /// The value of each character, 255 where it is not of the alphabet.
    static let values: [UInt8] = {
        var values = [UInt8](repeating: 255, count: 256)
        for (value, character) in alphabet.enumerated() {
            values[Int(character)] = UInt8(value)
        }
        return values
    }()
}
