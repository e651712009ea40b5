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

    /// The absolute path without symbolic links: also what SQLite would otherwise read as a URI or a name of its own (`:memory:`)
    /// is then the plain name of a file. The file need not exist, its folder must.
    static func resolve(_ path: String, access: KeyCatalog.Access) throws(KeyStoreError) -> String {
        if let existing = realPath(path) { return existing }
        guard errno == ENOENT else { throw failure("find", path) }
        guard access == .createIfMissing else { throw missing(path) }
        guard let folder = realPath(folder(of: path)) else { throw failure("create", path) }
        let name = path.lastIndex(of: "/").map { path[path.index(after: $0)...] } ?? path[...]
        return folder == "/" ? "/\(name)" : "\(folder)/\(name)"
    }

    /// Makes sure that the file is there and can be a database.
    static func prepare(_ path: String, access: KeyCatalog.Access, lock: borrowing FolderLock) throws(KeyStoreError) {
        if access == .createIfMissing {
            try create(path, lock: lock)
        }
        var status = stat()
        guard stat(path, &status) == 0 else {
            throw errno == ENOENT ? missing(path) : failure("look at", path)
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw KeyStoreError(.unavailable, "cannot open the key catalog \(path): it is not a file. Check the path")
        }
        // A file with anything in it has at least one page. SQLite takes some that are shorter for empty, and would write over them.
        guard status.st_size == 0 || status.st_size >= smallestPageByteCount else {
            throw KeyStoreError(
                .damagedRecord, "the key catalog \(path) is damaged: only \(status.st_size) bytes are left of it. Restore a backup")
        }
    }

    /// Creates an empty file, which to SQLite is an empty database, so that the mode is right from its first moment.
    private static func create(_ path: String, lock: borrowing FolderLock) throws(KeyStoreError) {
        let file = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard file >= 0 else {
            guard errno == EEXIST else { throw failure("create", path) }
            return
        }
        defer { close(file) }
        // The umask may have taken bits away; it cannot have added any.
        guard fchmod(file, mode) == 0 else { throw failure("set the mode of", path) }
        try lock.synchronize()
    }

    /// The part of the path before the file's name.
    static func folder(of path: String) -> String { path.lastIndex(of: "/").map { String(path[...$0]) } ?? "." }

    /// What `errno` says, and what can be done about it.
    static func failure(_ action: String, _ path: String) -> KeyStoreError {
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

    private static func missing(_ path: String) -> KeyStoreError { KeyStoreError(.storeNotFound, "there is no key catalog at \(path)") }

    private static func realPath(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}
