package import SystemPackage

#if canImport(Glibc)
    package import Glibc
#elseif canImport(Musl)
    package import Musl
#else
    package import Darwin
#endif

/// The system calls that sealed files are read and written with, as a seam: tests let the n-th of them fail.
///
/// Each is one call, without a retry; what an interruption or a short count means is for the caller to say.
package protocol FileCalls: Sendable {
    func open(_ path: FilePath, _ flags: CInt) throws(Errno) -> FileDescriptor
    /// A file without a name in a folder, or `notSupported` where the file system cannot make one.
    func openAnonymous(in folder: FileDescriptor) throws(Errno) -> FileDescriptor
    /// A new file; `fileExists` when there is one already. Only its owner may read and write it.
    func openExclusively(_ name: String, in folder: FileDescriptor) throws(Errno) -> FileDescriptor
    func status(of descriptor: FileDescriptor) throws(Errno) -> FileStatus
    func status(at path: FilePath) throws(Errno) -> FileStatus
    /// Reads into the buffers in turn; 0 at the end.
    func read(_ descriptor: FileDescriptor, into buffers: UnsafeBufferPointer<iovec>) throws(Errno) -> Int
    func write(_ descriptor: FileDescriptor, from buffers: UnsafeBufferPointer<iovec>) throws(Errno) -> Int
    /// As `read`, from a place in a file; the file's own position stays.
    func read(_ descriptor: FileDescriptor, into buffers: UnsafeBufferPointer<iovec>, at offset: UInt64) throws(Errno) -> Int
    /// As `write`, to a place in a file; the file's own position stays.
    func write(_ descriptor: FileDescriptor, from buffers: UnsafeBufferPointer<iovec>, at offset: UInt64) throws(Errno) -> Int
    /// Cuts a file, or lengthens it by a hole.
    func setByteCount(_ descriptor: FileDescriptor, _ count: UInt64) throws(Errno)
    func setPermissions(_ descriptor: FileDescriptor, _ permissions: mode_t) throws(Errno)
    func setModificationTime(_ descriptor: FileDescriptor, _ time: FileTime) throws(Errno)
    /// Waits until the file, or the folder's entries, are on the disk.
    func synchronize(_ descriptor: FileDescriptor) throws(Errno)
    /// Gives a name to a file that was opened without one; `fileExists` when the name is taken.
    func linkAnonymous(_ descriptor: FileDescriptor, as name: String, in folder: FileDescriptor) throws(Errno)
    /// A second name for a file; `fileExists` when it is taken.
    func link(_ name: String, as other: String, in folder: FileDescriptor) throws(Errno)
    /// Puts a file in the place of another, at once.
    func rename(_ name: String, to other: String, in folder: FileDescriptor) throws(Errno)
    func remove(_ name: String, in folder: FileDescriptor) throws(Errno)
    func close(_ descriptor: FileDescriptor)
}

/// The facts of `stat` that matter here.
package struct FileStatus: Sendable, Equatable {
    package enum Kind: Sendable { case regular, directory, other }
    package let kind: Kind
    package let device: UInt64
    package let inode: UInt64
    package let byteCount: UInt64
    /// Read, write and execute bits; without set-user-ID and its like.
    package let permissions: mode_t
    package let modificationTime: FileTime

    package func isSameFile(as other: FileStatus) -> Bool { device == other.device && inode == other.inode }
}

/// A time of a file, since 1970.
package struct FileTime: Sendable, Equatable {
    package let seconds: Int64
    package let nanoseconds: Int64
}
