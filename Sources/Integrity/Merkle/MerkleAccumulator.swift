/// The root of a Merkle tree (RFC 6962 §2.1) over leaves that come one after the other, in memory for the logarithm of their number.
///
/// The tree splits at the largest power of two below the number of leaves, so whatever is complete on the left never changes: it is kept as one hash for
/// each bit of the count.
public struct MerkleAccumulator: Sendable {
    /// Roots of complete trees, the largest first; their sizes are the bits of `count`.
    private var roots: [TreeHash] = []
    /// Leaves so far.
    public private(set) var count: UInt64 = 0

    public init() {}

    /// - Parameter leaf: a leaf's hash.
    public mutating func append(_ leaf: TreeHash, _ hasher: inout TreeHasher) throws(IntegrityError) {
        var hash = leaf
        var rest = count
        while rest & 1 == 1 {
            hash = try hasher.node(roots.removeLast(), hash)
            rest >>= 1
        }
        roots.append(hash)
        count += 1
    }

    /// The root of the leaves so far; more may follow.
    public func root(_ hasher: inout TreeHasher) throws(IntegrityError) -> TreeHash {
        guard var hash = roots.last else { return try hasher.empty() }
        for left in roots.dropLast().reversed() { hash = try hasher.node(left, hash) }
        return hash
    }
}
