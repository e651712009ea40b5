import SystemPackage

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The directory of a store.
enum Directory {
    /// Refuses a directory that somebody else owns or can look into.
    static func requirePrivate(_ path: String) throws {
        var status = stat()
        guard stat(path, &status) == 0 else {
            guard errno == ENOENT || errno == ENOTDIR else {
                throw CommandError(.fileUnavailable, "\(path): \(Errno(rawValue: errno))")
            }
            throw CommandError(
                .fileNotFound, "there is no store at \(path)", hint: "make one with `coffer init`, or name another with --home")
        }
        guard status.st_mode & S_IFMT == S_IFDIR else { throw CommandError(.fileUnavailable, "\(path) is not a directory") }
        guard status.st_uid == geteuid() else {
            throw CommandError(.insecurePermissions, "\(path) belongs to another user (uid \(status.st_uid))", hint: "use a store of your own")
        }
        guard status.st_mode & 0o077 == 0 else {
            throw CommandError(
                .insecurePermissions, "\(path) is open to other users (mode \(String(status.st_mode & 0o7777, radix: 8)))",
                hint: "run `chmod 700 \(path)`")
        }
    }

    /// Makes the directory with mode 0700, and the ones above it as needed. An existing one must be private.
    static func create(_ path: String) throws {
        var made = ""
        let components = FilePath(path).components.map(\.string)
        for (index, component) in components.enumerated() {
            made += (index > 0 || path.hasPrefix("/") ? "/" : "") + component
            let isLast = index == components.count - 1
            if mkdir(made, isLast ? 0o700 : 0o755) != 0, errno != EEXIST {
                let problem = Errno(rawValue: errno)
                // A directory above that cannot be written to may still exist.
                var status = stat()
                guard !isLast, stat(made, &status) == 0 else {
                    throw CommandError(.fileUnavailable, "\(made) cannot be made: \(problem)")
                }
            }
        }
        try requirePrivate(path)
    }

    /// Without this a crash can take the name of a new file whose content is safe.
    static func synchronize(parentOf path: String) throws(Errno) {
        let parent = FilePath(path).removingLastComponent()
        let descriptor = open(parent.isEmpty ? "." : parent.string, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Errno(rawValue: errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw Errno(rawValue: errno) }
    }
}
