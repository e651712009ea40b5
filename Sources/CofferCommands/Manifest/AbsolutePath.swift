import SystemPackage

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The name of a folder that still says something tomorrow.
enum AbsolutePath {
    /// - Returns: the path as it is when it cannot be resolved; whoever opens it says why.
    static func bytes(of path: FilePath) -> [UInt8] {
        guard let resolved = path.withPlatformString({ realpath($0, nil) }) else { return path.bytes }
        defer { free(resolved) }
        return UnsafeBufferPointer(start: resolved, count: strlen(resolved)).map(UInt8.init(bitPattern:))
    }
}

extension FilePath {
    var bytes: [UInt8] { withPlatformString { UnsafeBufferPointer(start: $0, count: length).map(UInt8.init(bitPattern:)) } }
}
