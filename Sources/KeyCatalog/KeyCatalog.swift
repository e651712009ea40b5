internal import GRDB
public import KeyStore

/// Key records in one SQLite file (Docs/Formats/KeyCatalog.md).
///
/// It stores bytes that ``KeyStore`` has wrapped and authenticated, and gives them back; it never sees a plaintext key and decides
/// nothing about keys. Several threads and several processes may use one file at once: readers see the last committed state and do
/// not wait, writers take turns.
///
/// ```swift
/// let catalog = try KeyCatalog(path: "/home/ann/.local/share/coffer/keys.sqlite", access: .createIfMissing)
/// let key = try catalog.read { reader throws(KeyStoreError) in
///     do throws(KeyRecordStoreError) { return try reader.record(.key(id)) } catch { throw KeyStoreError(error) }
/// }
/// ```
public final class KeyCatalog: KeyRecordStore {
    /// What may happen to the file when it is opened.
    public enum Access: Sendable {
        /// Reads and writes; a missing file is created, in a folder that must exist.
        case createIfMissing
        /// Reads and writes; a missing file is an error.
        case existing
        /// Reads only; nothing is created in the file and no migration runs.
        case readOnly
    }

    // SQLite folds the write-ahead log back and removes it when the last connection closes, if that connection may write.
    // Properties go in the order of their declaration, so the writer is last.
    private let changes: ChangeCounter
    private let readers: DatabasePool
    private let writer: DatabaseQueue?

    /// The absolute path of the database, without symbolic links: also relative paths stay right when the working directory changes.
    public let path: String

    /// Opens the catalog at `path`, bringing its schema up to date unless `access` is `.readOnly`.
    ///
    /// - Throws: `storeNotFound` when there is no file or it belongs to another program, `newerFormat` when a later version of Coffer
    ///   has migrated it, `damagedRecord` when it is not a sound database, `unavailable` when the disk, the folder or another process
    ///   is in the way. A file that is refused has not been changed.
    public convenience init(path: String, access: Access) throws(KeyStoreError) {
        try self.init(path: path, access: access, busyTimeoutSeconds: Connections.busyTimeoutSeconds)
    }

    /// - Parameter busyTimeoutSeconds: how long to wait for another connection that holds a lock, in seconds.
    init(path: String, access: Access, busyTimeoutSeconds: Double) throws(KeyStoreError) {
        self.path = try CatalogFile.resolve(path, access: access)
        let connections = Connections(path: self.path, busyTimeoutSeconds: busyTimeoutSeconds)
        let lock = try FolderLock.acquire(folderOf: self.path, timeoutSeconds: busyTimeoutSeconds)
        try CatalogFile.prepare(self.path, access: access, lock: lock)
        // The writer goes first: it creates the schema that all others expect.
        writer = access == .readOnly ? nil : try connections.openWriter(mayClaim: access == .createIfMissing)
        readers = try connections.openReaders()
        changes = try ChangeCounter(path: self.path, busyTimeoutSeconds: busyTimeoutSeconds)
        lock.release()
    }

    public func changeToken() throws(KeyStoreError) -> UInt64 {
        try changes.current()
    }

    public func read<R>(_ body: (any KeyRecordReader) throws(KeyStoreError) -> R) throws(KeyStoreError) -> R {
        do {
            return try readers.read { db in try body(CatalogReader(db: db, path: path)) }
        } catch {
            throw KeyStoreError(error, doing: "read", path: path)
        }
    }

    public func write<R>(_ body: (any KeyRecordTransaction) throws(KeyStoreError) -> R) throws(KeyStoreError) -> R {
        let writer = try requireWriter()
        do {
            return try writer.writeWithoutTransaction { db in
                var result: R?
                // IMMEDIATE: the lock is taken before the first read, so what the body reads is what it changes.
                try db.inTransaction(.immediate) {
                    let transaction = CatalogTransaction(db: db, path: path)
                    result = try body(transaction)
                    try transaction.verifyBeforeCommit()
                    return .commit
                }
                guard let result else { preconditionFailure("a transaction committed that its body did not finish") }
                return result
            }
        } catch {
            throw KeyStoreError(error, doing: "write", path: path)
        }
    }

    /// Rebuilds the database from what it still holds and cuts its write-ahead log to zero bytes. Work in proportion to its size.
    ///
    /// A removed record can be left behind in four places:
    /// - where its row was: `secure_delete` has put zeros there, in the new version of the page;
    /// - in the old version of that page, which stays in the database file until a checkpoint writes the new one over it;
    /// - in earlier frames of the log, until the log is cut;
    /// - in the gaps of pages that SQLite has split or merged: a row that moved is not always cleared from its old place, whatever
    ///   `secure_delete` says (the churn test finds about one in a thousand). Only a rebuild is rid of these.
    ///
    /// After this call no file of the catalog has bytes of it. Beyond its reach are blocks that the file system or the drive has
    /// given up or put aside (a cut log, copy-on-write, snapshots, wear levelling), and backups: against those stands that a removed key
    /// version is wrapped, and that rotating the root key makes what wrapped it worthless.
    ///
    /// The log can be cut only while no snapshot is open; SQLite tries again within the busy timeout.
    ///
    /// - Throws: `unavailable` when a snapshot stays open or the disk is full. Remnants may then remain: call again.
    public func purgeRemnants() throws(KeyStoreError) {
        let writer = try requireWriter()
        do {
            try writer.writeWithoutTransaction { db in
                // First in place, so that old pages are overwritten on the disk before the rebuilt file, which may be shorter, drops them.
                try db.checkpoint(.truncate)
                try db.execute(sql: "VACUUM")
                try db.checkpoint(.truncate)
            }
        } catch {
            throw KeyStoreError(error, doing: "remove the remnants of deleted records from", path: path)
        }
    }

    private func requireWriter() throws(KeyStoreError) -> DatabaseQueue {
        guard let writer else {
            throw KeyStoreError(.unavailable, "the key catalog \(path) was opened for reading only")
        }
        return writer
    }
}
