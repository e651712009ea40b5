/// Puts together bytes of the manifest's format. Numbers are big-endian.
struct ByteWriter: Sendable {
    private(set) var bytes: [UInt8] = []

    var count: Int { bytes.count }

    mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

    mutating func append(_ byte: UInt8) { bytes.append(byte) }
    mutating func append(_ other: some Collection<UInt8>) { bytes.append(contentsOf: other) }

    mutating func append<Number: FixedWidthInteger & UnsignedInteger>(number: Number) {
        var shift = Number.bitWidth
        while shift > 0 {
            shift -= 8
            bytes.append(UInt8(truncatingIfNeeded: number >> Number(shift)))
        }
    }

    mutating func append(_ hash: TreeHash) {
        unsafe hash.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
    }

    mutating func append(_ time: EntryTime) {
        append(number: UInt64(bitPattern: time.seconds))
        append(number: time.nanoseconds)
    }

    /// Seven bits in a byte, the lowest first; all bytes but the last have the eighth bit set (LEB128).
    mutating func append(variable number: UInt64) {
        var rest = number
        while rest > 0x7F {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    /// A small number for a small difference in either direction: 0, -1, 1, -2, … as 0, 1, 2, 3, …
    mutating func append(difference: Int64) {
        append(variable: UInt64(bitPattern: (difference << 1) ^ (difference >> 63)))
    }
}
