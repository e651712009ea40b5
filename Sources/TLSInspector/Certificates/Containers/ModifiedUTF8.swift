/// Java's text in bytes (java.io.DataInput, "Modified UTF-8"): UTF-16 units in up to three bytes each, and a NUL in two.
enum ModifiedUTF8 {
    /// Nil if it is none.
    static func decode(_ bytes: ArraySlice<UInt8>) -> String? {
        var units: [UInt16] = []
        units.reserveCapacity(bytes.count)
        var rest = bytes
        while let first = rest.popFirst() {
            switch first {
            case 0x01...0x7F: units.append(UInt16(first))
            case 0xC0...0xDF:
                guard let second = continuation(&rest) else { return nil }
                units.append(UInt16(first & 0x1F) << 6 | second)
            case 0xE0...0xEF:
                guard let second = continuation(&rest), let third = continuation(&rest) else { return nil }
                units.append(UInt16(first & 0x0F) << 12 | second << 6 | third)
            default: return nil
            }
        }
        // Half a surrogate pair becomes the replacement character.
        return String(decoding: units, as: UTF16.self)
    }

    private static func continuation(_ bytes: inout ArraySlice<UInt8>) -> UInt16? {
        guard let byte = bytes.popFirst(), byte & 0xC0 == 0x80 else { return nil }
        return UInt16(byte & 0x3F)
    }
}
