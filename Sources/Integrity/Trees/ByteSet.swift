/// A set of bytes.
struct ByteSet: Sendable, Hashable {
    private var word0: UInt64 = 0
    private var word1: UInt64 = 0
    private var word2: UInt64 = 0
    private var word3: UInt64 = 0

    init() {}

    /// All that can be in a name.
    static let ofNames: ByteSet = {
        var set = ByteSet()
        for byte in UInt8.min...UInt8.max where byte != 0 && byte != EntryPath.slash { set.insert(byte) }
        return set
    }()

    func contains(_ byte: UInt8) -> Bool {
        let word =
            switch byte >> 6 {
            case 0: word0
            case 1: word1
            case 2: word2
            default: word3
            }
        return word >> UInt64(byte & 63) & 1 == 1
    }

    mutating func insert(_ byte: UInt8) {
        let bit = UInt64(1) << UInt64(byte & 63)
        switch byte >> 6 {
        case 0: word0 |= bit
        case 1: word1 |= bit
        case 2: word2 |= bit
        default: word3 |= bit
        }
    }

    func intersection(_ other: ByteSet) -> ByteSet {
        var set = self
        set.word0 &= other.word0
        set.word1 &= other.word1
        set.word2 &= other.word2
        set.word3 &= other.word3
        return set
    }

    func inverted(within whole: ByteSet) -> ByteSet {
        var set = ByteSet()
        set.word0 = ~word0
        set.word1 = ~word1
        set.word2 = ~word2
        set.word3 = ~word3
        return set.intersection(whole)
    }
}
