/// Where leaves lie in a file: each is 64 KiB, but the last one, which is what is left. An empty file has no leaf.
public enum LeafLayout {
    public static let leafByteCount = 65_536

    /// How many leaves a file of this size has.
    public static func count(byteCount: UInt64) -> UInt64 {
        byteCount / UInt64(leafByteCount) + (byteCount % UInt64(leafByteCount) == 0 ? 0 : 1)
    }

    /// The bytes of a leaf.
    public static func range(_ index: UInt64, byteCount: UInt64) -> Range<UInt64> {
        let start = index * UInt64(leafByteCount)
        return start..<start + min(UInt64(leafByteCount), byteCount - start)
    }
}

extension UInt64 {
    /// The sum, or the largest number when it is larger: sizes come from outside, and may claim anything.
    func addingCapped(_ other: UInt64) -> UInt64 {
        let (sum, overflows) = addingReportingOverflow(other)
        return overflows ? .max : sum
    }
}
