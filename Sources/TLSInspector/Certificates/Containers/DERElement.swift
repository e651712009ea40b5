/// The outermost element of some DER (ITU-T X.690 §8.1): where it ends.
enum DERElement {
    /// The bytes of the first element and what stands behind it; nil if there is no whole one.
    static func split(_ bytes: [UInt8]) -> (element: [UInt8], rest: [UInt8])? {
        guard bytes.count >= 2, bytes[0] & 0x1F != 0x1F else { return nil }
        var (start, count) = (2, Int(bytes[1]))
        if count >= 0x80 {
            let digits = count & 0x7F
            // No length below 2^32 needs more, and an indefinite one is not DER.
            guard (1...4).contains(digits), bytes.count >= 2 + digits else { return nil }
            count = bytes[2..<2 + digits].reduce(0) { $0 << 8 | Int($1) }
            start += digits
        }
        guard count <= bytes.count - start else { return nil }
        return (Array(bytes[..<(start + count)]), Array(bytes[(start + count)...]))
    }
}
