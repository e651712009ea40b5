#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// An order of records of bytes.
protocol RecordOrder: Sendable {
    /// Below zero when the left one comes first, zero when it does not matter.
    func compare(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Int

    /// A number that is in the same order as the records, or equal: most comparisons end with it and never touch the records.
    func key(_ record: UnsafeRawBufferPointer) -> UInt64
}

/// Byte by byte, and what ends comes before what goes on.
struct BytewiseOrder: RecordOrder {
    func compare(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Int {
        let count = min(left.count, right.count)
        if count > 0, let first = left.baseAddress, let second = right.baseAddress {
            let difference = unsafe memcmp(first, second, count)
            if difference != 0 { return Int(difference) }
        }
        return left.count - right.count
    }

    /// The first eight bytes as a number, with zeros behind what is shorter.
    func key(_ record: UnsafeRawBufferPointer) -> UInt64 {
        if record.count >= 8 { return unsafe UInt64(bigEndian: record.loadUnaligned(as: UInt64.self)) }
        var key: UInt64 = 0
        for index in 0..<record.count { key |= unsafe UInt64(record[index]) << UInt64(56 - 8 * index) }
        return key
    }
}
