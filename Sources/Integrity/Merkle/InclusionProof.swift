/// That a leaf is in a Merkle tree (RFC 6962 §2.1.1): the hashes that lead from it to the root.
///
/// It convinces whoever has the root from somebody to trust; by itself it says nothing.
public struct InclusionProof: Sendable, Hashable {
    /// Of the leaf, from 0.
    public let index: UInt64
    /// How many leaves the tree has.
    public let size: UInt64
    /// From the leaf's sibling up to the root's child.
    public let path: [TreeHash]

    /// No tree whose leaves 64 bits can count needs more.
    public static let maximumHashCount = 64

    /// - Throws: `malformed` for an empty tree, a leaf that it does not have, or another number of hashes than lead from that leaf to the
    ///   root.
    public init(index: UInt64, size: UInt64, path: [TreeHash]) throws(IntegrityError) {
        guard size > 0 else { throw IntegrityError(.malformed, "a proof of an entry cannot be for a tree that has none") }
        guard index < size else {
            throw IntegrityError(.malformed, "a proof is of entry \(index), counted from 0, but there are only \(size)")
        }
        let expected = Self.hashCount(index: index, size: size)
        guard path.count == expected else {
            throw IntegrityError(
                .malformed, "a proof of entry \(index) of \(size) has \(path.count) hashes, but \(expected) lead from there to the root")
        }
        self.index = index
        self.size = size
        self.path = path
    }

    /// The root of the tree in which the leaf is at this place, if the path is right.
    /// - Parameter leaf: the leaf's hash.
    public func root(over leaf: TreeHash, _ hasher: inout TreeHasher) throws(IntegrityError) -> TreeHash {
        let levels = Self.sharedLevelCount(index: index, size: size)
        var hash = leaf
        for (level, sibling) in path.enumerated() {
            // Where the tree is ragged on the right, only left siblings are left.
            let isLeft = level < levels && (index >> UInt64(level)) & 1 == 0
            hash = isLeft ? try hasher.node(hash, sibling) : try hasher.node(sibling, hash)
        }
        return hash
    }

    /// How many hashes lead from a leaf to the root.
    static func hashCount(index: UInt64, size: UInt64) -> Int {
        let levels = sharedLevelCount(index: index, size: size)
        return levels + (index >> UInt64(levels)).nonzeroBitCount
    }

    /// On so many levels above the leaf it has a sibling; from there on it is on the right edge of the tree.
    private static func sharedLevelCount(index: UInt64, size: UInt64) -> Int {
        UInt64.bitWidth - (index ^ (size - 1)).leadingZeroBitCount
    }
}
