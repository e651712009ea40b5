import SystemPackage

/// An entry of a manifest and the entry of the tree at the same path; one of them may be missing.
struct EntryPair: Sendable {
    var old: ManifestEntries.Element?
    var new: WalkedEntry?
    /// Why nobody knows whether an entry of the manifest is there: a folder above it could not be read.
    var hidden: Errno?
    /// Whether the content is to be read.
    var reads = true
}

/// The entries of a manifest and of a walk, side by side. Both come in the same order.
struct EntryPairs<Calls: TreeCalls>: ~Copyable {
    private var entries: ManifestEntries?
    private let walk: TreeWalk<Calls>
    private var old: ManifestEntries.Element?
    private var new: WalkedEntry?
    private var isStarted = false
    /// Folders that could not be read, or not to the end, each within the one before it: with a slash behind it, and why.
    private var hiddenFolders: [(prefix: [UInt8], errno: Errno)] = []

    /// - Parameter entries: nil where there is no manifest yet.
    init(_ entries: consuming ManifestEntries?, _ walk: TreeWalk<Calls>) {
        self.entries = entries
        self.walk = walk
    }

    mutating func next() throws(IntegrityError) -> EntryPair? {
        if !isStarted {
            isStarted = true
            try advanceOld()
            try advanceNew()
        }
        guard let new else {
            guard let old else { return nil }
            try advanceOld()
            return EntryPair(old: old, new: nil, hidden: reasonHidden(old))
        }
        guard let old, old.entry.path.bytes == new.path || EntryPath.isInOrder(old.entry.path.bytes, new.path) else {
            try pass(new)
            return EntryPair(old: nil, new: new)
        }
        try advanceOld()
        guard old.entry.path.bytes == new.path else { return EntryPair(old: old, new: nil, hidden: reasonHidden(old)) }
        try pass(new)
        return EntryPair(old: old, new: new)
    }

    private func reasonHidden(_ element: ManifestEntries.Element) -> Errno? {
        hiddenFolders.last { element.entry.path.bytes.starts(with: $0.prefix) }?.errno
    }

    private mutating func advanceOld() throws(IntegrityError) { old = try entries?.next() }

    private mutating func advanceNew() throws(IntegrityError) { new = try walk.next() }

    /// Goes on behind an entry of the tree. What a folder hides comes right behind it.
    private mutating func pass(_ walked: WalkedEntry) throws(IntegrityError) {
        if walked.type == .folder, let errno = walked.errno {
            hiddenFolders.removeAll { !walked.path.starts(with: $0.prefix) }
            hiddenFolders.append((walked.path + [EntryPath.slash], errno))
        }
        try advanceNew()
    }
}
