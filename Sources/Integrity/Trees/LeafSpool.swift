import SystemPackage

/// Hashes of leaves that wait for their place in a manifest, in a file without a name. Any thread may write to it and read from it.
final class LeafSpool: Sendable {
    private let file: ScratchFile

    /// - Throws: `unwritable` if no file can be made there.
    init(in folder: FilePath) throws(IntegrityError) { file = try ScratchFile(in: folder) }

    /// Takes a place for the leaves of one file.
    /// - Returns: its position.
    func reserve(_ count: UInt64) -> UInt64 { file.reserve(Int(count) * TreeHash.byteCount) }

    /// - Parameters:
    ///   - index: the first of the hashes among the leaves of its file.
    ///   - position: what `reserve` gave.
    func write(_ hashes: [TreeHash], from index: UInt64, at position: UInt64) throws(IntegrityError) {
        try unsafe hashes.withUnsafeBufferPointer { (bytes) throws(IntegrityError) in
            try unsafe file.write(UnsafeRawBufferPointer(bytes), at: position + index * UInt64(TreeHash.byteCount))
        }
    }

    /// Hashes that were written.
    /// - Parameters:
    ///   - indices: of leaves of the file, few enough for the memory.
    ///   - position: what `reserve` gave.
    func read(_ indices: Range<UInt64>, at position: UInt64) throws(IntegrityError) -> [TreeHash] {
        var hashes = [TreeHash](repeating: .zero, count: indices.count)
        try unsafe hashes.withUnsafeMutableBufferPointer { (bytes) throws(IntegrityError) in
            try unsafe file.read(UnsafeMutableRawBufferPointer(bytes), at: position + indices.lowerBound * UInt64(TreeHash.byteCount))
        }
        return hashes
    }
}

/// The leaves of one file in a spool.
struct SpooledLeaves: ExpectedLeaves {
    let spool: LeafSpool
    /// What `reserve` gave.
    let position: UInt64

    func hashes(_ indices: Range<UInt64>) throws(IntegrityError) -> [TreeHash] { try spool.read(indices, at: position) }
}
