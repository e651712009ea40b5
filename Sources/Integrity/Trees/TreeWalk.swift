internal import CIntegrityShims
import SystemPackage

/// Goes through a folder and all that is in it, in the order of `EntryPath`: name by name, a folder before what is in it.
///
/// It follows no symbolic link but the one that the root may be, opens folders only, and asks for the status of nothing else (unless a
/// file system does not say what its entries are). It needs memory for the names of the folders on the way, and not more of it than its
/// options say: what is more is sorted on the disk.
final class TreeWalk<Calls: TreeCalls> {
    let calls: Calls
    let options: WalkOptions
    let root: FolderHandle
    /// The folders on the way, the root first.
    var levels: [WalkLevel] = []
    /// How many of the outermost ones are closed to save descriptors, and reopened when the walk comes back to them.
    var closedLevelCount = 0
    /// The path of the innermost folder, with a slash behind it unless it is the root.
    var prefix: [UInt8] = []
    var freeNameBudget: Int
    let buffer = FolderBuffer()

    /// - Throws: `notFound`, `notAFolder` or `unreadable` if the root cannot be listed.
    init(_ rootPath: FilePath, _ options: WalkOptions, _ calls: Calls) throws(IntegrityError) {
        self.calls = calls
        self.options = options
        freeNameBudget = options.nameBudget
        root = try Self.openRoot(rootPath, calls)
        let (level, errno) = try readFolder(root, pathByteCount: 0)
        if let errno { throw IntegrityError(.unreadable, "\(rootPath) cannot be listed: \(errno)", errno: errno) }
        levels.append(level)
    }

    /// The next entry; nil at the end.
    /// - Throws: `unwritable` or `unreadable` for the temporary file of a folder with very many names; what is wrong with an entry is
    ///   said in it.
    func next() throws(IntegrityError) -> WalkedEntry? {
        while let level = levels.last {
            guard let name = try unsafe level.names.next() else {
                leave(level)
                continue
            }
            if let entry = try unsafe visit(name, in: level) { return entry }
        }
        return nil
    }

    /// - Parameter record: a name, a zero byte, and the type that the folder says it has.
    private func visit(_ record: UnsafeRawBufferPointer, in level: WalkLevel) throws(IntegrityError) -> WalkedEntry? {
        guard let base = record.baseAddress else { preconditionFailure("a record holds a zero byte and a type") }
        let count = record.count - 2
        let name = unsafe base.assumingMemoryBound(to: CChar.self)
        let path = unsafe path(of: UnsafeRawBufferPointer(rebasing: record[..<count]))
        // A folder in which somebody renames may give a name twice.
        if path == level.lastPath { return nil }
        level.lastPath = path
        if level.folder == nil && !level.isLost {
            reopen()
            level.isLost = level.folder == nil
        }
        guard let parent = level.folder else {
            let type = unsafe EntryType(folderRecordType: record[count + 1]) ?? .file
            return entry(path, type, parent: nil, folder: nil, errno: .staleNFSFileHandle)
        }
        var type = unsafe EntryType(folderRecordType: record[count + 1])
        var errno: Errno?
        if type == nil { unsafe (type, errno) = status(of: name, in: parent) }
        guard let type else {
            // Gone, or never to be known: whoever examines it finds out.
            return isExcluded(path, isFolder: false) ? nil : entry(path, .file, parent: parent, folder: nil, errno: errno)
        }
        if isExcluded(path, isFolder: type == .folder) { return nil }
        if type != .folder { return entry(path, type, parent: parent, folder: nil, errno: nil) }
        return try unsafe enter(name, path, parent)
    }

    private func isExcluded(_ path: [UInt8], isFolder: Bool) -> Bool {
        !options.exclusions.isEmpty && options.exclusions.contain(path, nameStart: prefix.count, isFolder: isFolder)
    }

    private func entry(_ path: [UInt8], _ type: EntryType, parent: FolderHandle?, folder: FolderHandle?, errno: Errno?) -> WalkedEntry {
        WalkedEntry(path: path, nameStart: prefix.count, type: type, parent: parent, folder: folder, errno: errno)
    }

    /// The path of a name in the innermost folder: the only allocation for an entry.
    private func path(of name: UnsafeRawBufferPointer) -> [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: prefix.count + name.count) { bytes, count in
            unsafe prefix.withUnsafeBytes { unsafe UnsafeMutableRawBufferPointer(bytes).copyMemory(from: $0) }
            unsafe UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(bytes)[prefix.count...]).copyMemory(from: name)
            count = prefix.count + name.count
        }
    }

    private func status(of name: UnsafePointer<CChar>, in folder: FolderHandle) -> (EntryType?, Errno?) {
        var status = EntryStatus()
        let result = unsafe calls.status(folder.descriptor, name, &status)
        return result == 0 ? (status.type, nil) : (nil, Errno(rawValue: -result))
    }

    /// Opens a folder, reads the names in it and goes on with them.
    private func enter(_ name: UnsafePointer<CChar>, _ path: [UInt8], _ parent: FolderHandle) throws(IntegrityError) -> WalkedEntry? {
        let descriptor = unsafe calls.openFolder(parent.descriptor, name)
        if descriptor < 0 {
            let errno = Errno(rawValue: -descriptor)
            // It may be something else by now.
            if errno == .notDirectory || errno == .tooManySymbolicLinkLevels, let type = unsafe status(of: name, in: parent).0,
                type != .folder
            {
                return entry(path, type, parent: parent, folder: nil, errno: nil)
            }
            return entry(path, .folder, parent: parent, folder: nil, errno: errno)
        }
        var status = EntryStatus()
        let result = calls.status(descriptor, &status)
        let folder = FolderHandle(descriptor, status)
        if result != 0 { return entry(path, .folder, parent: parent, folder: nil, errno: Errno(rawValue: -result)) }
        if options.leftOut.contains(status.id) { return nil }
        if options.staysOnFileSystem && status.device != root.status.device {
            return entry(path, .folder, parent: parent, folder: folder, errno: nil)
        }
        if levels.count >= EntryPath.maximumDepth || path.count + 1 + FolderBuffer.maximumNameByteCount > EntryPath.maximumByteCount {
            return entry(path, .folder, parent: parent, folder: folder, errno: .fileNameTooLong)
        }
        let (level, errno) = try readFolder(folder, pathByteCount: path.count)
        let entry = entry(path, .folder, parent: parent, folder: folder, errno: errno)
        push(level, path)
        return entry
    }

    private static func openRoot(_ path: FilePath, _ calls: Calls) throws(IntegrityError) -> FolderHandle {
        let descriptor = unsafe path.withPlatformString { unsafe calls.openRoot($0) }
        if descriptor < 0 { throw unopened(path, Errno(rawValue: -descriptor)) }
        var status = EntryStatus()
        let result = calls.status(descriptor, &status)
        let folder = FolderHandle(descriptor, status)
        if result != 0 { throw unopened(path, Errno(rawValue: -result)) }
        return folder
    }

    private static func unopened(_ path: FilePath, _ errno: Errno) -> IntegrityError {
        switch errno {
        case .noSuchFileOrDirectory: IntegrityError(.notFound, "\(path) does not exist", errno: errno)
        case .notDirectory: IntegrityError(.notAFolder, "\(path) is not a folder", errno: errno)
        default: IntegrityError(.unreadable, "\(path) cannot be opened: \(errno)", errno: errno)
        }
    }
}
