/// SplitMix64: the same seed gives the same test.
public struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    public init(seed: UInt64) { state = seed }

    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }

    /// As many bytes as numbers: what a seed gave once, it gives for ever.
    public mutating func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) } }

    /// Many bytes at a lower price: eight of each number.
    public mutating func block(_ count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count + 8)
        while bytes.count < count { withUnsafeBytes(of: next()) { bytes.append(contentsOf: $0) } }
        bytes.removeLast(bytes.count - count)
        return bytes
    }

    public mutating func visibleText(_ count: ClosedRange<Int>) -> String {
        String(decoding: (0..<Int.random(in: count, using: &self)).map { _ in UInt8.random(in: 0x21...0x7E, using: &self) }, as: UTF8.self)
    }
}
