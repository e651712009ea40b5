import AccessControl
import Foundation
import GRDB
import GRDBSQLite

/// The connections to the database of objects: one that writes, some that read snapshots meanwhile.
enum ObjectDatabase {
    private static let busyTimeoutMilliseconds = 20_000
    private static let maximumReaderCount = 4
    /// The longest value that SQLite may build or load, in bytes: a lifecycle of a thousand rules with long prefixes.
    private static let maximumRowByteCount: Int32 = 8 << 20
    /// Pages of the log after which it is brought into the database. The more of it, the fewer pages are written twice; its bound is
    /// what has to be read after a crash.
    private static let checkpointPageCount = 4096

    /// Opens the database, and brings its tables up to date.
    ///
    /// - Parameter create: whether to make what is missing.
    /// - Returns: nil when there are no objects, and none are to be made.
    static func open(path: String, create: Bool) throws(ObjectStoreError) -> DatabasePool? {
        do {
            // Access control knows how the file is made, and whether it is ours.
            guard let first = try AccessDatabase.open(path: path, access: create ? .createIfMissing : .existing) else { return nil }
            guard try create || first.read({ try $0.tableExists("object_state") }) else { return nil }
            try first.close()
            let pool = try DatabasePool(path: path, configuration: configuration)
            // GRDB makes it NORMAL when it turns on the write-ahead log, and then a power cut takes back commits.
            try pool.writeWithoutTransaction { db in try db.execute(sql: "PRAGMA synchronous = FULL") }
            try bringUpToDate(pool)
            return pool
        } catch {
            throw ObjectStoreError(storage: error, doing: "open")
        }
    }

    /// Opens the database as it is, and changes nothing in it.
    ///
    /// - Returns: nil when there is none.
    static func openForReading(path: String) throws -> DatabaseQueue? {
        guard access(path, F_OK) == 0 else { return nil }
        var configuration = configuration
        configuration.readonly = true
        return try DatabaseQueue(path: path, configuration: configuration)
    }

    private static func bringUpToDate(_ pool: DatabasePool) throws {
        var migrator = DatabaseMigrator()
        ObjectStoreSchema.register(in: &migrator)
        guard try !pool.read({ try migrator.isSuperseded($0, family: ObjectStoreSchema.family) }) else {
            throw ObjectStoreError(.newerFormat)
        }
        guard try !pool.read({ try migrator.hasCompletedMigrations($0) }) else { return }
        do {
            try migrator.migrate(pool)
        } catch {
            // Another process may have been faster.
            guard try pool.read({ try migrator.hasCompletedMigrations($0) }) else { throw error }
        }
    }

    private static var configuration: Configuration {
        var configuration = Configuration()
        configuration.label = "ObjectStore"
        configuration.maximumReaderCount = maximumReaderCount
        configuration.prepareDatabase { db in
            // Not GRDB's busyMode, which a pool of readers replaces by its own.
            try db.execute(sql: "PRAGMA busy_timeout = \(busyTimeoutMilliseconds)")
            _ = sqlite3_limit(db.sqliteConnection, SQLITE_LIMIT_LENGTH, maximumRowByteCount)
            // As for the key catalog; Docs/Formats/KeyCatalog.md gives the reasons. What is deleted here is sealed anyway, so that pages
            // are not written for its sake alone.
            try db.execute(
                sql: """
                    PRAGMA trusted_schema = OFF;
                    PRAGMA cell_size_check = ON;
                    PRAGMA secure_delete = FAST;
                    PRAGMA temp_store = MEMORY;
                    PRAGMA wal_autocheckpoint = \(checkpointPageCount);
                    """)
        }
        return configuration
    }
}
