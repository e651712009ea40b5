public import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A file that appears in its place only when it is whole and on the disk; until then, and after any failure, there is
/// what was there before.
///
/// It is written in the destination's folder without a name where the file system can do that (so that not even a
/// killed process leaves anything), else under a hidden temporary name. Without `overwrite` it takes its place by a call that fails
/// when the name is taken, so that of two writers exactly one succeeds.
public struct AtomicOutputFile: ~Copyable, Sendable {
    /// How many temporary names are tried. They are random: a second one is needed hardly ever.
    private static let maximumAttemptCount = 16

    /// What to write to.
    public let descriptor: FileDescriptor
    private let path: FilePath
    private let name: FilePath.Component
    private let overwrite: Bool
    private let folder: FileDescriptor
    /// The name in the folder for the time being, if there is one.
    private var temporaryName: String?
    private let calls: any FileCalls

    /// - Throws: `outputExists` when there is a file and `overwrite` is false, `outputIsDirectory`, `outputFailed`.
    public init(at path: FilePath, overwrite: Bool) throws(EnvelopeError) {
        try self.init(at: path, overwrite: overwrite, calls: SystemFileCalls())
    }

    package init(at path: FilePath, overwrite: Bool, calls: any FileCalls) throws(EnvelopeError) {
        guard let name = path.lastComponent, name.kind == .regular else {
            throw EnvelopeError(.outputIsDirectory, "\(path): is not the name of a file")
        }
        do throws(Errno) {
            if !overwrite { try Self.requireAbsence(of: path, calls) }
            let parent = path.removingLastComponent()
            (folder, descriptor, temporaryName) = try Self.create(calls) { () throws(Errno) in
                try calls.open(parent.isEmpty ? "." : parent, O_RDONLY | O_DIRECTORY)
            }
        } catch {
            throw .writing(path.string, error)
        }
        self.path = path
        self.name = name
        self.overwrite = overwrite
        self.calls = calls
    }

    /// A file in an open folder, whoever changes the way to it meanwhile.
    /// - Parameter path: stands for it in errors.
    package init(
        named name: FilePath.Component, in parent: OpenFolder, path: FilePath, overwrite: Bool, calls: any FileCalls
    ) throws(EnvelopeError) {
        do throws(Errno) {
            (folder, descriptor, temporaryName) = try Self.create(calls) { () throws(Errno) in
                try calls.open(".", in: parent.descriptor, O_RDONLY | O_DIRECTORY)
            }
        } catch {
            throw .writing(path.string, error)
        }
        self.path = path
        self.name = name
        self.overwrite = overwrite
        self.calls = calls
    }

    deinit {
        Self.remove(temporaryName, in: folder, calls)
        calls.close(descriptor)
        calls.close(folder)
    }

    /// Puts the file in its place.
    ///
    /// - Parameters:
    ///   - attributes: what it gets; without, only its owner may read and write it.
    ///   - synchronizingFolder: whether its name, too, is on the disk when this returns.
    /// - Throws: `outputExists` when somebody else was first; `outputNotDurable` when the file is in its place but the folder
    ///   could not be synchronized; otherwise nothing was changed.
    public mutating func commit(_ attributes: FileAttributes = FileAttributes(), synchronizingFolder: Bool = true) throws(EnvelopeError) {
        do throws(Errno) {
            if let owner = attributes.owner { try setOwner(owner) }
            if let permissions = attributes.permissions { try calls.setPermissions(descriptor, mode_t(permissions)) }
            if let time = attributes.modificationTime { try calls.setModificationTime(descriptor, time) }
            try calls.synchronize(descriptor)
            if overwrite { try replace() } else { try appear() }
        } catch {
            discard()
            throw .writing(path.string, error)
        }
        guard synchronizingFolder else { return }
        do throws(Errno) {
            try calls.synchronize(folder)
        } catch {
            throw EnvelopeError(
                .outputNotDurable, "\(path): is written, but a crash could still undo it: its folder cannot be synchronized: \(error)",
                errno: error)
        }
    }

    // MARK: Steps

    private func setOwner(_ owner: FileOwner) throws(Errno) {
        let status = try calls.status(of: descriptor)
        guard status.user != owner.user || status.group != owner.group else { return }
        try calls.setOwner(descriptor, owner.user, owner.group)
    }

    private static func requireAbsence(of path: FilePath, _ calls: any FileCalls) throws(Errno) {
        do throws(Errno) {
            _ = try calls.status(at: path)
        } catch .noSuchFileOrDirectory {
            return
        }
        throw .fileExists
    }

