internal import CIntegrityShims
import SystemPackage

/// Reading the names of folders, and the folders on the way.
extension TreeWalk {
    /// For the names of one folder, however little of the budget is left.
    private static var leastNameBudget: Int { 64 << 10 }

    /// Reads all names of a folder.
    /// - Returns: those that could be read, and why not all of them.
    func readFolder(_ folder: FolderHandle, pathByteCount: Int) throws(IntegrityError) -> (WalkLevel, Errno?) {
        let budget = max(freeNameBudget / 2, Self.leastNameBudget)
        var sorter = ExternalSorter(BytewiseOrder(), budget: budget, scratchFolder: options.scratchFolder)
        var errno: Errno?
        while true {
            let count = unsafe calls.readFolder(folder.descriptor, buffer.bytes)
            if count <= 0 {
                if count < 0 { errno = Errno(rawValue: CInt(-count)) }
                break
            }
            if let reason = try takeNames(count, folder, &sorter) { errno = reason }
        }
        let level = WalkLevel(folder, try sorter.finish(), pathByteCount: pathByteCount)
        freeNameBudget -= level.names.memoryByteCount
        return (level, errno)
    }

    /// - Returns: what is wrong with a name.
    private func takeNames(
        _ count: Int, _ folder: FolderHandle, _ sorter: inout ExternalSorter<BytewiseOrder>
    ) throws(IntegrityError) -> Errno? {
        var offset = 0
        var errno: Errno?
        while offset < count {
            guard let name = unsafe buffer.name(at: offset, of: count) else { return .ioError }
            unsafe offset = name.next
            if unsafe Self.isDots(name.bytes) { continue }
            guard unsafe isSafe(name.bytes) else {
                errno = .ioError
                continue
            }
            guard unsafe name.bytes.count <= FolderBuffer.maximumNameByteCount else {
                errno = .fileNameTooLong
                continue
            }
            if !options.leftOut.isEmpty, unsafe isLeftOut(name, folder) { continue }
            try unsafe append(name, &sorter)
        }
        return errno
    }

    /// The record is the name with its zero byte, and the type behind it: written into the buffer where the name was read already.
    private func append(_ name: FolderBuffer.Name, _ sorter: inout ExternalSorter<BytewiseOrder>) throws(IntegrityError) {
        let count = unsafe name.bytes.count
        try unsafe withUnsafeTemporaryAllocation(byteCount: count + 2, alignment: 1) { (record) throws(IntegrityError) in
            unsafe record.copyMemory(from: name.bytes)
            unsafe record[count] = 0
            unsafe record[count + 1] = name.type
            try unsafe sorter.append(UnsafeRawBufferPointer(record))
        }
    }

    private static func isDots(_ name: UnsafeRawBufferPointer) -> Bool {
        let dot = UInt8(ascii: ".")
        return unsafe (name.count == 1 && name[0] == dot) || (name.count == 2 && name[0] == dot && name[1] == dot)
    }

    /// No file system should have an empty name or one with a slash; a damaged one may.
    private func isSafe(_ name: UnsafeRawBufferPointer) -> Bool { unsafe !name.isEmpty && !name.contains(EntryPath.slash) }

    private func isLeftOut(_ name: FolderBuffer.Name, _ folder: FolderHandle) -> Bool {
        guard options.leftOut.contains(where: { unsafe $0.inode == name.inode }), let base = unsafe name.bytes.baseAddress else {
            return false
        }
        var status = EntryStatus()
        let result = unsafe calls.status(folder.descriptor, base.assumingMemoryBound(to: CChar.self), &status)
        return result == 0 && options.leftOut.contains(status.id)
    }

    /// Goes into a folder, and closes the outermost open one when there are too many.
    func push(_ level: WalkLevel, _ path: [UInt8]) {
        levels.append(level)
        prefix = path
        prefix.append(EntryPath.slash)
        if levels.count - closedLevelCount > options.openFolderLimit {
            levels[closedLevelCount].folder = nil
            closedLevelCount += 1
        }
    }

    func leave(_ level: WalkLevel) {
        freeNameBudget += level.names.memoryByteCount
        levels.removeLast()
        closedLevelCount = min(closedLevelCount, levels.count)
        guard let parent = levels.last else { return }
        prefix.removeLast(prefix.count - (parent.pathByteCount == 0 ? 0 : parent.pathByteCount + 1))
    }

    /// Opens the innermost folders of the way again, from the root down, each by its name, so that no link can lead elsewhere. Where
    /// another folder has taken a place, it and all below it stay closed.
    func reopen() {
        let firstKept = max(0, levels.count - max(1, options.openFolderLimit / 2))
        var current = root
        for index in 1..<max(levels.count, 1) {
            let start = levels[index - 1].pathByteCount == 0 ? 0 : levels[index - 1].pathByteCount + 1
            var name = prefix[start..<levels[index].pathByteCount].map { CChar(bitPattern: $0) }
            name.append(0)
            let descriptor = unsafe calls.openFolder(current.descriptor, name)
            if descriptor < 0 { return }
            var status = EntryStatus()
            let result = calls.status(descriptor, &status)
            current = FolderHandle(descriptor, status)
            if result != 0 || status.id != levels[index].id { return }
            if index >= firstKept { levels[index].folder = current }
        }
        if firstKept == 0 { levels[0].folder = root }
        closedLevelCount = firstKept
    }
}
