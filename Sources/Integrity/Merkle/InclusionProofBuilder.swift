/// Finds the proof of one leaf while the leaves of a tree come by, one after the other, in memory for the logarithm of their number.
///
/// As in `MerkleAccumulator`, what is complete on the left is kept as one hash for each bit of the count. Each time two parts are joined,
/// and one of them has the leaf in it, the other is the next hash of its path.
public struct InclusionProofBuilder: Sendable {
    /// Of the leaf to be proven, from 0.
    public let index: UInt64
    /// Leaves so far.
    public private(set) var count: UInt64 = 0
    /// Roots of complete trees, the largest first; their sizes are the bits of `count`.
    private var roots: [TreeHash] = []
    private var path: [TreeHash] = []

    public init(index: UInt64) { self.index = index }

    /// - Parameter leaf: a leaf's hash.
    public mutating func append(_ leaf: TreeHash, _ hasher: inout TreeHasher) throws(IntegrityError) {
        var hash = leaf
        var level: UInt64 = 0
        // The number of the part among those of its size; an odd one has its left half-brother in `roots`.
        while (count >> level) & 1 == 1 {
            let left = roots.removeLast()
            let part = count >> level
            if index >> level == part { path.append(left) }
            if index >> level == part - 1 { path.append(hash) }
            hash = try hasher.node(left, hash)
            level += 1
        }
        roots.append(hash)
        count += 1
    }

    /// The proof, when all leaves have come.
    /// - Throws: `noSuchEntry` when there were not so many.
    public func finish(_ hasher: inout TreeHasher) throws(IntegrityError) -> InclusionProof {
        guard index < count else {
            throw IntegrityError(.noSuchEntry, "entry \(index), counted from 0, cannot be proven: there are only \(count)")
        }
        var path = path
        var parts = roots
        var rest = count
        guard var hash = parts.popLast() else { throw IntegrityError(.internalFailure, "a tree with leaves has no root") }
        var start = count - (rest & (~rest + 1))
        rest &= rest - 1
        while let left = parts.popLast() {
            let leftStart = start - (rest & (~rest + 1))
            rest &= rest - 1
            if index >= start {
                path.append(left)
            } else if index >= leftStart {
                path.append(hash)
            }
            hash = try hasher.node(left, hash)
            start = leftStart
        }
        return try InclusionProof(index: index, size: count, path: path)
    }
}
