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

    // MARK: By folder and name

    /// Opens an entry of a folder; a symbolic link is not followed.
    func open(_ name: FilePath.Component, in folder: FileDescriptor, _ flags: CInt) throws(Errno) -> FileDescriptor
    /// The facts of an entry itself, also of a symbolic link.
    func status(of name: FilePath.Component, in folder: FileDescriptor) throws(Errno) -> FileStatus
    /// The names in a folder, but for itself and its parent; nil when there are more than `bound`.
    func names(in folder: FileDescriptor, atMost bound: Int) throws(Errno) -> [FilePath.Component]?
    /// As those above that take a text, for names of any bytes.
    func openExclusively(_ name: FilePath.Component, in folder: FileDescriptor) throws(Errno) -> FileDescriptor
    func linkAnonymous(_ descriptor: FileDescriptor, as name: FilePath.Component, in folder: FileDescriptor) throws(Errno)
    func link(_ name: String, as other: FilePath.Component, in folder: FileDescriptor) throws(Errno)
    func rename(_ name: String, to other: FilePath.Component, in folder: FileDescriptor) throws(Errno)
    func remove(_ name: FilePath.Component, in folder: FileDescriptor) throws(Errno)
    /// Moves an entry into another folder of the file system; `fileExists` when the name is taken there.
    func move(
        _ name: FilePath.Component, in folder: FileDescriptor, to other: FilePath.Component, in otherFolder: FileDescriptor
    ) throws(Errno)
    func setOwner(_ descriptor: FileDescriptor, _ user: UInt32, _ group: UInt32) throws(Errno)

    /// Waits, for a tenth of a second at most, until a descriptor that somebody else set to not block can be read or written.
    func waitUntilReady(_ descriptor: FileDescriptor, toWrite: Bool)
    /// A new folder, for its owner alone; `fileExists` when the name is taken.
    func makeFolder(_ name: FilePath.Component, in folder: FileDescriptor) throws(Errno)

    // MARK: By position

    func read(_ descriptor: FileDescriptor, into buffer: UnsafeMutableRawBufferPointer, at position: UInt64) throws(Errno) -> Int
    func write(_ descriptor: FileDescriptor, from buffer: UnsafeRawBufferPointer, at position: UInt64) throws(Errno) -> Int
    /// Cuts a file, or lengthens it by a hole.
    func truncate(_ descriptor: FileDescriptor, to byteCount: UInt64) throws(Errno)
    /// As `synchronize`, without what reading the bytes does not need (times).
    func synchronizeData(_ descriptor: FileDescriptor) throws(Errno)
    /// Begins to write a part of a file to the disk, so that less is left for `synchronize`. A hint, which cannot fail.
    func startWriteback(_ descriptor: FileDescriptor, _ range: Range<UInt64>)
    /// Takes the lock of an open file for this process; false when another has it.
    func lock(_ descriptor: FileDescriptor) throws(Errno) -> Bool
    /// Gives the lock back. Closing alone does that only when no child that is just being started has the file open, too.
    func unlock(_ descriptor: FileDescriptor)
    /// Lets a range of bytes, to the end of the source, be shared by two files; `notSupported` where that cannot be.
    func clone(_ source: FileDescriptor, from position: UInt64, to target: FileDescriptor, at targetPosition: UInt64) throws(Errno)
    /// Copies within the system as many bytes as it likes, 0 at the end; `notSupported` where it cannot.
    func copy(
        _ source: FileDescriptor, from position: UInt64, to target: FileDescriptor, at targetPosition: UInt64, byteCount: Int
    ) throws(Errno) -> Int
}

/// The facts of `stat` that matter here.
package struct FileStatus: Sendable, Equatable {
    package enum Kind: Sendable { case regular, directory, symbolicLink, pipe, socket, device }
    package let kind: Kind
    package let device: UInt64
    package let inode: UInt64
    package let byteCount: UInt64
    /// Read, write and execute bits; without set-user-ID and its like.
    package let permissions: mode_t
    package let modificationTime: FileTime
    /// When content, name or attributes last changed; nobody can set it.
    package let changeTime: FileTime
    /// How many names the file has.
    package let linkCount: UInt64
    package let user: UInt32
    package let group: UInt32

    package func isSameFile(as other: FileStatus) -> Bool { device == other.device && inode == other.inode }
}

/// A time of a file, since 1970.
package struct FileTime: Sendable, Equatable, Comparable {
    package let seconds: Int64
    package let nanoseconds: Int64

    package static func < (left: FileTime, right: FileTime) -> Bool {
        (left.seconds, left.nanoseconds) < (right.seconds, right.nanoseconds)
    }
}
