import Envelope
import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What is done to files and folders while a bag is made.
enum BagFiles {
    static func exists(_ name: FilePath.Component, in folder: OpenFolder) throws(Errno) -> Bool {
        do throws(Errno) {
            _ = try folder.status(of: name)
            return true
        } catch .noSuchFileOrDirectory {
            return false
        }
    }

    static func makeFolder(_ path: EntryPath, in folder: BagFolder) throws(IntegrityError) -> OpenFolder {
        do throws(Errno) {
            let (parent, name) = try folder.parent(of: path)
            // Until all is in it, its owner alone may do anything with it.
            try folder.calls.makeFolder(name, in: parent.descriptor)
            return try parent.folder(name)
        } catch {
            throw .writingBag(path.bytes, error)
        }
    }

    /// Writes a tag file that is not there yet.
    /// - Parameter permissions: of the folder; whoever may read it may read the file.
    static func write(_ tag: BagTagFiles.File, in folder: BagFolder, permissions: UInt16) throws(IntegrityError) {
        let calls = folder.calls
        do throws(Errno) {
            let file = OpenBagFile(try calls.openExclusively(tag.name, in: folder.root.descriptor), calls)
            try calls.writeBytes(tag.bytes, to: file.descriptor, at: 0)
            try calls.setPermissions(file.descriptor, .init(permissions & 0o666))
            try calls.synchronize(file.descriptor)
        } catch {
            throw .writingBag(Array(tag.name.utf8), error)
        }
    }

    /// Moves an entry; what has the name already is replaced, as rename(2) does it.
    static func rename(
        _ name: FilePath.Component, in folder: OpenFolder, to other: FilePath.Component, in otherFolder: OpenFolder
    ) throws(Errno) {
        let result = unsafe name.withPlatformString { name in
            unsafe other.withPlatformString { unsafe renameat(folder.descriptor.rawValue, name, otherFolder.descriptor.rawValue, $0) }
        }
        guard result == 0 else { throw Errno(rawValue: errno) }
    }

    static func removeFolder(_ name: FilePath.Component, in folder: OpenFolder) throws(Errno) {
        let result = unsafe name.withPlatformString { unsafe unlinkat(folder.descriptor.rawValue, $0, AT_REMOVEDIR) }
        guard result == 0 else { throw Errno(rawValue: errno) }
    }

    /// Removes a folder that was made here, with all that is in it; no link is followed. What fails is left: a failure is being reported
    /// already.
    /// - Returns: whether nothing is left.
    @discardableResult
    static func removeTree(_ name: FilePath.Component, in parent: OpenFolder, _ calls: any FileCalls) -> Bool {
        do throws(Errno) {
            let folder = try parent.folder(name)
            try calls.setPermissions(folder.descriptor, 0o700)
            for entry in try calls.names(in: folder.descriptor, atMost: BagLimits.maximumEntryCount) ?? [] {
                if try folder.status(of: entry).kind == .directory {
                    removeTree(entry, in: folder, calls)
                } else {
                    try calls.remove(entry, in: folder.descriptor)
                }
            }
            try removeFolder(name, in: parent)
            return true
        } catch {
            return false
        }
    }
}
