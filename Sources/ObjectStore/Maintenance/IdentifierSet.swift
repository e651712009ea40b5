/// Numbers that were met, and how often: a bit for each, and an entry for those that were met again. A million of them in a row take
/// 125 KB.
struct IdentifierSet {
    private static let chunkBitCount: Int64 = 1 << 16
    private var chunks: [Int64: [UInt64]] = [:]
    private var repetitions: [Int64: Int64] = [:]

    /// Counts one more.
    mutating func insert(_ id: Int64) {
        let (chunk, bit) = id.quotientAndRemainder(dividingBy: Self.chunkBitCount)
        let (word, mask) = (Int(bit / 64), UInt64(1) << UInt64(bit % 64))
        // A subscript with a default that is only read would not put the chunk there.
        let isRepeated = (chunks[chunk]?[word] ?? 0) & mask != 0
        guard !isRepeated else { return repetitions[id, default: 0] += 1 }
        chunks[chunk, default: [UInt64](repeating: 0, count: Int(Self.chunkBitCount) / 64)][word] |= mask
    }

    /// How often a number was met.
    func count(_ id: Int64) -> Int64 {
        let (chunk, bit) = id.quotientAndRemainder(dividingBy: Self.chunkBitCount)
        guard let words = chunks[chunk], words[Int(bit / 64)] & 1 << UInt64(bit % 64) != 0 else { return 0 }
        return 1 + (repetitions[id] ?? 0)
    }
}
