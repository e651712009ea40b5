public import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A regular file, by its folder and its name there.
public struct LocatedFile: Sendable {
    /// As a person named it or its tree.
    public let path: FilePath
    /// Relative to the tree; the name alone for a file that was named by itself.
    public let relativePath: FilePath
    package let folder: OpenFolder
    package let name: FilePath.Component
    /// As it was when it was found.
    package let status: FileStatus

    public var byteCount: UInt64 { status.byteCount }
    /// Its access bits.
    public var permissions: UInt32 { UInt32(status.permissions) }

    /// Opens the file for reading; the caller closes it.
    ///
    /// What was put in its place since it was found is not followed when it is a symbolic link, and is refused when it is no regular file.
    /// - Throws: `inputNotFound`, `inputUnreadable`.
    public func open() throws(EnvelopeError) -> FileDescriptor {
        do throws(Errno) {
            return try open(O_RDONLY).descriptor
        } catch {
            throw .reading(path.string, error)
        }
    }

    func open(_ flags: CInt) throws(Errno) -> (descriptor: FileDescriptor, status: FileStatus) {
        // O_NONBLOCK keeps a pipe from hanging the call; on a regular file it means nothing.
        let descriptor = try folder.calls.open(name, in: folder.descriptor, flags | O_NONBLOCK | O_NOCTTY)
        do throws(Errno) {
            let status = try folder.calls.status(of: descriptor)
            guard status.kind == .regular else { throw .noSuchFileOrDirectory }
            return (descriptor, status)
        } catch {
            folder.calls.close(descriptor)
            throw error
        }
    }
}

extension LocatedFile {
    /// Finds a file that a person named, following symbolic links to where it really lies.
    /// - Throws: `inputNotFound`, `inputUnreadable`, `inputIsDirectory`; `unsupportedFormat` for a pipe or a device.
    static func named(_ path: FilePath, calls: any FileCalls) throws(EnvelopeError) -> LocatedFile {
        let file: LocatedFile
        do throws(Errno) {
            let real = try path.resolved()
            guard let name = real.lastComponent, name.kind == .regular else { throw .isDirectory }
            let folder = try OpenFolder(real.removingLastComponent(), calls: calls)
            file = LocatedFile(
                path: path, relativePath: FilePath(root: nil, [name]), folder: folder, name: name, status: try folder.status(of: name))
        } catch {
            throw .reading(path.string, error)
        }
        switch file.status.kind {
        case .regular: return file
        case .directory: throw .inputIsDirectory(path.string)
        case .symbolicLink, .pipe, .socket, .device:
            throw EnvelopeError(.unsupportedFormat, "\(path): is not a regular file, and only such can get another header")
        }
    }
}

extension FilePath {
    /// The path without symbolic links in it.
    func resolved() throws(Errno) -> FilePath {
        guard let text = unsafe withPlatformString({ unsafe realpath($0, nil) }) else { throw Errno(rawValue: errno) }
        defer { unsafe free(text) }
        return unsafe FilePath(platformString: text)
    }
}

extension FilePath.Component {
    /// The bytes of the name, whatever they are.
    var bytes: [UInt8] {
        unsafe withPlatformString { text in
            unsafe Array(UnsafeRawBufferPointer(start: text, count: strlen(text)))
        }
    }
}
