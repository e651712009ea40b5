/// Reading of fixed grammar from bytes: each function either takes what it names at `offset` and moves on, or leaves it there.
extension Span<UInt8> {
    func take(_ literal: StaticString, at offset: inout Int) -> Bool {
        let length = literal.utf8CodeUnitCount
        guard count - offset >= length else { return false }
        let start = offset
        // Sound: a literal's bytes are constant, and the index stays below its length.
        let isEqual = literal.withUTF8Buffer { text in
            for index in 0..<length where unsafe text[index] != self[start + index] { return false }
            return true
        }
        if isEqual { offset += length }
        return isEqual
    }

    /// A number without leading zeros that fits 64 bits.
    func takeDecimal(at offset: inout Int) -> UInt64? {
        var index = offset
        var value: UInt64 = 0
        while index < count, case 0x30...0x39 = self[index] {
            let (product, isTooLarge) = value.multipliedReportingOverflow(by: 10)
            let (sum, isStillTooLarge) = product.addingReportingOverflow(UInt64(self[index] - 0x30))
            guard !isTooLarge, !isStillTooLarge else { return nil }
            value = sum
            index += 1
        }
        let digits = index - offset
        guard digits > 0, digits == 1 || self[offset] != 0x30 else { return nil }
        offset = index
        return value
    }

    /// Exactly `digits` decimal digits, leading zeros included, that fit 64 bits.
    func takeDecimal(digits: Int, at offset: inout Int) -> UInt64? {
        guard count - offset >= digits else { return nil }
        var value: UInt64 = 0
        for index in offset..<(offset + digits) {
            guard case 0x30...0x39 = self[index] else { return nil }
            let (product, isTooLarge) = value.multipliedReportingOverflow(by: 10)
            let (sum, isStillTooLarge) = product.addingReportingOverflow(UInt64(self[index] - 0x30))
            guard !isTooLarge, !isStillTooLarge else { return nil }
            value = sum
        }
        offset += digits
        return value
    }

    /// The 32 bytes of 64 lower-case hexadecimal digits.
    func takeHash(at offset: inout Int) -> [UInt8]? {
        let length = AuditPosition.hashByteCount
        guard count - offset >= 2 * length else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(length)
        for index in stride(from: offset, to: offset + 2 * length, by: 2) {
            guard let high = Hexadecimal.nibble(self[index]), let low = Hexadecimal.nibble(self[index + 1]) else { return nil }
            bytes.append(high << 4 | low)
        }
        offset += 2 * length
        return bytes
    }
}

/// Why a line is not one of the trail's, for a person.
struct MalformedLine: Error {
    let reason: String
}
