/// Compares two lists of leaves, of which one may be much longer than the other, some at a time.
struct LeafComparison: Sendable {
    /// So many ranges are kept; those behind are joined to the last.
    static let maximumRangeCount = 1024

    private(set) var ranges: [Range<UInt64>] = []
    /// Whether all leaves that are whole in both are the same.
    private(set) var keepsWholeLeaves = true

    /// Notes that a leaf is another.
    /// - Parameters:
    ///   - range: its bytes.
    ///   - isWhole: whether it is whole on both sides.
    mutating func add(different range: Range<UInt64>, isWhole: Bool) {
        if isWhole { keepsWholeLeaves = false }
        if let last = ranges.last, last.upperBound == range.lowerBound || ranges.count == Self.maximumRangeCount {
            ranges[ranges.count - 1] = last.lowerBound..<range.upperBound
        } else {
            ranges.append(range)
        }
    }

    /// The content of an entry in two manifests.
    static func relation(
        _ old: ManifestEntry, _ oldLeaves: (any ExpectedLeaves)?, _ new: ManifestEntry, _ newLeaves: (any ExpectedLeaves)?
    ) throws(IntegrityError) -> ContentRelation {
        guard let isSame = isSame(old, new) else { return .unknown }
        if isSame { return .same }
        guard let oldCount = old.byteCount, let newCount = new.byteCount, old.root != nil, new.root != nil else {
            return .different(ranges: [], keepsWholeLeaves: false, extends: false)
        }
        var comparison = LeafComparison()
        let shared = min(LeafLayout.count(byteCount: oldCount), LeafLayout.count(byteCount: newCount))
        var start: UInt64 = 0
        while start < shared {
            let end = min(start + ManifestFormat.leavesAtOnce, shared)
            let before = try hashes(start..<end, old, oldLeaves)
            let after = try hashes(start..<end, new, newLeaves)
            for index in start..<end where before[Int(index - start)] != after[Int(index - start)] {
                let (left, right) = (LeafLayout.range(index, byteCount: oldCount), LeafLayout.range(index, byteCount: newCount))
                comparison.add(
                    different: left.lowerBound..<min(left.upperBound, right.upperBound), isWhole: left == right)
            }
            start = end
        }
        // A last leaf that was not full is not found again in a longer file's tree.
        let endsInWholeLeaf = oldCount % UInt64(LeafLayout.leafByteCount) == 0
        return .different(
            ranges: comparison.ranges, keepsWholeLeaves: comparison.keepsWholeLeaves,
            extends: newCount > oldCount && endsInWholeLeaf && comparison.ranges.isEmpty)
    }

    /// nil when nothing that both have tells.
    static func isSame(_ old: ManifestEntry, _ new: ManifestEntry) -> Bool? {
        if let before = old.byteCount, let after = new.byteCount, before != after { return false }
        if let before = old.root, let after = new.root { return before == after }
        // Each that both have: two contents can have one MD5, and still differ.
        var isSame: Bool?
        for digest in old.digests {
            guard let other = new.digests.first(where: { $0.algorithm == digest.algorithm }) else { continue }
            guard digest == other else { return false }
            isSame = true
        }
        return isSame
    }

    private static func hashes(
        _ indices: Range<UInt64>, _ entry: ManifestEntry, _ leaves: (any ExpectedLeaves)?
    ) throws(IntegrityError) -> [TreeHash] {
        if let leaves { return try leaves.hashes(indices) }
        // The root of one leaf is its hash.
        return entry.root.map { [$0] } ?? []
    }
}
