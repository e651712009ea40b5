import ArgumentParser
import Envelope

/// Which bytes of a file are wanted, as people write it; all but the last form leave the last byte out.
///
///     START-END       from START until before END
///     START+LENGTH    LENGTH bytes from START
///     START-          from START to the end
///     -LENGTH         the last LENGTH bytes
///     bytes=0-9       as HTTP and S3 write it (RFC 9110, section 14.1.2): the last byte is 9, so there are ten
///
/// A number may end in K, M, G or T, powers of 1024. The END of a range may be a sum: `1G-1G+64K` is as good as `1G+64K`.
struct ByteRangeArgument: ExpressibleByArgument, Equatable, Sendable {
    /// Never empty.
    let range: ByteRange

    static let help = ArgumentHelp(
        "Only these bytes: START-END (without END), START+LENGTH, START-, -LENGTH (the last ones) or bytes=0-9; K, M, G, T are powers of 1024.",
        valueName: "range")

    init?(argument: String) {
        let text = argument[...]
        guard let range = argument.dropping(prefix: "bytes=").map({ Self.httpRange($0[...]) }) ?? Self.range(text) else { return nil }
        self.range = range
    }

    // MARK: Reading

    private static func range(_ text: Substring) -> ByteRange? {
        guard let dash = text.firstIndex(of: "-") else { return startAndLength(text) }
        let (start, end) = (text[..<dash], text[text.index(after: dash)...])
        if start.isEmpty { return last(number(end)) }
        guard let start = number(start) else { return nil }
        return end.isEmpty ? .from(start) : range(start, sum(end))
    }

    private static func startAndLength(_ text: Substring) -> ByteRange? {
        guard let plus = text.firstIndex(of: "+"), let start = number(text[..<plus]), let length = number(text[text.index(after: plus)...])
        else { return nil }
        let (end, overflows) = start.addingReportingOverflow(length)
        return overflows ? nil : range(start, end)
    }

    /// RFC 9110: digits only, one range.
    private static func httpRange(_ text: Substring) -> ByteRange? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        if parts[0].isEmpty { return last(digits(parts[1])) }
        guard let first = digits(parts[0]) else { return nil }
        if parts[1].isEmpty { return .from(first) }
        guard let last = digits(parts[1]), last < .max else { return nil }
        return range(first, last + 1)
    }

    private static func range(_ start: UInt64, _ end: UInt64?) -> ByteRange? {
        guard let end, start < end else { return nil }
        return .bytes(start..<end)
    }

    private static func last(_ length: UInt64?) -> ByteRange? {
        guard let length, length > 0 else { return nil }
        return .last(length)
    }

    private static func sum(_ text: Substring) -> UInt64? {
        var sum: UInt64 = 0
        for part in text.split(separator: "+", omittingEmptySubsequences: false) {
            guard let number = number(part) else { return nil }
            let (next, overflows) = sum.addingReportingOverflow(number)
            guard !overflows else { return nil }
            sum = next
        }
        return sum
    }

    private static func number(_ text: Substring) -> UInt64? {
        guard let unit = text.last, let power = ["K", "M", "G", "T"].firstIndex(of: unit.uppercased()) else { return digits(text) }
        guard let digits = digits(text.dropLast()) else { return nil }
        let (number, overflows) = digits.multipliedReportingOverflow(by: 1 << UInt64(10 * (power + 1)))
        return overflows ? nil : number
    }

    /// Digits alone: `UInt64` would also take a sign.
    private static func digits(_ text: Substring) -> UInt64? {
        guard !text.isEmpty, text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else { return nil }
        return UInt64(text)
    }
}
