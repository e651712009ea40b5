import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The folders that a tree of files is written to.
struct OutputTree: Sendable {
    let root: OutputFolder

    /// Makes the folder if there is none.
    /// - Throws: `sameFile` when it is within the tree that is read, or is that tree.
    init(_ path: FilePath, outside source: FilePath) throws(EnvelopeError) {
        root = try OutputFolder(path, permissions: 0o700)
        let isWithin: Bool
        do throws(Errno) {
            isWithin = try path.resolved().starts(with: source.resolved())
        } catch {
            throw .writing(path.string, error)
        }
        guard !isWithin else {
            throw EnvelopeError(.sameFile, "\(path): lies within \(source), which it is made of: name a folder outside")
        }
    }

    func makeFolder(_ relativePath: FilePath, permissions: UInt32) throws(EnvelopeError) -> OutputFolder {
        try OutputFolder(root.path.pushing(relativePath), permissions: permissions)
    }
}

/// A folder that files are written to, and that is durable when all of them are.
struct OutputFolder: Sendable {
    let path: FilePath
    /// What it has in the end; nil for one that was there before.
    private let permissions: UInt32?

    init(_ path: FilePath, permissions: UInt32) throws(EnvelopeError) {
        // Until all is in it, its owner has to be able to write.
        let isNew = unsafe path.withPlatformString { unsafe mkdir($0, 0o700) } == 0
        guard isNew || errno == EEXIST else { throw .writing(path.string, Errno(rawValue: errno)) }
        self.path = path
        self.permissions = isNew ? permissions : nil
    }

    /// One that is there.
    init(existing path: FilePath) {
        self.path = path
        permissions = nil
    }

    func finish() throws(EnvelopeError) {
        let calls = SystemFileCalls()
        do throws(Errno) {
            let folder = try OpenDescriptor(path, O_RDONLY | O_DIRECTORY, calls: calls)
            if let permissions { try calls.setPermissions(folder.descriptor, mode_t(permissions)) }
            try calls.synchronize(folder.descriptor)
        } catch {
            throw EnvelopeError(
                .outputNotDurable, "\(path): is written, but a crash could still undo it: it cannot be synchronized: \(error)", errno: error
            )
        }
    }
}
