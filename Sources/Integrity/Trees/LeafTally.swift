import SystemPackage

/// Takes the hashes of a file's leaves in order, and finds out on the way what a `ContentExamination` says.
struct LeafTally: ~Copyable {
    /// Expected leaves that are fetched at once.
    private static let windowCount: UInt64 = 16_384
    /// Hashes that are kept in memory for one file: 16 KiB, because hundreds of files may be on their way. More go to the spool.
    static let keptInMemory: UInt64 = 512
    /// Hashes that go to the spool at once.
    private static let spooledAtOnce = 512

    private let byteCount: UInt64
    private let expectation: ContentExpectation?
    private let expectedByteCount: UInt64
    private let spool: LeafSpool?
    private var tree = MerkleAccumulator()
    /// Of the leaves that lie wholly in the expected content, where the content is longer and all of them could be read.
    private var expectedTree: MerkleAccumulator?
    private var window: [TreeHash] = []
    private var windowStart: UInt64 = 0
    private var kept: [TreeHash] = []
    private var spoolPosition: UInt64?
    private var differences = ByteRanges()
    private var unreadable = ByteRanges()
    private var errno: Errno?
    private var hasBadWholeLeaf = false
    private var single: TreeHash?

    /// - Parameters:
    ///   - byteCount: of the file as it is.
    ///   - spool: where hashes go that are to be kept; nil to keep none.
    init(byteCount: UInt64, _ expectation: ContentExpectation?, spool: LeafSpool?) {
        self.byteCount = byteCount
        self.expectation = expectation
        expectedByteCount = expectation?.byteCount ?? 0
        let count = LeafLayout.count(byteCount: byteCount)
        self.spool = count > 1 ? spool : nil
        if count > Self.keptInMemory { spoolPosition = spool?.reserve(count) }
    }

    /// The range of the expected content's last leaf, if it is not a whole one and the content goes on behind it: to be hashed on its own.
    var expectedTail: Range<UInt64>? {
        guard expectation?.root != nil, byteCount > expectedByteCount, expectedByteCount % leafByteCount != 0 else { return nil }
        return expectedByteCount / leafByteCount * leafByteCount..<expectedByteCount
    }

    /// - Parameter index: one more than the last one.
    mutating func append(_ hash: TreeHash, at index: UInt64, _ hasher: inout TreeHasher) throws(IntegrityError) {
        noteExpectedEnd(index)
        // A tree of one leaf needs no memory, and most files have no more.
        if byteCount <= leafByteCount { single = hash } else { try tree.append(hash, &hasher) }
        if spool != nil { try keep(hash) }
        try compare(hash, at: index)
    }

    mutating func appendUnreadable(_ errno: Errno, at index: UInt64) throws(IntegrityError) {
        noteExpectedEnd(index)
        if self.errno == nil { self.errno = errno }
        unreadable.append(LeafLayout.range(index, byteCount: byteCount))
        if (index + 1) * leafByteCount <= min(byteCount, expectedByteCount) { hasBadWholeLeaf = true }
        if spool != nil { try keep(.zero) }
    }

    /// - Parameters:
    ///   - tail: the hash of `expectedTail`, if it could be read.
    consuming func finish(_ tail: TreeHash?, _ hasher: inout TreeHasher) throws(IntegrityError) -> ContentExamination {
        var result = ContentExamination()
        result.byteCount = byteCount
        result.errno = errno
        if let single, errno == nil { result.root = single } else if errno == nil { result.root = try tree.root(&hasher) }
        result.leaves = try finishKept()
        if let root = expectation?.root { try judge(root, tail, &hasher, &result) }
        result.unreadable = unreadable.ranges
        result.differences = differences.ranges
        return result
    }

    private var leafByteCount: UInt64 { UInt64(LeafLayout.leafByteCount) }

    /// How many leaves are expected.
    private var expectedCount: UInt64 { LeafLayout.count(byteCount: expectedByteCount) }

    private mutating func noteExpectedEnd(_ index: UInt64) {
        if byteCount > expectedByteCount, index == expectedByteCount / leafByteCount, errno == nil { expectedTree = tree }
    }

    private mutating func compare(_ hash: TreeHash, at index: UInt64) throws(IntegrityError) {
        guard index < expectedCount else { return }
        let range = LeafLayout.range(index, byteCount: byteCount)
        // A leaf that is cut off on one side cannot be compared.
        guard range == LeafLayout.range(index, byteCount: expectedByteCount), let expected = try expectedLeaf(index) else { return }
        if expected == hash { return }
        differences.append(range)
        hasBadWholeLeaf = true
    }

    /// nil where the expected leaves are not at hand.
    private mutating func expectedLeaf(_ index: UInt64) throws(IntegrityError) -> TreeHash? {
        guard let expectation, let root = expectation.root else { return nil }
        if expectedCount == 1 { return root }
        guard let leaves = expectation.leaves else { return nil }
        if index < windowStart || index >= windowStart + UInt64(window.count) {
            let range = index..<min(index + Self.windowCount, expectedCount)
            window = try leaves.hashes(range)
            windowStart = index
            guard window.count == range.count else {
                throw IntegrityError(.damaged, "\(range.count) hashes of leaves should be there, but there are \(window.count)")
            }
        }
        return window[Int(index - windowStart)]
    }

    /// What can be said when all leaves have been seen.
    private mutating func judge(
        _ root: TreeHash, _ tail: TreeHash?, _ hasher: inout TreeHasher, _ result: inout ContentExamination
    ) throws(IntegrityError) {
        if let range = expectedTail, let tail, let expected = try expectedLeaf(range.lowerBound / leafByteCount), expected != tail {
            differences.append(range)
        }
        result.extendsExpected = try extends(root, tail, &hasher)
        let commonWholeLeaves = min(byteCount, expectedByteCount) / leafByteCount
        if commonWholeLeaves == 0 { return }
        if expectation?.leaves != nil || expectedCount == 1 {
            result.keepsWholeLeaves = !hasBadWholeLeaf
        } else {
            result.keepsWholeLeaves = result.extendsExpected || (byteCount == expectedByteCount && result.root == root)
        }
    }

    private func extends(_ root: TreeHash, _ tail: TreeHash?, _ hasher: inout TreeHasher) throws(IntegrityError) -> Bool {
        guard expectation?.byteCount != nil, byteCount > expectedByteCount, var tree = expectedTree else { return false }
        if expectedTail != nil {
            guard let tail else { return false }
            try tree.append(tail, &hasher)
        }
        return try tree.root(&hasher) == root
    }

    private mutating func keep(_ hash: TreeHash) throws(IntegrityError) {
        kept.append(hash)
        if spoolPosition != nil && kept.count == Self.spooledAtOnce { try flushKept() }
    }

    private var flushedCount: UInt64 = 0

    private mutating func flushKept() throws(IntegrityError) {
        guard let spool, let spoolPosition else { return }
        try spool.write(kept, from: flushedCount, at: spoolPosition)
        flushedCount += UInt64(kept.count)
        kept.removeAll(keepingCapacity: true)
    }

    private mutating func finishKept() throws(IntegrityError) -> KeptLeaves {
        // Leaves of which some could not be read are no tree's.
        guard let spool, errno == nil else { return .none }
        guard let spoolPosition else { return .memory(kept) }
        try flushKept()
        return .stored(SpooledLeaves(spool: spool, position: spoolPosition), count: flushedCount)
    }
}
