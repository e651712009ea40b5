/// Ranges of a file, in order and coalesced, as they are found from its beginning on.
///
/// There are at most `maximumCount` of them: what would be one more makes the last one longer, so that what is said to be good is good.
struct ByteRanges: Sendable, Hashable {
    static let maximumCount = 65_536

    private(set) var ranges: [Range<UInt64>] = []

    /// - Parameter range: behind all others.
    mutating func append(_ range: Range<UInt64>) {
        guard !range.isEmpty else { return }
        if let last = ranges.last, last.upperBound == range.lowerBound || ranges.count == Self.maximumCount {
            ranges[ranges.count - 1] = last.lowerBound..<range.upperBound
        } else {
            ranges.append(range)
        }
    }
}
