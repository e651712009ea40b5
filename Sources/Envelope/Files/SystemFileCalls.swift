package import SystemPackage

#if canImport(Glibc)
    package import Glibc
#elseif canImport(Musl)
    package import Musl
#else
    package import Darwin
#endif

/// The operating system's own file calls.
package struct SystemFileCalls: FileCalls {
    /// Only the owner may read and write, until the permissions are set.
    private static let initialPermissions: mode_t = 0o600

    package init() {}

    package func open(_ path: FilePath, _ flags: CInt) throws(Errno) -> FileDescriptor {
        let result = unsafe path.withPlatformString { unsafe openat(AT_FDCWD, $0, flags | O_CLOEXEC, Self.initialPermissions) }
        return FileDescriptor(rawValue: try check(result))
    }

    package func openAnonymous(in folder: FileDescriptor) throws(Errno) -> FileDescriptor {
        #if os(Linux)
            // O_TMPFILE (Linux 3.11); <fcntl.h> has it as an expression, which is not imported.
            let temporaryFile: CInt = 0o20_000_000 | O_DIRECTORY
            do {
                return FileDescriptor(
                    rawValue: try check(unsafe openat(folder.rawValue, ".", temporaryFile | O_RDWR | O_CLOEXEC, Self.initialPermissions)))
            } catch {
                // EISDIR is what a kernel says, and EINVAL what some file systems say, that do not know the flag.
                throw [.notSupported, .isDirectory, .invalidArgument].contains(error) ? .notSupported : error
            }
        #else
            throw .notSupported
        #endif
    }

    package func openExclusively(_ name: String, in folder: FileDescriptor) throws(Errno) -> FileDescriptor {
        FileDescriptor(
            rawValue: try check(
                unsafe openat(folder.rawValue, name, O_CREAT | O_EXCL | O_RDWR | O_NOFOLLOW | O_CLOEXEC, Self.initialPermissions)))
    }

    package func status(of descriptor: FileDescriptor) throws(Errno) -> FileStatus {
        var status = stat()
        _ = try check(unsafe fstat(descriptor.rawValue, &status))
        return FileStatus(status)
    }

    package func status(at path: FilePath) throws(Errno) -> FileStatus {
        var status = stat()
        _ = try check(unsafe path.withPlatformString { unsafe fstatat(AT_FDCWD, $0, &status, 0) })
        return FileStatus(status)
    }

    package func read(_ descriptor: FileDescriptor, into buffers: UnsafeBufferPointer<iovec>) throws(Errno) -> Int {
        try check(unsafe readv(descriptor.rawValue, buffers.baseAddress, CInt(buffers.count)))
    }

    package func write(_ descriptor: FileDescriptor, from buffers: UnsafeBufferPointer<iovec>) throws(Errno) -> Int {
        try check(unsafe writev(descriptor.rawValue, buffers.baseAddress, CInt(buffers.count)))
    }

    package func read(_ descriptor: FileDescriptor, into buffers: UnsafeBufferPointer<iovec>, at offset: UInt64) throws(Errno) -> Int {
        try check(unsafe preadv(descriptor.rawValue, buffers.baseAddress, CInt(buffers.count), off_t(position(offset))))
    }

    package func write(_ descriptor: FileDescriptor, from buffers: UnsafeBufferPointer<iovec>, at offset: UInt64) throws(Errno) -> Int {
        try check(unsafe pwritev(descriptor.rawValue, buffers.baseAddress, CInt(buffers.count), off_t(position(offset))))
    }

    package func setByteCount(_ descriptor: FileDescriptor, _ count: UInt64) throws(Errno) {
        _ = try check(ftruncate(descriptor.rawValue, off_t(position(count))))
    }

    package func setModificationTime(_ descriptor: FileDescriptor, _ time: FileTime) throws(Errno) {
        // The time of access stays what it is (UTIME_OMIT).
        let times = [timespec(tv_sec: 0, tv_nsec: 0x3FFF_FFFE), timespec(tv_sec: Int(time.seconds), tv_nsec: Int(time.nanoseconds))]
        _ = try check(unsafe futimens(descriptor.rawValue, times))
    }

    package func setPermissions(_ descriptor: FileDescriptor, _ permissions: mode_t) throws(Errno) {
        _ = try check(fchmod(descriptor.rawValue, permissions))
    }

    package func synchronize(_ descriptor: FileDescriptor) throws(Errno) {
        _ = try check(fsync(descriptor.rawValue))
    }

    package func linkAnonymous(_ descriptor: FileDescriptor, as name: String, in folder: FileDescriptor) throws(Errno) {
        // The way that open(2) shows for O_TMPFILE: linking by descriptor alone needs a capability.
        _ = try check(unsafe linkat(AT_FDCWD, "/proc/self/fd/\(descriptor.rawValue)", folder.rawValue, name, AT_SYMLINK_FOLLOW))
    }

    package func link(_ name: String, as other: String, in folder: FileDescriptor) throws(Errno) {
        _ = try check(unsafe linkat(folder.rawValue, name, folder.rawValue, other, 0))
    }

    package func rename(_ name: String, to other: String, in folder: FileDescriptor) throws(Errno) {
        _ = try check(unsafe renameat(folder.rawValue, name, folder.rawValue, other))
    }

    package func remove(_ name: String, in folder: FileDescriptor) throws(Errno) {
        _ = try check(unsafe unlinkat(folder.rawValue, name, 0))
    }

    package func close(_ descriptor: FileDescriptor) {
        // What matters is on the disk by fsync before; close has nothing to add.
        #if canImport(Glibc)
            _ = Glibc.close(descriptor.rawValue)
        #elseif canImport(Musl)
            _ = Musl.close(descriptor.rawValue)
        #else
            _ = Darwin.close(descriptor.rawValue)
        #endif
    }

    /// A place that a file can have.
    private func position(_ offset: UInt64) throws(Errno) -> Int64 {
        guard let position = Int64(exactly: offset) else { throw .fileTooLarge }
        return position
    }

    private func check<Result: SignedInteger>(_ result: Result) throws(Errno) -> Result {
        guard result >= 0 else { throw Errno(rawValue: errno) }
        return result
    }
}

extension FileStatus {
    fileprivate init(_ status: stat) {
        kind =
            switch status.st_mode & S_IFMT {
            case S_IFREG: .regular
            case S_IFDIR: .directory
            default: .other
            }
        device = UInt64(truncatingIfNeeded: status.st_dev)
        inode = UInt64(truncatingIfNeeded: status.st_ino)
        byteCount = UInt64(truncatingIfNeeded: status.st_size)
        permissions = status.st_mode & 0o777
        #if os(Linux)
            let time = status.st_mtim
        #else
            let time = status.st_mtimespec
        #endif
        modificationTime = FileTime(seconds: Int64(time.tv_sec), nanoseconds: Int64(time.tv_nsec))
    }
}
