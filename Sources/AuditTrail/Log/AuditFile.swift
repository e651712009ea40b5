/// The file under a trail, as few system calls as it needs. This is the seam at which tests let the disk fail.
///
/// All offsets and sizes are in bytes. Interrupted calls are repeated by the implementation.
protocol AuditFile: AnyObject, Sendable {
    /// Waits for an advisory lock on the file, shared or exclusive, against every other opening of it.
    func lock(_ mode: AuditFileLock) throws(SystemCallError)
    func unlock()
    func status() throws(SystemCallError) -> AuditFileStatus
    /// Reads up to `count` bytes; fewer only at the end of the file.
    func read(at offset: Int64, count: Int) throws(SystemCallError) -> [UInt8]
    /// Writes all of `bytes`, or throws and may have written some.
    func write(_ bytes: [UInt8], at offset: Int64) throws(SystemCallError)
    func truncate(to size: Int64) throws(SystemCallError)
    /// Makes the content and the size durable.
    func synchronize() throws(SystemCallError)
    /// Makes the file's name durable, after it was created.
    func synchronizeFolder() throws(SystemCallError)
    /// Takes the file's name away, if that can be done.
    func remove()
}

enum AuditFileLock {
    case shared, exclusive
}

struct AuditFileStatus: Equatable {
    let size: Int64
    /// False when the file was deleted while it was open: what is written then is lost.
    let hasName: Bool
}

/// A system call that failed: which one, and `errno`.
struct SystemCallError: Error, Equatable {
    let call: String
    let errno: Int32
}
