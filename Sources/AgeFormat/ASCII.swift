/// The few characters that the age header is made of.
enum ASCII {
    static let lineFeed: UInt8 = 0x0A
    static let carriageReturn: UInt8 = 0x0D
    static let space: UInt8 = 0x20
    static let dash = UInt8(ascii: "-")
    static let greaterThan = UInt8(ascii: ">")

    /// VCHAR of RFC 5234.
    static func isVisible(_ byte: UInt8) -> Bool { byte >= 0x21 && byte <= 0x7E }

    /// A byte as an error message may show it, so that nothing from outside reaches a terminal unescaped.
    static func name(of byte: UInt8) -> String {
        switch byte {
        case carriageReturn: "a carriage return (was the file sent in text mode?)"
        case lineFeed: "the end of the line"
        case space: "a space"
        case 0x21...0x7E: "\"\(Character(Unicode.Scalar(byte)))\""
        default: "the byte 0x\(byte < 16 ? "0" : "")\(String(byte, radix: 16))"
        }
    }
}

extension RawSpan {
    /// The byte at an offset, which must be in bounds (it is checked).
    func byte(at offset: Int) -> UInt8 {
        // Sound: every bit pattern is a UInt8, and the load checks its bounds.
        unsafe unsafeLoad(fromByteOffset: offset, as: UInt8.self)
    }

    /// A copy of a range of bytes, which must be in bounds (it is checked).
    func bytes(_ range: Range<Int>) -> [UInt8] {
        range.map { byte(at: $0) }
    }
}
