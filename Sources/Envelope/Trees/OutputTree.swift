import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The folders that a tree of files is written to: reached by descriptors, so that no symbolic link in them leads elsewhere.
///
/// Folders come depth first, each before what is in it. Of those on the way, one descriptor each is open; a file that
/// is still at work keeps its own.
struct OutputTree {
    private struct Level {
        let relativePath: FilePath
        /// nil where the folder could not be made.
        let folder: Result<OpenFolder, EnvelopeError>
    }

    /// A folder that is to be durable when all of its files are.
    private struct Finish {
        let relativePath: FilePath
        /// What it has in the end; nil for one that was there before.
        let permissions: UInt32?
    }

    let path: FilePath
    private let root: OpenFolder
    private let isNew: Bool
    private var levels: [Level] = []
    private var finishes: [Finish]

    /// A tree beside another: each file is put into the folder of the one it comes from.
    init(beside tree: FileTree) {
        path = tree.path
        root = tree.root
        isNew = false
        finishes = [Finish(relativePath: FilePath(), permissions: nil)]
    }

    /// Makes the folder if there is none.
    /// - Throws: `sameFile` when it is within the tree that is read, or is that tree.
    init(_ path: FilePath, outside source: FilePath) throws(EnvelopeError) {
        isNew = unsafe path.withPlatformString { unsafe mkdir($0, 0o700) } == 0
        guard isNew || errno == EEXIST else { throw .writing(path.string, Errno(rawValue: errno)) }
        let isWithin: Bool
        do throws(Errno) {
            root = try OpenFolder(path, calls: SystemFileCalls())
            isWithin = try path.resolved().starts(with: source.resolved())
        } catch {
            throw .writing(path.string, error)
        }
        guard !isWithin else {
            if isNew { _ = unsafe path.withPlatformString { unsafe rmdir($0) } }
            throw EnvelopeError(.sameFile, "\(path): lies within \(source), which it is made of: name a folder outside")
        }
        self.path = path
        finishes = [Finish(relativePath: FilePath(), permissions: nil)]
    }

    /// The folder for what lies in this folder of the tree that is read.
    /// - Throws: why it could not be made.
    mutating func folder(at relativePath: FilePath) throws(EnvelopeError) -> OpenFolder {
        while let last = levels.last, !relativePath.starts(with: last.relativePath) { levels.removeLast() }
        guard let last = levels.last else { return root }
        return try last.folder.get()
    }

    /// Makes a folder, or opens the one that is there.
    mutating func makeFolder(_ relativePath: FilePath, permissions: UInt32) throws(EnvelopeError) {
        let parent = Result { () throws(EnvelopeError) in try folder(at: relativePath) }
        let made = parent.flatMap { parent in Self.makeFolder(relativePath, in: parent, path.pushing(relativePath)) }
        levels.append(Level(relativePath: relativePath, folder: made.map(\.folder)))
        finishes.append(Finish(relativePath: relativePath, permissions: try made.get().isNew ? permissions : nil))
    }

    private static func makeFolder(
        _ relativePath: FilePath, in parent: OpenFolder, _ path: FilePath
    ) -> Result<(folder: OpenFolder, isNew: Bool), EnvelopeError> {
        guard let name = relativePath.lastComponent else { return .success((parent, false)) }
        do throws(Errno) {
            var isNew = true
            do throws(Errno) {
                // Until all is in it, its owner has to be able to write.
                try parent.calls.makeFolder(name, in: parent.descriptor)
            } catch .fileExists {
                isNew = false
            }
            return .success((try parent.folder(name), isNew))
        } catch {
            return .failure(.writing(path.string, error))
        }
    }

    /// Gives the folders their access bits, and waits until they are on the disk: deepest first.
    /// - Throws: `outputNotDurable` for the first that failed, when all are done.
    func finish() throws(EnvelopeError) {
        var failure: EnvelopeError?
        for folder in finishes.reversed() {
            do throws(Errno) {
                try finish(folder)
            } catch {
                let path = path.pushing(folder.relativePath)
                failure =
                    failure
                    ?? EnvelopeError(
                        .outputNotDurable, "\(path): is written, but a crash could still undo it: it cannot be synchronized: \(error)",
                        errno: error)
            }
        }
        if let failure { throw failure }
    }

    private func finish(_ finish: Finish) throws(Errno) {
        var folder = root
        for name in finish.relativePath.components { folder = try folder.folder(name) }
        if let permissions = finish.permissions { try folder.calls.setPermissions(folder.descriptor, mode_t(permissions)) }
        try folder.calls.synchronize(folder.descriptor)
    }
}
