import Envelope
import SystemPackage

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

    /// - Parameter files: nil is stdin.
    static func of(_ files: [FilePath?]) -> Workload {
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

    /// The files of a folder and the folders in it, and what is in them just now.
    static func of(tree path: FilePath, where isMeant: (LocatedFile) -> Bool) throws(EnvelopeError) -> Workload {
        var (count, sum): (Int, UInt64) = (0, 0)
        for case .file(let file) in try FileTree(path) where isMeant(file) {
            count += 1
            sum += file.byteCount
        }
        return Workload(fileCount: count, byteCount: sum)
    }

    /// The size of a regular file, and nil for anything else.
    static func size(of file: FilePath?) -> UInt64? {
        var status = stat()
        guard let file, file.withPlatformString({ stat($0, &status) }) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        return UInt64(status.st_size)
    }
}
