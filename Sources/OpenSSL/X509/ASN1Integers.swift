/// The whole numbers in some DER, wherever they stand in it (ITU-T X.690 §8.3).
struct ASN1Integers {
    private let der: [UInt8]
    private static let maximumDepth = 16

    init(_ der: [UInt8]) { self.der = der }

    /// Whether none is negative or above the limit. DER that cannot be walked through is not.
    func areAtMost(_ limit: Int) -> Bool { Self.areAtMost(limit, der[...], depth: 0) }

    private static func areAtMost(_ limit: Int, _ bytes: ArraySlice<UInt8>, depth: Int) -> Bool {
        guard depth <= maximumDepth else { return false }
        var rest = bytes
        while let tag = rest.popFirst() {
            guard let count = length(&rest), count <= rest.count else { return false }
            let content = rest.prefix(count)
            rest = rest.dropFirst(count)
            if tag & 0x20 != 0 {
                guard areAtMost(limit, content, depth: depth + 1) else { return false }
            } else if tag == 0x02 {
                let digits = content.drop { $0 == 0 }
                guard content.first.map({ $0 < 0x80 }) ?? false, digits.count < 8 else { return false }
                guard digits.reduce(0, { $0 << 8 | Int($1) }) <= limit else { return false }
            }
        }
        return true
    }

    private static func length(_ bytes: inout ArraySlice<UInt8>) -> Int? {
        guard let first = bytes.popFirst() else { return nil }
        if first < 0x80 { return Int(first) }
        let count = Int(first & 0x7F)
        guard (1...4).contains(count), bytes.count >= count else { return nil }
        defer { bytes = bytes.dropFirst(count) }
        return bytes.prefix(count).reduce(0) { $0 << 8 | Int($1) }
    }
}
