import Envelope
import ObjectStore
import SystemPackage

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The folders that objects are written to: reached by descriptors from the target on, so that neither a key nor a symbolic link leads out of it.
///
/// Keys come in the order of a listing, in which all that lies in one folder stands together. Of the folders on the way, one descriptor
/// each is open.
struct DownloadTree {
    /// Each costs a descriptor.
    static let maximumDepth = FileTree.maximumDepth
    private static let folderPermissions: mode_t = 0o700

    private struct Level {
        let name: FilePath.Component
        let folder: OpenFolder
    }

    /// Where one object goes.
    struct Place: Sendable {
        let folder: OpenFolder
        let name: FilePath.Component
        let path: FilePath
    }

    let path: FilePath
    private let root: OpenFolder
    private var levels: [Level] = []

    /// Makes the folder if there is none.
    init(_ path: FilePath) throws {
        let isNew = path.withPlatformString { mkdir($0, 0o777) } == 0
        guard isNew || errno == EEXIST else { throw Self.failure(path, Errno(rawValue: errno)) }
        do throws(Errno) {
            root = try OpenFolder(path, calls: SystemFileCalls())
        } catch {
            throw Self.failure(path, error)
        }
        self.path = path
    }

    /// The folder and the name for a key, with the folders on the way made.
    /// - Parameter name: the key behind what the target stands for.
    /// - Throws: `CommandError` for a name that is no relative path of regular names.
    mutating func place(for name: ArraySlice<UInt8>) throws -> Place {
        var components = try Self.components(name)
        guard let last = components.popLast() else { preconditionFailure("a name that was checked has a component") }
        let common = zip(levels, components).prefix { $0.name == $1 }.count
        levels.removeLast(levels.count - common)
        var path = self.path
        for component in components { path.append(component) }
        for component in components[common...] {
            levels.append(Level(name: component, folder: try Self.enter(component, in: levels.last?.folder ?? root, path)))
        }
        return Place(folder: levels.last?.folder ?? root, name: last, path: path.appending(last))
    }

    private static func components(_ name: ArraySlice<UInt8>) throws -> [FilePath.Component] {
        guard let text = String(validating: name, as: UTF8.self) else { preconditionFailure("a key is UTF-8") }
        guard !text.hasPrefix("/") else { throw refusal("is an absolute path") }
        let names = text.split(separator: "/", omittingEmptySubsequences: false)
        guard names.count <= maximumDepth else { throw refusal("lies more than \(maximumDepth) folders deep") }
        return try names.map { name in
            guard !name.isEmpty else { throw refusal("has an empty name in it") }
            guard let component = FilePath.Component(String(name)), component.kind == .regular else {
                throw refusal("has \"\(name)\" in it, which leads elsewhere")
            }
            return component
        }
    }

    private static func refusal(_ reason: String) -> CommandError {
        CommandError(.usage, "its key cannot be the name of a file: it \(reason)", hint: "copy it by itself, to a name of your own")
    }

    /// Opens a folder in a folder, which is made and on the disk if there was none. A symbolic link is no folder.
    private static func enter(_ name: FilePath.Component, in parent: OpenFolder, _ path: FilePath) throws -> OpenFolder {
        let isNew = name.withPlatformString { mkdirat(parent.descriptor.rawValue, $0, folderPermissions) } == 0
        guard isNew || errno == EEXIST else { throw failure(path, Errno(rawValue: errno)) }
        guard !isNew || fsync(parent.descriptor.rawValue) == 0 else { throw failure(path, Errno(rawValue: errno)) }
        do throws(Errno) {
            return try parent.folder(name)
        } catch {
            throw failure(path, error)
        }
    }

    private static func failure(_ path: FilePath, _ error: Errno) -> CommandError {
        switch error {
        // Linux says of a link that it is no directory.
        case .tooManySymbolicLinkLevels, .notDirectory:
            CommandError(.fileExists, "\(path): is no folder, or a symbolic link, which is not followed", hint: "name another folder")
        default: CommandError(.fileUnavailable, "\(path): cannot be made: \(error)")
        }
    }
}

extension DownloadTree.Place {
    /// Whether something has the name already.
    func isTaken() throws -> Bool {
        do throws(Errno) {
            _ = try folder.status(of: name)
            return true
        } catch {
            guard error == .noSuchFileOrDirectory else { throw CommandError(.fileUnavailable, "\(path): \(error)") }
            return false
        }
    }

    /// Writes the file. Its name is on the disk when its folder is synchronized, too.
    func write(_ body: any ObjectBody, overwrite: Bool, _ monitor: WorkMonitor = WorkMonitor()) async throws {
        var file = try AtomicOutputFile(named: name, in: folder, path: path, overwrite: overwrite, calls: SystemFileCalls())
        try await BodyOutput.copy(body, to: file.descriptor, name: path.string, monitor)
        try file.commit(FileAttributes(permissions: BodyOutput.permissions), synchronizingFolder: false)
    }

    func synchronizeFolder() throws {
        guard fsync(folder.descriptor.rawValue) == 0 else {
            throw CommandError(
                .fileUnavailable,
                "\(path): is written, but a crash could still undo it: its folder cannot be synchronized: \(Errno(rawValue: errno))")
        }
    }
}
