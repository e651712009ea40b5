/// Finds the lines of an identity file that are neither blank nor comments (`#`), without taking them out of locked memory.
///
/// A line ends with LF, CRLF or the file; blanks at its end are not part of it.
package struct IdentityLines {
    /// Where the next line begins.
    private var start = 0
    /// Number of the line that ``next(in:)`` gave last, from 1.
    package private(set) var lineNumber = 0

    package init() {}

    /// Where the next such line is; nil at the end. Each call must be given the same text.
    package mutating func next(in text: RawSpan) -> Range<Int>? {
        while start < text.byteCount {
            lineNumber += 1
            let lineStart = start
            var end = start
            while end < text.byteCount, Self.byte(text, end) != 0x0A { end += 1 }
            start = end + 1
            while end > lineStart, [0x0D, 0x20, 0x09].contains(Self.byte(text, end - 1)) { end -= 1 }
            if end > lineStart, Self.byte(text, lineStart) != UInt8(ascii: "#") { return lineStart..<end }
        }
        return nil
    }

    private static func byte(_ text: RawSpan, _ index: Int) -> UInt8 {
        // Sound: every bit pattern is a UInt8, and the load checks its bounds.
        unsafe text.unsafeLoad(fromByteOffset: index, as: UInt8.self)
    }
}
