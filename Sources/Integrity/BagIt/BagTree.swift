import Envelope
import SystemPackage

/// All that is in a folder, found without following a symbolic link.
struct BagTree: Sendable {
    struct File: Sendable {
        let path: EntryPath
        let status: FileStatus
    }

    /// In the order of a walk.
    private(set) var files: [File] = []
    /// Before what is in them.
    private(set) var folders: [File] = []
    /// Folders in which nothing is, which a bag cannot list.
    private(set) var emptyFolders: [EntryPath] = []
    /// Links, pipes, sockets and devices.
    private(set) var others: [File] = []
    private(set) var failures: [(path: EntryPath, error: Errno)] = []
    /// Whether there is more than a look takes in.
    private(set) var isCut = false

    private let calls: any FileCalls

    /// - Parameter skipping: a name in the folder itself that is left out.
    init(of folder: BagFolder, skipping: FilePath.Component? = nil) throws(IntegrityError) {
        calls = folder.calls
        do throws(Errno) {
            for name in try names(in: folder.root) where name != skipping { visit(name, in: folder.root, [], 1) }
        } catch {
            throw IntegrityError(.unreadable, "the folder cannot be listed: \(error)", errno: error)
        }
    }

    private mutating func visit(_ name: FilePath.Component, in folder: OpenFolder, _ parent: [UInt8], _ depth: Int) {
        let path = EntryPath(trusted: parent + name.bagNameBytes)
        guard files.count + folders.count + others.count < BagLimits.maximumEntryCount else {
            isCut = true
            return
        }
        do throws(Errno) {
            let status = try folder.status(of: name)
            switch status.kind {
            case .regular: files.append(File(path: path, status: status))
            case .directory:
                folders.append(File(path: path, status: status))
                guard depth < BagLimits.maximumDepth else {
                    isCut = true
                    return
                }
                try descend(into: folder.folder(name), path, depth)
            case .symbolicLink, .pipe, .socket, .device: others.append(File(path: path, status: status))
            }
        } catch {
            failures.append((path, error))
        }
    }

    private mutating func descend(into folder: OpenFolder, _ path: EntryPath, _ depth: Int) throws(Errno) {
        let names = try names(in: folder)
        if names.isEmpty { emptyFolders.append(path) }
        for name in names { visit(name, in: folder, path.bytes + [EntryPath.slash], depth + 1) }
    }

    private mutating func names(in folder: OpenFolder) throws(Errno) -> [FilePath.Component] {
        guard let names = try calls.names(in: folder.descriptor, atMost: BagLimits.maximumEntryCount) else {
            isCut = true
            return []
        }
        return names.map { ($0, $0.bagNameBytes) }.sorted { $0.1.lexicographicallyPrecedes($1.1) }.map(\.0)
    }
}
