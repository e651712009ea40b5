import AuditTrail
import Integrity
import SystemPackage

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A trail in a file of its own, which `coffer audit export` wrote.
enum ExportedTrail {
    /// The trail of a store is never a link, but a copy of it may be.
    ///
    /// - Throws: `CommandError` (`fileNotFound`, `fileUnavailable`, `usage`) if there is no such regular file; `AuditTrailError`.
    static func open(_ file: String, in session: Session) throws -> AuditTrail {
        try session.context.arguments.requireText(file)
        var status = stat()
        guard stat(file, &status) == 0 else {
            let error = Errno(rawValue: errno)
            throw CommandError(error == .noSuchFileOrDirectory ? .fileNotFound : .fileUnavailable, "\(visible(file)): \(error)")
        }
        guard status.st_mode & S_IFMT == S_IFREG else { throw CommandError(.usage, "\(visible(file)): is not a regular file") }
        return try AuditTrail(path: String(decoding: AbsolutePath.bytes(of: FilePath(file)), as: UTF8.self), access: .readOnly)
    }
}
