/// Hashes of leaves on their way into a manifest.
enum KeptLeaves: Sendable {
    case none
    case memory([TreeHash])
    /// Somewhere on the disk: in a spool, or in the manifest before.
    case stored(any ExpectedLeaves, count: UInt64)

    var count: UInt64 {
        switch self {
        case .none: 0
        case .memory(let hashes): UInt64(hashes.count)
        case .stored(_, let count): count
        }
    }

    /// The hashes in order, so many at a time that memory stays small.
    func forEachRun(_ body: ([TreeHash]) throws(IntegrityError) -> Void) throws(IntegrityError) {
        switch self {
        case .none: return
        case .memory(let hashes): try body(hashes)
        case .stored(let leaves, let count):
            var start: UInt64 = 0
            while start < count {
                let end = min(start + ManifestFormat.leavesAtOnce, count)
                try body(try leaves.hashes(start..<end))
                start = end
            }
        }
    }
}
