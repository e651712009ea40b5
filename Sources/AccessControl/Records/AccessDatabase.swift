import Foundation
public import GRDB
import GRDBSQLite

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Opens the file that holds the second factors, for whoever needs nothing else of it.
public enum AccessDatabase {
    static let busyTimeoutSeconds = 10
    /// The longest value that SQLite may build or load, in bytes. Objects may share the file, and their rows are larger than ours.
    static let maximumRowByteCount: Int32 = 1 << 20
    /// Readable and writable by its owner alone.
    static let mode: mode_t = 0o600

    public typealias Connection = DatabaseQueue

    public enum Access: Sendable {
        case createIfMissing, existing
    }

    /// Opens the file at `path`, in a folder that exists, and brings the tables of ``AccessControlSchema`` up to date.
    ///
    /// - Returns: nil when there is no file and `access` is `.existing`.
    /// - Throws: `unavailable`, `damaged`, and `newerFormat` when a later version of Coffer has changed these tables.
    public static func open(path: String, access: Access) throws(AccessError) -> DatabaseQueue? {
        let folder = try FolderLock(of: path)
        guard try prepare(path, access, folder) else { return nil }
        do {
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            try queue.writeWithoutTransaction { db in try setUp(db) }
            var migrator = DatabaseMigrator()
            AccessControlSchema.register(in: &migrator)
            guard try !queue.read({ try migrator.isSuperseded($0, family: AccessControlSchema.family) }) else {
                throw AccessError.newerFormat
            }
            try migrator.migrate(queue)
            folder.release()
            return queue
        } catch { throw AccessError(error, doing: "open") }
    }

    private static var configuration: Configuration {
        var configuration = Configuration()
        configuration.label = "AccessControl"
        configuration.foreignKeysEnabled = true
        configuration.busyMode = .timeout(TimeInterval(busyTimeoutSeconds))
        configuration.prepareDatabase { db in
            _ = unsafe sqlite3_limit(db.sqliteConnection, SQLITE_LIMIT_LENGTH, maximumRowByteCount)
            // As for the key catalog; Docs/Formats/KeyCatalog.md gives the reasons.
            try db.execute(
                sql: """
                    PRAGMA trusted_schema = OFF;
                    PRAGMA cell_size_check = ON;
                    PRAGMA secure_delete = ON;
                    PRAGMA temp_store = MEMORY;
                    PRAGMA synchronous = FULL;
                    """)
        }
        return configuration
    }

    private static func setUp(_ db: Database) throws {
        let application = try Int32.fetchOne(db, sql: "PRAGMA application_id")
        let isEmpty = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_schema") == 0
        guard application == AccessControlSchema.applicationID || (application == 0 && isEmpty) else {
            throw AccessError.damaged("the database of the second factors is one of another program")
        }
        // The file has neither. In an edited database they could change rows behind the back of every statement.
        let intruder = try String.fetchOne(db, sql: "SELECT name FROM sqlite_schema WHERE type IN ('trigger', 'view') LIMIT 1")
        guard intruder == nil else { throw AccessError.damaged("the database of the second factors has a trigger or view in it") }
        if application == 0 { try db.execute(sql: "PRAGMA application_id = \(AccessControlSchema.applicationID)") }
        guard try String.fetchOne(db, sql: "PRAGMA journal_mode = WAL") == "wal" else {
            throw AccessError(.unavailable, "the file system of the second factors cannot hold a write-ahead log")
        }
    }

    /// - Returns: whether there is a file to open.
    private static func prepare(_ path: String, _ access: Access, _ folder: borrowing FolderLock) throws(AccessError) -> Bool {
        var status = stat()
        if unsafe lstat(path, &status) == 0 {
            guard status.st_mode & S_IFMT == S_IFREG else { throw AccessError(.unavailable, "\(path) is not a file") }
            return true
        }
        guard errno == ENOENT else { throw FolderLock.failure("look at", path) }
        guard access == .createIfMissing else { return false }
        // To SQLite an empty file is an empty database; so the mode is right from its first moment.
        let file = unsafe Glibc.open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard file >= 0 else { throw FolderLock.failure("create", path) }
        defer { close(file) }
        guard fchmod(file, mode) == 0 else { throw FolderLock.failure("set the mode of", path) }
        try folder.synchronize(path)
        return true
    }
}

/// The right to set the database up: of all that open one in a folder at the same time, one goes first. Advisory, on the folder, because
/// closing any descriptor of the database would take SQLite's own locks away (https://www.sqlite.org/howtocorrupt.html, 2.2).
private struct FolderLock: ~Copyable {
    private let descriptor: Int32

    init(of path: String) throws(AccessError) {
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
        let descriptor = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Self.failure("open the folder of", path) }
        var result = flock(descriptor, LOCK_EX)
        while result != 0, errno == EINTR { result = flock(descriptor, LOCK_EX) }
        guard result == 0 else {
            let error = Self.failure("lock the folder of", path)
            close(descriptor)
            throw error
        }
        self.descriptor = descriptor
    }

    func synchronize(_ path: String) throws(AccessError) {
        guard fsync(descriptor) == 0 else { throw Self.failure("make durable the folder of", path) }
    }

    /// Lets the next one go. Said aloud, so that the lock is seen to last until here.
    consuming func release() {}

    // Closing alone leaves the lock to a child that is being started at that moment.
    deinit {
        flock(descriptor, LOCK_UN)
        close(descriptor)
    }

    static func failure(_ action: String, _ path: String) -> AccessError {
        let reason = unsafe String(cString: strerror(errno))
        return AccessError(.unavailable, "cannot \(action) \(path): \(reason). Check the path, its permissions and the disk")
    }
}
