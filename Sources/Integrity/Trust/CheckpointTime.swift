/// When a tree was looked at, in UTC, to the second: `2026-11-28T14:00:00Z` (RFC 3339). Years have four digits.
public struct CheckpointTime: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// 20 ASCII characters, whose order is that of the times.
    private let text: [UInt8]

    /// - Returns: nil for another form, or a day or a time of day that does not exist. (A second 60 is never written, nor read.)
    public init?(_ text: String) { self.init(bytes: Array(text.utf8)[...]) }

    init?(bytes: ArraySlice<UInt8>) {
        let text = Array(bytes)
        guard text.count == 20 else { return nil }
        for (index, form) in "0000-00-00T00:00:00Z".utf8.enumerated() {
            let isDigit = (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(text[index])
            guard form == UInt8(ascii: "0") ? isDigit : text[index] == form else { return nil }
        }
        let (year, month, day) = (Self.number(text[0..<4]), Self.number(text[5..<7]), Self.number(text[8..<10]))
        guard (1...12).contains(month), day >= 1, day <= Self.dayCount(month: month, year: year) else { return nil }
        guard Self.number(text[11..<13]) < 24, Self.number(text[14..<16]) < 60, Self.number(text[17..<19]) < 60 else { return nil }
        self.text = text
    }

    public var description: String { String(decoding: text, as: UTF8.self) }

    public static func < (left: Self, right: Self) -> Bool { left.text.lexicographicallyPrecedes(right.text) }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int { digits.reduce(0) { 10 * $0 + Int($1 - UInt8(ascii: "0")) } }

    private static func dayCount(month: Int, year: Int) -> Int {
        switch month {
        case 2: year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400)) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}
