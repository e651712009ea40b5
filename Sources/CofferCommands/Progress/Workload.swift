#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What there is to do.
struct Workload: Sendable, Equatable {
    var fileCount: Int
    /// nil when it cannot be known, as of a pipe.
    var byteCount: UInt64?

    /// - Parameter files: paths; nil and `-` are stdin.
    static func of(_ files: [String?]) -> Workload {
        var work = Workload(fileCount: files.count, byteCount: 0)
        for file in files {
            guard let sum = work.byteCount, let size = size(of: file) else {
                work.byteCount = nil
                break
            }
            work.byteCount = sum + size
        }
        return work
    }

    /// The size of a regular file, and nil for anything else.
    static func size(of file: String?) -> UInt64? {
        var status = stat()
        guard let file, file != "-", stat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        return UInt64(status.st_size)
    }
}
