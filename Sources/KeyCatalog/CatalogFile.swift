internal import KeyStore

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// The database file as the file system sees it, before SQLite does.
enum CatalogFile {
    /// Readable and writable by its owner alone. SQLite gives its -wal and -shm files the mode of the database.
    static let mode: mode_t = 0o600
    /// https://www.sqlite.org/fileformat.html#pages
    static let smallestPageByteCount = 512

    /// Makes sure that the file is there, and returns its absolute path without symbolic links.
    static func prepare(_ path: String, access: KeyCatalog.Access) throws(KeyStoreError) -> String {
        if access == .createIfMissing {
            try create(path)
        }
        guard let resolved = realpath(path, nil) else {
            guard errno == ENOENT else { throw failure("find", path) }
            throw KeyStoreError(.storeNotFound, "there is no key catalog at \(path)")
        }
        defer { free(resolved) }
        let absolute = String(cString: resolved)
        try verifyLength(absolute)
        return absolute
    }

    /// A file with anything in it has at least one page. SQLite takes some that are shorter for empty, and would write over them.
    private static func verifyLength(_ path: String) throws(KeyStoreError) {
        var status = stat()
        guard stat(path, &status) == 0 else { throw failure("look at", path) }
        guard status.st_size == 0 || status.st_size >= smallestPageByteCount else {
            throw KeyStoreError(
                .damagedRecord, "the key catalog \(path) is damaged: only \(status.st_size) bytes are left of it. Restore a backup")
        }
    }

    /// Creates an empty file, which to SQLite is an empty database, so that the mode is right from its first moment.
    /// Finding that another process was faster is as good.
    private static func create(_ path: String) throws(KeyStoreError) {
        let file = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard file >= 0 else {
            guard errno == EEXIST else { throw failure("create", path) }
            return
        }
        defer { close(file) }
        // The umask may have taken bits away; it cannot have added any.
        guard fchmod(file, mode) == 0 else { throw failure("set the mode of", path) }
        try synchronizeFolder(of: path)
    }

    /// Without this a crash could take the name of a file whose content was already acknowledged.
    private static func synchronizeFolder(of path: String) throws(KeyStoreError) {
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("open the folder of", path) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure("make durable the folder of", path) }
    }

    private static func failure(_ action: String, _ path: String) -> KeyStoreError {
        let number = errno
        let remedy =
            switch number {
            case ENOENT, ENOTDIR: "Create its folder first"
            case EACCES, EPERM: "Let yourself read and write its folder"
            case EROFS: "Mount its disk read-write"
            case ENOSPC, EDQUOT: "Free some space and try again"
            default: "Check the path and the disk"
            }
        return KeyStoreError(
            .unavailable, "cannot \(action) the key catalog \(path): \(String(cString: strerror(number))). \(remedy)")
    }
}