    private static func create(
        _ calls: any FileCalls, in openFolder: () throws(Errno) -> FileDescriptor
    ) throws(Errno) -> (folder: FileDescriptor, file: FileDescriptor, temporaryName: String?) {
        let folder = try openFolder()
        do throws(Errno) {
            let (file, temporaryName) = try create(in: folder, calls)
            return (folder, file, temporaryName)
        } catch {
            calls.close(folder)
            throw error
        }
    }

    private static func create(
        in folder: FileDescriptor, _ calls: any FileCalls
    ) throws(Errno) -> (FileDescriptor, String?) {
        do throws(Errno) {
            return (try calls.openAnonymous(in: folder), nil)
        } catch {
            guard error == .notSupported else { throw error }
        }
        let (descriptor, temporaryName) = try withUnusedName { candidate throws(Errno) in
            (try calls.openExclusively(candidate, in: folder), candidate)
        }
        return (descriptor, temporaryName)
    }

    /// Tries random names until one is free.
    private static func withUnusedName<R>(_ body: (String) throws(Errno) -> R) throws(Errno) -> R {
        for _ in 1..<maximumAttemptCount {
            do throws(Errno) {
                return try body(temporaryName())
            } catch .fileExists {
                continue
            }
        }
        return try body(temporaryName())
    }

    private static func temporaryName() -> String { ".coffer-\(String(UInt64.random(in: 1 << 60 ... .max), radix: 36)).tmp" }

    /// Takes the destination's name, free or not.
    private mutating func replace() throws(Errno) {
        if temporaryName == nil {
            temporaryName = try Self.withUnusedName { candidate throws(Errno) in
                try calls.linkAnonymous(descriptor, as: candidate, in: folder)
                return candidate
            }
        }
        if let temporaryName { try calls.rename(temporaryName, to: name, in: folder) }
        temporaryName = nil
    }

    /// Takes the destination's name if it is free.
    private mutating func appear() throws(Errno) {
        guard let temporaryName else { return try calls.linkAnonymous(descriptor, as: name, in: folder) }
        do throws(Errno) {
            try calls.link(temporaryName, as: name, in: folder)
        } catch {
            guard [.notSupported, .notPermitted, .noFunction].contains(error) else { throw error }
            try appearWithoutLinks(temporaryName)
            self.temporaryName = nil
            return
        }
        // The file is in its place, and that is success whatever becomes of its other name.
        discard()
    }

    /// For file systems without hard links: an empty file claims the name, and is then replaced.
    private func appearWithoutLinks(_ temporaryName: String) throws(Errno) {
        calls.close(try calls.openExclusively(name, in: folder))
        do throws(Errno) {
            try calls.rename(temporaryName, to: name, in: folder)
        } catch {
            try calls.remove(name, in: folder)
            throw error
        }
    }

    /// Removes what a person could see of an unfinished file. Without a name there is nothing to remove.
    private mutating func discard() {
        if Self.remove(temporaryName, in: folder, calls) { temporaryName = nil }
    }

    /// - Returns: whether the name is gone; if not, it is tried once more at the end of the life of this value.
    @discardableResult
    private static func remove(_ temporaryName: String?, in folder: FileDescriptor, _ calls: any FileCalls) -> Bool {
        guard let temporaryName else { return true }
        do {
            try calls.remove(temporaryName, in: folder)
            return true
        } catch {
            // Its name says that it is temporary, and the failure that led here, if there was one, is being reported.
            return false
        }
    }
}

/// What a file has besides its content.
public struct FileAttributes: Sendable, Equatable {
    /// Read, write and execute bits; nil for read and write by the owner.
    public var permissions: UInt32?
    /// nil for whoever runs this process.
    package var owner: FileOwner?
    /// nil for the time of writing.
    package var modificationTime: FileTime?

    public init(permissions: UInt32? = nil) {
        self.permissions = permissions
    }

    package init(of status: FileStatus) {
        permissions = UInt32(status.permissions)
        modificationTime = status.modificationTime
    }

    /// Those of a file that is to be replaced by one with the same content under another header or key.
    package init(replacing status: FileStatus) {
        self.init(of: status)
        owner = FileOwner(user: status.user, group: status.group)
    }
}

/// The user and the group that a file belongs to.
package struct FileOwner: Sendable, Equatable {
    package let user: UInt32
    package let group: UInt32
}
