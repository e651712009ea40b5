import SystemPackage

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Where the key file of a seal is.
enum KeyFile {
    /// The store remembers the path, and is opened from any working directory.
    static func absolute(_ path: String) throws -> String {
        guard !path.hasPrefix("/") else { return path }
        guard let directory = getcwd(nil, 0) else {
            throw CommandError(.fileUnavailable, "the working directory cannot be found: \(Errno(rawValue: errno))")
        }
        defer { free(directory) }
        return FilePath(String(cString: directory)).appending(path).lexicallyNormalized().string
    }

    static func remove(_ path: String) { unlink(path) }
}
