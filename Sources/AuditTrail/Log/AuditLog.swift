import OpenSSL
import Synchronization

/// The open log, shared by the trail's callers and its group commit.
///
/// Two locks are taken, always in this order: the mutex against threads that share this object, and inside it the file's lock
/// against everybody who opened the file another way.
final class AuditLog: Sendable {
    let file: any AuditFile
    let failure: LogFailure
    private let writer: Mutex<LogWriter>

    /// One state of the log to read at leisure: what is appended later lies behind `size`.
    struct Snapshot {
        let size: Int64
        /// The first bytes of the file, which are the head line if the file is sound.
        let head: [UInt8]
    }

    init(file: any AuditFile, path: String, access: AuditTrail.Access) throws(AuditTrailError) {
        self.file = file
        failure = LogFailure(path: path, isInUse: access == .append)
        let writer = try LogWriter(file: file, path: path, access: access)
        if access == .append { try writer.create() }
        self.writer = Mutex(writer)
        let head = try snapshot().head
        do {
            _ = try HeadLine(parsing: head.span)
        } catch {
            // Any other defect is for verification to report and for appending to refuse.
            if case .newerFormat = error { throw failure.head(error) }
        }
    }

    func authenticate(with key: consuming SecretBytes) throws(AuditTrailError) {
        // A closure may not consume what it captures, but it may take it out of an optional.
        var key: SecretBytes? = key
        try writer.withLock { (writer) throws(AuditTrailError) in
            guard let key = key.take() else { return }
            try writer.authenticate(with: key)
        }
    }

    func append(_ events: [[UInt8]]) throws(AuditTrailError) -> [AuditPosition] {
        try writer.withLock { (writer) throws(AuditTrailError) in try writer.append(events) }
    }

    func repair(
        against anchor: AuditPosition?, keepingAllIn makeCopy: () throws(AuditTrailError) -> any AuditFile
    ) throws(AuditTrailError) -> AuditRepair? {
        try writer.withLock { (writer) throws(AuditTrailError) in try writer.repair(against: anchor, keepingAllIn: makeCopy) }
    }

    func position() throws(AuditTrailError) -> AuditPosition {
        try writer.withLock { (writer) throws(AuditTrailError) in try writer.position() }
    }

    /// A chain of its own for a reader, which then keeps nobody waiting.
    func makeChain() throws(AuditTrailError) -> EventChain {
        try writer.withLock { (writer) throws(AuditTrailError) in try writer.makeChain() }
    }

    /// Taken under the mutex too: the file's lock belongs to the descriptor, and a thread that unlocked it here would unlock it under
    /// a thread that is appending.
    func snapshot() throws(AuditTrailError) -> Snapshot {
        try writer.withLock { (_) throws(AuditTrailError) in
            do throws(SystemCallError) {
                try file.lock(.shared)
                defer { file.unlock() }
                let size = try file.status().size
                return Snapshot(size: size, head: try file.read(at: 0, count: HeadLine.byteCount))
            } catch {
                throw failure.disk(error, while: "read")
            }
        }
    }
}
