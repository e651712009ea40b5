public import SystemPackage

/// What a walk comes to.
public enum TreeEntry: Sendable {
    case file(LocatedFile)
    /// A folder, before what is in it.
    ///
    /// - Parameters:
    ///   - relativePath: relative to the tree.
    ///   - permissions: its access bits.
    case folder(relativePath: FilePath, permissions: UInt32)
    case skipped(SkippedEntry)

    /// Relative to the tree; of a skipped entry, its whole path.
    var relativePath: FilePath {
        switch self {
        case .file(let file): file.relativePath
        case .folder(let relativePath, _): relativePath
        case .skipped(let entry): entry.path
        }
    }
}

/// A walk through a folder and all folders in it, in the order of the names' bytes, depth first.
///
///     for entry in try FileTree("/srv/backups") { … }
///
/// Folders are opened one by one from where the walk stands, and no symbolic link is followed: nothing outside the tree is reached,
/// whoever changes it meanwhile. The root itself may be a symbolic link, since a person named it. Names are bytes and
/// need not be UTF-8. Of each folder on the way, one descriptor and the names are kept.
public struct FileTree: Sequence, IteratorProtocol, Sendable {
    /// Folders within folders; each costs a descriptor while it is walked.
    public static let maximumDepth = 256
    /// Entries of one folder.
    public static let maximumEntryCount = 10_000_000

    private struct Level: Sendable {
        let folder: OpenFolder
        /// Relative to the tree.
        let path: FilePath
        /// Last first.
        var names: [FilePath.Component]
    }

    public let path: FilePath
    let root: OpenFolder
    private let maximumDepth: Int
    private var levels: [Level] = []
    private var isStarted = false

    /// - Throws: `inputNotFound`, `inputUnreadable` when the root cannot be opened or is no folder.
    public init(_ path: FilePath) throws(EnvelopeError) {
        try self.init(path, calls: SystemFileCalls())
    }

    package init(_ path: FilePath, calls: any FileCalls, maximumDepth: Int = maximumDepth) throws(EnvelopeError) {
        do throws(Errno) {
            root = try OpenFolder(path, calls: calls)
        } catch {
            throw .reading(path.string, error)
        }
        self.path = path
        self.maximumDepth = maximumDepth
    }

    public mutating func next() -> TreeEntry? {
        if !isStarted {
            isStarted = true
            if let skipped = descend(into: root, FilePath()) { return .skipped(skipped) }
        }
        while !levels.isEmpty {
            if let name = levels[levels.count - 1].names.popLast() { return entry(name, of: levels[levels.count - 1]) }
            levels.removeLast()
        }
        return nil
    }

    private mutating func entry(_ name: FilePath.Component, of level: Level) -> TreeEntry {
        let relativePath = level.path.appending(name)
        do throws(Errno) {
            let status = try level.folder.status(of: name)
            switch status.kind {
            case .regular:
                return .file(
                    LocatedFile(
                        path: path.pushing(relativePath), relativePath: relativePath, folder: level.folder, name: name, status: status))
            case .directory:
                guard levels.count < maximumDepth else { return skipped(relativePath, .tooDeep) }
                if let skipped = descend(into: try level.folder.folder(name), relativePath) { return .skipped(skipped) }
                return .folder(relativePath: relativePath, permissions: UInt32(status.permissions))
            case .symbolicLink: return skipped(relativePath, .symbolicLink)
            case .pipe: return skipped(relativePath, .pipe)
            case .socket: return skipped(relativePath, .socket)
            case .device: return skipped(relativePath, .device)
            }
        } catch {
            return skipped(relativePath, Self.reason(error))
        }
    }

    /// Reads the names of a folder, to go on with them; or says why it cannot.
    private mutating func descend(into folder: OpenFolder, _ relativePath: FilePath) -> SkippedEntry? {
        do throws(Errno) {
            guard let names = try folder.calls.names(in: folder.descriptor, atMost: Self.maximumEntryCount) else {
                return SkippedEntry(path: path.pushing(relativePath), reason: .tooManyEntries)
            }
            levels.append(Level(folder: folder, path: relativePath, names: Self.sorted(names).reversed()))
            return nil
        } catch {
            return SkippedEntry(path: path.pushing(relativePath), reason: Self.reason(error))
        }
    }

    private static func sorted(_ names: [FilePath.Component]) -> [FilePath.Component] {
        names.map { ($0, $0.bytes) }.sorted { $0.1.lexicographicallyPrecedes($1.1) }.map(\.0)
    }

    private static func reason(_ error: Errno) -> SkippedEntry.Reason {
        switch error {
        case .noSuchFileOrDirectory: .vanished
        // A folder that became a symbolic link between the look at it and its opening.
        case .tooManySymbolicLinkLevels, .notDirectory: .symbolicLink
        default: .unreadable(error)
        }
    }

    private func skipped(_ relativePath: FilePath, _ reason: SkippedEntry.Reason) -> TreeEntry {
        .skipped(SkippedEntry(path: path.pushing(relativePath), reason: reason))
    }
}
