/// A file of a manifest and the content of a source at the same path; one of them may be missing.
struct SourcePair: Sendable {
    var old: ManifestEntries.Element?
    var new: SourceItem?
    /// Whether the content is to be read.
    var reads = true
}

/// The entries of a manifest and what a source lists, side by side.
struct SourcePairs: ~Copyable {
    private var entries: ManifestEntries?
    private var listing: SourceListing
    private var old: ManifestEntries.Element?
    private var new: SourceItem?
    private var isStarted = false
    /// Folders, links and special files of the manifest so far, of which a source has none.
    private(set) var leftOutCount: UInt64 = 0

    /// - Parameter entries: nil where there is no manifest yet.
    init(_ entries: consuming ManifestEntries?, _ listing: consuming SourceListing) {
        self.entries = entries
        self.listing = listing
    }

    var refused: SourceListing.RefusedPaths { listing.refused }

    mutating func next() throws(IntegrityError) -> SourcePair? {
        if !isStarted {
            isStarted = true
            (old, new) = (try entries?.next(), try listing.next())
        }
        while let before = old, isPassedOver(before.entry) {
            leftOutCount += 1
            old = try entries?.next()
        }
        guard let before = old else { return try takeNew() }
        guard let after = new else { return try takeOld(before) }
        if before.entry.path.bytes == after.path {
            (old, new) = (try entries?.next(), try listing.next())
            return SourcePair(old: before, new: after)
        }
        return try EntryPath.isInOrder(before.entry.path.bytes, after.path) ? takeOld(before) : takeNew()
    }

    /// A source may have a content at the path of a folder, and others in it. What else is no file was replaced by the content at its
    /// path, if there is one.
    private func isPassedOver(_ entry: ManifestEntry) -> Bool {
        switch entry.type {
        case .file: false
        case .folder: true
        case .symbolicLink, .pipe, .socket, .characterDevice, .blockDevice: entry.path.bytes != new?.path && !isBehindNew(entry)
        }
    }

    /// Whether the next content has to be passed before it is known if there is one at the entry's path.
    private func isBehindNew(_ entry: ManifestEntry) -> Bool { new.map { EntryPath.isInOrder($0.path, entry.path.bytes) } ?? false }

    private mutating func takeOld(_ element: ManifestEntries.Element) throws(IntegrityError) -> SourcePair {
        old = try entries?.next()
        return SourcePair(old: element, new: nil)
    }

    private mutating func takeNew() throws(IntegrityError) -> SourcePair? {
        guard let item = new else { return nil }
        new = try listing.next()
        return SourcePair(old: nil, new: item)
    }
}
