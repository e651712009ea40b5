/// The layout of a manifest's file (Docs/Formats/Manifest.md): a magic line, blocks of entries and of leaves, the notes, and a footer that tells where they begin.
enum ManifestFormat {
    static let magic = Array("coffer-manifest/1\n".utf8)
    /// What every version begins with.
    static let magicStem = Array("coffer-manifest/".utf8)
    static let footer = Array("/coffer\n".utf8)
    /// The byte count of the notes, and the footer's mark.
    static let footerByteCount = 8 + footer.count

    enum BlockKind: UInt8 {
        case entries = 0x45
        case leaves = 0x4C
        case end = 0x5A
    }

    /// A block's kind and byte count.
    static let blockHeaderByteCount = 1 + 8

    /// A writer begins another block behind this.
    static let blockByteCount = 1 << 16
    /// A reader refuses longer ones: a full block and the longest record.
    static let maximumBlockByteCount = blockByteCount + CanonicalEntry.maximumByteCount
    static let maximumNoteByteCount = 1 << 14
    /// Of the manifest itself and of its predecessors.
    static let maximumNoteCount = 1025
    static let maximumNotesByteCount = maximumNoteCount * (4 + maximumNoteByteCount)

    /// How many hashes are read or written at once: 2 MiB.
    static let leavesAtOnce: UInt64 = 65_536
}

extension ManifestEntry {
    /// How many leaves' hashes the file holds for the entry: none where the root is the only leaf, or nothing is known.
    var storedLeafCount: UInt64 {
        guard root != nil, let byteCount else { return 0 }
        let count = LeafLayout.count(byteCount: byteCount)
        return count > 1 ? count : 0
    }
}
