import CEnvelopeShims
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

    package func setModificationTime(_ descriptor: FileDescriptor, _ time: FileTime) throws(Errno) {
        // The time of access stays what it is (UTIME_OMIT).
        let times = [timespec(tv_sec: 0, tv_nsec: 0x3FFF_FFFE), timespec(tv_sec: Int(time.seconds), tv_nsec: Int(time.nanoseconds))]
        _ = try check(unsafe futimens(descriptor.rawValue, times))
    }

    package func setPermissions(_ descriptor: FileDescriptor, _ permissions: mode_t) throws(Errno) {
        _ = try check(fchmod(descriptor.rawValue, permissions))
    }

    package func synchronize(_ descriptor: FileDescriptor) throws(Errno) {
        #if canImport(Darwin)
            // fsync leaves the data in the drive's cache there, and is all that some file systems know.
            do throws(Errno) {
                _ = try check(fcntl(descriptor.rawValue, F_FULLFSYNC))
            } catch {
                guard [.notSupported, .invalidArgument, .inappropriateIOCTLForDevice].contains(error) else { throw error }
                _ = try check(fsync(descriptor.rawValue))
            }
        #else
            _ = try check(fsync(descriptor.rawValue))
        #endif
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

// MARK: By folder and name

extension SystemFileCalls {
    package func open(_ name: FilePath.Component, in folder: FileDescriptor, _ flags: CInt) throws(Errno) -> FileDescriptor {
        let result = unsafe name.withPlatformString {
            unsafe openat(folder.rawValue, $0, flags | O_NOFOLLOW | O_CLOEXEC, Self.initialPermissions)
        }
        return FileDescriptor(rawValue: try check(result))
    }

    package func status(of name: FilePath.Component, in folder: FileDescriptor) throws(Errno) -> FileStatus {
        var status = stat()
        _ = try check(unsafe name.withPlatformString { unsafe fstatat(folder.rawValue, $0, &status, AT_SYMLINK_NOFOLLOW) })
        return FileStatus(status)
    }

    package func names(in folder: FileDescriptor, atMost bound: Int) throws(Errno) -> [FilePath.Component]? {
        // A descriptor of its own: the stream closes it, and moves its position.
        let own = try check(unsafe openat(folder.rawValue, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC))
        guard let stream = unsafe fdopendir(own) else {
            let failure = Errno(rawValue: errno)
            close(FileDescriptor(rawValue: own))
            throw failure
        }
        defer { unsafe closedir(stream) }
        var names: [FilePath.Component] = []
        while true {
            errno = 0
            guard let entry = unsafe readdir(stream) else {
                guard errno == 0 else { throw Errno(rawValue: errno) }
                return names
            }
            guard let name = unsafe Self.name(of: entry), name.kind == .regular else { continue }
            guard names.count < bound else { return nil }
            names.append(name)
        }
    }

    /// By its offset: the record ends with the name, so that its declared 256 bytes are not all there.
    private static func name(of entry: UnsafeMutablePointer<dirent>) -> FilePath.Component? {
        guard let offset = MemoryLayout<dirent>.offset(of: \.d_name) else { return nil }
        let start = unsafe UnsafeRawPointer(entry).advanced(by: offset).assumingMemoryBound(to: CChar.self)
        return unsafe FilePath.Component(platformString: start)
    }

    package func openExclusively(_ name: FilePath.Component, in folder: FileDescriptor) throws(Errno) -> FileDescriptor {
        try open(name, in: folder, O_CREAT | O_EXCL | O_RDWR)
    }

    package func linkAnonymous(_ descriptor: FileDescriptor, as name: FilePath.Component, in folder: FileDescriptor) throws(Errno) {
        let result = unsafe name.withPlatformString {
            unsafe linkat(AT_FDCWD, "/proc/self/fd/\(descriptor.rawValue)", folder.rawValue, $0, AT_SYMLINK_FOLLOW)
        }
        _ = try check(result)
    }

    package func link(_ name: String, as other: FilePath.Component, in folder: FileDescriptor) throws(Errno) {
        _ = try check(unsafe other.withPlatformString { unsafe linkat(folder.rawValue, name, folder.rawValue, $0, 0) })
    }

    package func rename(_ name: String, to other: FilePath.Component, in folder: FileDescriptor) throws(Errno) {
        _ = try check(unsafe other.withPlatformString { unsafe renameat(folder.rawValue, name, folder.rawValue, $0) })
    }

    package func remove(_ name: FilePath.Component, in folder: FileDescriptor) throws(Errno) {
        _ = try check(unsafe name.withPlatformString { unsafe unlinkat(folder.rawValue, $0, 0) })
    }

    package func move(
        _ name: FilePath.Component, in folder: FileDescriptor, to other: FilePath.Component, in otherFolder: FileDescriptor
    ) throws(Errno) {
        let failure = unsafe name.withPlatformString { name in
            unsafe other.withPlatformString { unsafe coffer_move(folder.rawValue, name, otherFolder.rawValue, $0) }
        }
        guard failure == 0 else { throw Errno(rawValue: failure) }
    }

    package func setOwner(_ descriptor: FileDescriptor, _ user: UInt32, _ group: UInt32) throws(Errno) {
        _ = try check(fchown(descriptor.rawValue, user, group))
    }
}

// MARK: By position

extension SystemFileCalls {
    package func read(
        _ descriptor: FileDescriptor, into buffer: UnsafeMutableRawBufferPointer, at position: UInt64
    ) throws(Errno) -> Int {
        try check(unsafe pread(descriptor.rawValue, buffer.baseAddress, buffer.count, off_t(truncatingIfNeeded: position)))
    }

    package func write(
        _ descriptor: FileDescriptor, from buffer: UnsafeRawBufferPointer, at position: UInt64
    ) throws(Errno) -> Int {
        try check(unsafe pwrite(descriptor.rawValue, buffer.baseAddress, buffer.count, off_t(truncatingIfNeeded: position)))
    }

    package func waitUntilReady(_ descriptor: FileDescriptor, toWrite: Bool) {
        var entry = pollfd(fd: descriptor.rawValue, events: Int16(toWrite ? POLLOUT : POLLIN), revents: 0)
        // Whatever it answers, the call is made again, and that answer counts.
        _ = unsafe poll(&entry, 1, 100)
    }

    package func makeFolder(_ name: FilePath.Component, in folder: FileDescriptor) throws(Errno) {
        _ = try check(unsafe name.withPlatformString { unsafe mkdirat(folder.rawValue, $0, 0o700) })
    }

    package func truncate(_ descriptor: FileDescriptor, to byteCount: UInt64) throws(Errno) {
        _ = try check(ftruncate(descriptor.rawValue, off_t(truncatingIfNeeded: byteCount)))
    }

    package func synchronizeData(_ descriptor: FileDescriptor) throws(Errno) {
        #if os(Linux)
            _ = try check(fdatasync(descriptor.rawValue))
        #else
            try synchronize(descriptor)
        #endif
    }

    package func startWriteback(_ descriptor: FileDescriptor, _ range: Range<UInt64>) {
        // A file system that cannot do it leaves all to fsync; and what fails to be written is reported there.
        _ = coffer_start_writeback(
            descriptor.rawValue, off_t(truncatingIfNeeded: range.lowerBound), off_t(truncatingIfNeeded: range.count))
    }

    package func lock(_ descriptor: FileDescriptor) throws(Errno) -> Bool {
        do throws(Errno) {
            _ = try check(flock(descriptor.rawValue, LOCK_EX | LOCK_NB))
            return true
        } catch .wouldBlock {
            return false
        }
    }

    package func unlock(_ descriptor: FileDescriptor) {
        _ = flock(descriptor.rawValue, LOCK_UN)
    }

    package func clone(
        _ source: FileDescriptor, from position: UInt64, to target: FileDescriptor, at targetPosition: UInt64
    ) throws(Errno) {
        #if os(Linux)
            // struct file_clone_range and FICLONERANGE of <linux/fs.h>; a length of 0 is all to the end.
            var range = (Int64(source.rawValue), position, UInt64(0), targetPosition)
            let request: UInt = 0x4020_940D
            do throws(Errno) {
                _ = try check(unsafe withUnsafeMutablePointer(to: &range) { unsafe ioctl(target.rawValue, request, $0) })
            } catch {
                throw Self.saysUnsupported(error) ? .notSupported : error
            }
        #else
            throw .notSupported
        #endif
    }

    package func copy(
        _ source: FileDescriptor, from position: UInt64, to target: FileDescriptor, at targetPosition: UInt64, byteCount: Int
    ) throws(Errno) -> Int {
        #if os(Linux)
            // Not copy_file_range: glibc's headers show it to GNU programs only.
            var from = off_t(truncatingIfNeeded: position)
            do throws(Errno) {
                _ = try check(lseek(target.rawValue, off_t(truncatingIfNeeded: targetPosition), SEEK_SET))
                return try check(unsafe sendfile(target.rawValue, source.rawValue, &from, byteCount))
            } catch {
                throw Self.saysUnsupported(error) ? .notSupported : error
            }
        #else
            throw .notSupported
        #endif
    }

    /// What kernels and file systems answer that cannot share or copy: ioctl_ficlonerange(2), sendfile(2).
    private static func saysUnsupported(_ error: Errno) -> Bool {
        [.notSupported, .invalidArgument, .improperLink, .noFunction, .inappropriateIOCTLForDevice, .textFileBusy].contains(error)
    }
}

extension FileStatus {
    fileprivate init(_ status: stat) {
        kind =
            switch status.st_mode & S_IFMT {
            case S_IFREG: .regular
            case S_IFDIR: .directory
            case S_IFLNK: .symbolicLink
            case S_IFIFO: .pipe
            case S_IFSOCK: .socket
            default: .device
            }
        device = UInt64(truncatingIfNeeded: status.st_dev)
        inode = UInt64(truncatingIfNeeded: status.st_ino)
        byteCount = UInt64(truncatingIfNeeded: status.st_size)
        permissions = status.st_mode & 0o777
        linkCount = UInt64(truncatingIfNeeded: status.st_nlink)
        user = status.st_uid
        group = status.st_gid
        #if os(Linux)
            (modificationTime, changeTime) = (FileTime(status.st_mtim), FileTime(status.st_ctim))
        #else
            (modificationTime, changeTime) = (FileTime(status.st_mtimespec), FileTime(status.st_ctimespec))
        #endif
    }
}

extension FileTime {
    fileprivate init(_ time: timespec) { self.init(seconds: Int64(time.tv_sec), nanoseconds: Int64(time.tv_nsec)) }
}
