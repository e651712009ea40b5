import OpenSSL

/// The tree whose leaves are canonical entries, as entries come one after the other.
struct EntryTree: ~Copyable {
    private var hasher: TreeHasher
    private var tree = MerkleAccumulator()
    private var canonical = ByteWriter()

    init() throws(IntegrityError) { hasher = try TreeHasher() }

    /// Entries so far.
    var count: UInt64 { tree.count }

    /// - Returns: The entry's hash.
    @discardableResult
    mutating func append(_ entry: ManifestEntry) throws(IntegrityError) -> TreeHash {
        canonical.removeAll()
        // The prefix of a leaf, so that one call hashes it all.
        canonical.append(0)
        CanonicalEntry.append(entry, to: &canonical)
        let bytes = canonical.bytes
        let hash = try hasher.hash(prefixed: bytes.bytes)
        try tree.append(hash, &hasher)
        return hash
    }

    mutating func root() throws(IntegrityError) -> TreeHash { try tree.root(&hasher) }
}
