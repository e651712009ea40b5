import Synchronization

@testable import AuditTrail

/// An audit trail's file on a disk that fails when a test wants it to.
final class FaultyAuditFile: AuditFile {
    private let file: SystemAuditFile
    private let isBroken = Mutex(false)

    init(path: String) throws { file = try SystemAuditFile(path: path, access: .append) }

    func setBroken(_ isSo: Bool) { isBroken.withLock { $0 = isSo } }

    private func pass(_ call: String) throws(SystemCallError) {
        if isBroken.withLock({ $0 }) { throw SystemCallError(call: call, errno: 5) }
    }

    func lock(_ mode: AuditFileLock) throws(SystemCallError) { try file.lock(mode) }
    func unlock() { file.unlock() }
    func status() throws(SystemCallError) -> AuditFileStatus { try file.status() }
    func read(at offset: Int64, count: Int) throws(SystemCallError) -> [UInt8] { try file.read(at: offset, count: count) }
    func truncate(to size: Int64) throws(SystemCallError) { try file.truncate(to: size) }
    func synchronizeFolder() throws(SystemCallError) { try file.synchronizeFolder() }
    func remove() { file.remove() }

    func write(_ bytes: [UInt8], at offset: Int64) throws(SystemCallError) {
        try pass("pwrite")
        try file.write(bytes, at: offset)
    }

    func synchronize() throws(SystemCallError) {
        try pass("fsync")
        try file.synchronize()
    }
}
