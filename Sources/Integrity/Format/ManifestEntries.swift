/// The entries of a manifest in order, one after the other. Only whoever comes to the end knows that they are what was signed: `next` returns nil then, or throws.
struct ManifestEntries: ~Copyable {
    /// One entry and where its leaves are. An object, because it goes through many hands.
    final class Element: Sendable {
        let entry: ManifestEntry
        let index: UInt64
        /// nil where the file holds none.
        let leaves: RecordedLeaves?
        /// The hash of its canonical encoding.
        let hash: TreeHash

        init(entry: ManifestEntry, index: UInt64, leaves: RecordedLeaves?, hash: TreeHash) {
            self.entry = entry
            self.index = index
            self.leaves = leaves
            self.hash = hash
        }
    }

    private let file: ManifestFile
    private let entryCount: UInt64
    private let root: TreeHash
    private var tree: EntryTree
    /// Of the next block.
    private var position = UInt64(ManifestFormat.magic.count)
    private var block = ByteReader([], of: "")
    private var last = EntryRecord.origin
    private var lastPath: EntryPath?
    /// Of the next entry's leaves, and where those of this block end.
    private var leavesPosition: UInt64 = 0
    private var endOfLeaves: UInt64 = 0

    /// - Parameters:
    ///   - entryCount: what was signed.
    ///   - root: what was signed.
    init(_ file: ManifestFile, entryCount: UInt64, root: TreeHash) throws(IntegrityError) {
        self.file = file
        self.entryCount = entryCount
        self.root = root
        tree = try EntryTree()
    }

    /// - Throws: `invalidSignature` when the entries are not those that were signed, `damaged` when they are none.
    mutating func next() throws(IntegrityError) -> Element? {
        while block.isAtEnd {
            guard leavesPosition == endOfLeaves else { throw damaged("has more leaves than its entries") }
            guard position < file.endOfBlocks else {
                try checkEnd()
                return nil
            }
            try readBlock()
        }
        guard tree.count < entryCount else {
            throw IntegrityError(.invalidSignature, "\(file.name): has more entries than were signed")
        }
        let entry = try parseEntry()
        if let lastPath, lastPath >= entry.path { throw damaged("\(entry.path): stands in the wrong place") }
        last = entry
        lastPath = entry.path
        let index = tree.count
        let hash = try tree.append(entry)
        return Element(entry: entry, index: index, leaves: try leaves(of: entry), hash: hash)
    }

    /// Reads to the end, for whoever wants to know that the entries are what was signed before anything else.
    /// - Parameter check: called now and then; throws to give up.
    consuming func drain(_ check: () throws(IntegrityError) -> Void = {}) throws(IntegrityError) {
        while let element = try next() {
            if element.index & 0xFFFF == 0 { try check() }
        }
    }

    private func damaged(_ reason: String) -> IntegrityError { IntegrityError(.damaged, "\(file.name): \(reason)") }

    private mutating func parseEntry() throws(IntegrityError) -> ManifestEntry {
        do throws(IntegrityError) {
            return try EntryRecord.parse(after: last, &block)
        } catch {
            // What is wrong with a path says nothing of the file.
            throw error.code == .unsafePath ? IntegrityError(.unsafePath, "\(file.name): \(error.message)") : error
        }
    }

    private mutating func readBlock() throws(IntegrityError) {
        let header = try file.header(at: position)
        let start = position + UInt64(ManifestFormat.blockHeaderByteCount)
        guard header.kind == .entries, header.byteCount > 0, header.byteCount <= UInt64(ManifestFormat.maximumBlockByteCount),
            header.byteCount <= file.endOfBlocks - min(start, file.endOfBlocks)
        else { throw damaged("a block is not what it says, or is too long") }
        block = ByteReader(try file.read(at: start, count: Int(header.byteCount)), of: file.name)
        last = EntryRecord.origin
        position = start + header.byteCount
        try findLeaves()
    }

    /// Leaves of a block's entries stand behind it, if there are any.
    private mutating func findLeaves() throws(IntegrityError) {
        (leavesPosition, endOfLeaves) = (0, 0)
        guard position < file.endOfBlocks else { return }
        let header = try file.header(at: position)
        guard header.kind == .leaves else { return }
        let start = position + UInt64(ManifestFormat.blockHeaderByteCount)
        guard header.byteCount > 0, header.byteCount % UInt64(TreeHash.byteCount) == 0,
            header.byteCount <= file.endOfBlocks - min(start, file.endOfBlocks)
        else { throw damaged("a block of leaves is not what it says") }
        leavesPosition = start
        endOfLeaves = start + header.byteCount
        position = endOfLeaves
    }

    private mutating func leaves(of entry: ManifestEntry) throws(IntegrityError) -> RecordedLeaves? {
        let count = entry.storedLeafCount
        guard count > 0 else { return nil }
        guard count <= (endOfLeaves - leavesPosition) / UInt64(TreeHash.byteCount) else {
            throw damaged("\(entry.path): its leaves are missing")
        }
        defer { leavesPosition += count * UInt64(TreeHash.byteCount) }
        return RecordedLeaves(file: file, position: leavesPosition, count: count)
    }

    private mutating func checkEnd() throws(IntegrityError) {
        guard tree.count == entryCount, try tree.root() == root else {
            throw IntegrityError(.invalidSignature, "\(file.name): its entries are not those that were signed: it was changed afterwards")
        }
    }
}

extension ManifestEntries.Element {
    /// Only the root of a file is signed. Before its recorded leaves say where a file is damaged, or are recorded again, they have to
    /// come to it.
    /// - Returns: the manifest that is damaged there; nil when they do.
    func manifestWithDamagedLeaves(_ hasher: inout TreeHasher) throws(IntegrityError) -> String? {
        guard let leaves else { return nil }
        var tree = MerkleAccumulator()
        try KeptLeaves.stored(leaves, count: leaves.count).forEachRun { (hashes) throws(IntegrityError) in
            for hash in hashes { try tree.append(hash, &hasher) }
        }
        return try tree.root(&hasher) == entry.root ? nil : leaves.file.name
    }

    /// - Throws: `invalidSignature` when they cannot be recorded again.
    func requireAuthenticLeaves(_ hasher: inout TreeHasher) throws(IntegrityError) {
        guard let name = try manifestWithDamagedLeaves(&hasher) else { return }
        throw IntegrityError(.invalidSignature, "\(name): the leaves of \(entry.path) are not those that were signed")
    }
}
