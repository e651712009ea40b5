import SystemPackage

/// Writes a manifest: entries in the order of their paths, then the notes.
///
///     var writer = try ManifestWriter(to: file.descriptor, name: "backup.manifest")
///     for entry in entries { try writer.append(entry, leaves: .none) }
///     let tree = try writer.finishEntries()
///     try writer.finish(notes: [sign(tree)])
///
/// Memory does not grow with the number of entries.
struct ManifestWriter: ~Copyable {
    /// So many leaves in memory end a block.
    private static let maximumPendingLeafCount = 1 << 16

    private var output: BufferedOutput
    private var tree: EntryTree
    private var block = ByteWriter()
    /// The record before, in this block.
    private var last = EntryRecord.origin
    private var lastPath: EntryPath?
    private var leaves: [KeptLeaves] = []
    private var pendingLeafCount = 0
    private var leafCount: UInt64 = 0

    /// - Parameters:
    ///   - descriptor: empty, at its beginning; it is not closed.
    ///   - name: of the file, for errors.
    init(to descriptor: FileDescriptor, name: String) throws(IntegrityError) {
        tree = try EntryTree()
        output = BufferedOutput(descriptor, name: name, beginning: ManifestFormat.magic)
    }

    /// - Parameter kept: as many as `entry.storedLeafCount`.
    /// - Precondition: the path comes behind the last one's.
    mutating func append(_ entry: ManifestEntry, leaves kept: KeptLeaves) throws(IntegrityError) {
        precondition(lastPath.map { $0 < entry.path } ?? true, "entries out of order")
        precondition(kept.count == entry.storedLeafCount, "leaves that do not belong to the entry")
        EntryRecord.append(entry, after: last, to: &block)
        last = entry
        lastPath = entry.path
        try tree.append(entry)
        if kept.count > 0 {
            leaves.append(kept)
            leafCount += kept.count
            if case .memory(let hashes) = kept { pendingLeafCount += hashes.count }
        }
        if block.count >= ManifestFormat.blockByteCount || pendingLeafCount >= Self.maximumPendingLeafCount { try endBlock() }
    }

    /// What the entries come to, for whoever signs it. No entry may follow.
    mutating func finishEntries() throws(IntegrityError) -> (entryCount: UInt64, root: TreeHash) {
        try endBlock()
        return (tree.count, try tree.root())
    }

    /// - Parameter notes: of the predecessors, the oldest first, and of this manifest.
    mutating func finish(notes: [[UInt8]]) throws(IntegrityError) {
        var writer = ByteWriter()
        for note in notes {
            precondition(note.count <= ManifestFormat.maximumNoteByteCount)
            writer.append(number: UInt32(note.count))
            writer.append(note)
        }
        try writeHeader(.end, byteCount: UInt64(writer.count))
        try output.write(writer.bytes)
        var footer = ByteWriter()
        footer.append(number: UInt64(writer.count))
        footer.append(ManifestFormat.footer)
        try output.write(footer.bytes)
        try output.flush()
    }

    private mutating func writeHeader(_ kind: ManifestFormat.BlockKind, byteCount: UInt64) throws(IntegrityError) {
        var header = ByteWriter()
        header.append(kind.rawValue)
        header.append(number: byteCount)
        try output.write(header.bytes)
    }

    private mutating func endBlock() throws(IntegrityError) {
        guard block.count > 0 else { return }
        try writeHeader(.entries, byteCount: UInt64(block.count))
        try output.write(block.bytes)
        block.removeAll()
        // Records refer to others of their block only, so that a block can be read alone.
        last = EntryRecord.origin
        try writeLeaves()
    }

    private mutating func writeLeaves() throws(IntegrityError) {
        guard leafCount > 0 else { return }
        try writeHeader(.leaves, byteCount: leafCount * UInt64(TreeHash.byteCount))
        for kept in leaves {
            try kept.forEachRun { (hashes) throws(IntegrityError) in
                var writer = ByteWriter()
                for hash in hashes { writer.append(hash) }
                try output.write(writer.bytes)
            }
        }
        leaves.removeAll()
        (leafCount, pendingLeafCount) = (0, 0)
    }
}
