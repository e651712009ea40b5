/// Pieces of the texts that are signed. Each has one spelling, so that one value has one text and one signature.
enum NoteText {
    static let lineFeed: UInt8 = 0x0A
    static let space: UInt8 = 0x20

    /// The lines of a text whose last one ends, too; nil when it does not, or when a line is empty.
    static func lines(_ text: ArraySlice<UInt8>) -> [ArraySlice<UInt8>]? {
        guard text.last == lineFeed else { return nil }
        let lines = text.dropLast().split(separator: lineFeed, omittingEmptySubsequences: false)
        return lines.contains { $0.isEmpty } ? nil : lines
    }

    /// A number without zeros in front; nil for everything else, also for one above 2⁶⁴ − 1.
    static func decimal(_ digits: ArraySlice<UInt8>) -> UInt64? {
        guard let first = digits.first, digits.count == 1 || first != UInt8(ascii: "0") else { return nil }
        var value: UInt64 = 0
        for digit in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            let (product, isTooLarge) = value.multipliedReportingOverflow(by: 10)
            let (sum, isTooLargeToo) = product.addingReportingOverflow(UInt64(digit - UInt8(ascii: "0")))
            guard !isTooLarge, !isTooLargeToo else { return nil }
            value = sum
        }
        return value
    }

    // MARK: Percent-encoding

    /// Every byte but the unreserved characters of RFC 3986 §2.3, `/` and `:` as `%` and two upper-case digits.
    static func percentEncoded(_ bytes: [UInt8]) -> [UInt8] {
        var text: [UInt8] = []
        for byte in bytes {
            if standsForItself(byte) {
                text.append(byte)
            } else {
                text += [UInt8(ascii: "%"), upperDigit(byte >> 4), upperDigit(byte & 15)]
            }
        }
        return text
    }

    /// nil for a text that `percentEncoded` would not write.
    static func percentDecoded(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        var bytes: [UInt8] = []
        var rest = text
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                guard standsForItself(byte) else { return nil }
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst().flatMap(upperValue), let low = rest.popFirst().flatMap(upperValue) else { return nil }
            let decoded = high << 4 | low
            guard !standsForItself(decoded) else { return nil }
            bytes.append(decoded)
        }
        return bytes
    }

    private static func standsForItself(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: "/"), UInt8(ascii: ":"):
            true
        default: false
        }
    }

    private static func upperDigit(_ value: UInt8) -> UInt8 { value < 10 ? 48 + value : 55 + value }

    private static func upperValue(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - 48
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - 55
        default: nil
        }
    }
}
