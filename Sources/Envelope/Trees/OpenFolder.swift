package import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// An open folder, by which its entries are reached: nobody can put a symbolic link into the way to them any more.
///
/// A reference, because a folder stays open until the last of its files is dealt with.
package final class OpenFolder: Sendable {
    package let descriptor: FileDescriptor
    let calls: any FileCalls

    /// Opens a folder that a person named, following symbolic links.
    package init(_ path: FilePath, calls: any FileCalls) throws(Errno) {
        descriptor = try calls.open(path.isEmpty ? "." : path, O_RDONLY | O_DIRECTORY)
        self.calls = calls
    }

    private init(_ name: FilePath.Component, in folder: OpenFolder) throws(Errno) {
        descriptor = try folder.calls.open(name, in: folder.descriptor, O_RDONLY | O_DIRECTORY)
        calls = folder.calls
    }

    deinit {
        calls.close(descriptor)
    }

    /// Opens a folder in this folder; a symbolic link to one is refused.
    package func folder(_ name: FilePath.Component) throws(Errno) -> OpenFolder { try OpenFolder(name, in: self) }

    package func status(of name: FilePath.Component) throws(Errno) -> FileStatus { try calls.status(of: name, in: descriptor) }
}
