/// The order of `EntryPath`, of records that are a path, or a path with a zero byte and something else behind it, which does not matter.
struct PathOrder: RecordOrder {
    func compare(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Int {
        let count = min(left.count, right.count)
        for index in 0..<count {
            let (first, second) = unsafe (left[index], right[index])
            if first != second { return Int(Self.rank(first)) - Int(Self.rank(second)) }
            if first == 0 { return 0 }
        }
        // The end is the same as a zero byte.
        if left.count > count { return unsafe left[count] == 0 ? 0 : 1 }
        if right.count > count { return unsafe right[count] == 0 ? 0 : -1 }
        return 0
    }

    /// The first seven bytes, nine bits each.
    func key(_ record: UnsafeRawBufferPointer) -> UInt64 {
        var key: UInt64 = 0
        for index in 0..<min(7, record.count) {
            let byte = unsafe record[index]
            if byte == 0 { break }
            key |= Self.rank(byte) << UInt64(54 - 9 * index)
        }
        return key
    }

    /// The end of a path comes before the end of a name, and that before all that can be in a name.
    private static func rank(_ byte: UInt8) -> UInt64 {
        switch byte {
        case 0: 0
        case EntryPath.slash: 1
        default: UInt64(byte) + 1
        }
    }
}
