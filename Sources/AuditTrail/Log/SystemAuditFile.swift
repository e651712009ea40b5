import SystemPackage

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The real file. Sendable because it only holds a descriptor, every call names its own offset, and the descriptor is closed
/// when nobody refers to the object any more.
final class SystemAuditFile: AuditFile {
    private let descriptor: Int32
    private let path: String
    private let folder: String

    /// Opens the file without following a symbolic link in its last component; creates it with mode 0600 unless read-only.
    convenience init(path: String, access: AuditTrail.Access) throws(SystemCallError) {
        switch access {
        case .readOnly: try self.init(path, O_RDONLY)
        case .append: try self.init(path, O_RDWR | O_CREAT)
        }
    }

    /// Creates the file with mode 0600, and fails if there is one.
    convenience init(creating path: String) throws(SystemCallError) { try self.init(path, O_RDWR | O_CREAT | O_EXCL) }

    private init(_ path: String, _ flags: Int32) throws(SystemCallError) {
        descriptor = try Self.repeating("open") { unsafe open(path, flags | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0o600) }
        self.path = path
        let parent = FilePath(path).removingLastComponent()
        folder = parent.isEmpty ? "." : parent.string
        do throws(SystemCallError) {
            // O_NONBLOCK kept a FIFO from hanging the open; on a regular file it means nothing.
            let mode = try metadata().st_mode
            guard mode & S_IFMT == S_IFREG else { throw SystemCallError(call: "open", errno: EINVAL) }
        } catch {
            close(descriptor)
            throw error
        }
    }

    deinit {
        close(descriptor)
    }

    func lock(_ mode: AuditFileLock) throws(SystemCallError) {
        _ = try Self.repeating("flock") {
            switch mode {
            case .shared: flock(descriptor, LOCK_SH)
            case .exclusive: flock(descriptor, LOCK_EX)
            }
        }
    }

    func unlock() {
        let result = flock(descriptor, LOCK_UN)
        // It can only fail for a descriptor that is not open, and this object owns an open one.
        precondition(result == 0, "an open file can be unlocked")
    }

    func status() throws(SystemCallError) -> AuditFileStatus {
        let metadata = try metadata()
        return AuditFileStatus(size: Int64(metadata.st_size), hasName: metadata.st_nlink > 0)
    }

    func read(at offset: Int64, count: Int) throws(SystemCallError) -> [UInt8] {
        var failure: SystemCallError?
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let start = unsafe buffer.baseAddress?.advanced(by: filled)
                let result = unsafe pread(descriptor, start, count - filled, off_t(offset) + off_t(filled))
                if result == 0 { return }
                if result > 0 {
                    filled += result
                } else if errno != EINTR {
                    failure = SystemCallError(call: "pread", errno: errno)
                    return
                }
            }
        }
        if let failure { throw failure }
        return bytes
    }

    func write(_ bytes: [UInt8], at offset: Int64) throws(SystemCallError) {
        var written = 0
        while written < bytes.count {
            let result = try Self.repeating("pwrite") {
                unsafe bytes[written...].withUnsafeBytes { rest in
                    unsafe pwrite(descriptor, rest.baseAddress, rest.count, off_t(offset) + off_t(written))
                }
            }
            // POSIX lets a device take nothing without an error; trying for ever would hang the caller.
            guard result > 0 else { throw SystemCallError(call: "pwrite", errno: EIO) }
            written += result
        }
    }

    func truncate(to size: Int64) throws(SystemCallError) {
        _ = try Self.repeating("ftruncate") { ftruncate(descriptor, off_t(size)) }
    }

    func synchronize() throws(SystemCallError) {
        #if canImport(Darwin)
            // fsync leaves the data in the drive's cache there.
            _ = try Self.repeating("F_FULLFSYNC") { fcntl(descriptor, F_FULLFSYNC) }
        #else
            _ = try Self.repeating("fdatasync") { fdatasync(descriptor) }
        #endif
    }

    func synchronizeFolder() throws(SystemCallError) {
        let folder = try Self.repeating("open") { unsafe open(self.folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
        defer { close(folder) }
        _ = try Self.repeating("fsync") { fsync(folder) }
    }

    func remove() { _ = unsafe unlink(path) }

    private func metadata() throws(SystemCallError) -> stat {
        var metadata = stat()
        _ = try Self.repeating("fstat") { unsafe fstat(descriptor, &metadata) }
        return metadata
    }

    private static func repeating<Result: FixedWidthInteger & SignedInteger>(
        _ call: String, _ body: () -> Result
    ) throws(SystemCallError) -> Result {
        while true {
            let result = body()
            if result >= 0 { return result }
            guard errno == EINTR else { throw SystemCallError(call: call, errno: errno) }
        }
    }
}
