internal import GRDB
internal import GRDBSQLite
internal import KeyStore

/// How every connection to the catalog is set up.
struct Connections {
    static let busyTimeoutSeconds = 10.0
    static let maximumReaderCount = 4
    /// The longest value or row, in bytes, that SQLite may build or load: a whole record with room for its id and MAC. A length field
    /// in a damaged file cannot make it allocate more.
    static let maximumRowByteCount = 2 * StoredRecord.maximumBodyByteCount

    let path: String
    let busyTimeoutSeconds: Double

    /// The only connection that writes, its schema up to date.
    ///
    /// - Parameter mayClaim: whether an empty file may become a catalog.
    func openWriter(mayClaim: Bool) throws(KeyStoreError) -> DatabaseQueue {
        do {
            let writer = try DatabaseQueue(path: path, configuration: configuration(readonly: false, label: "KeyCatalog.writer"))
            try writer.writeWithoutTransaction { db in
                // Asked to write what may only be read, SQLite opens it for reading and fails at the first change.
                guard sqlite3_db_readonly(db.sqliteConnection, "main") == 0 else {
                    throw DatabaseError(resultCode: .SQLITE_READONLY)
                }
                // Nothing is changed in a file before it is known to be ours.
                try CatalogSchema.identify(db, path: path, mayClaim: mayClaim)
                try Connections.makeDurable(db)
            }
            try CatalogSchema.migrate(writer, path: path)
            return writer
        } catch {
            throw KeyStoreError(error, doing: "open", path: path)
        }
    }

    /// Connections that cannot write. GRDB opens one at once and others as simultaneous reads need them.
    func openReaders() throws(KeyStoreError) -> DatabasePool {
        do {
            let readers = try DatabasePool(path: path, configuration: configuration(readonly: true, label: "KeyCatalog.readers"))
            try readers.unsafeReentrantWrite { db in
                try CatalogSchema.identify(db, path: path, mayClaim: false)
                try CatalogSchema.verifyIsCurrent(db, path: path)
            }
            return readers
        } catch {
            throw KeyStoreError(error, doing: "open", path: path)
        }
    }

    private func configuration(readonly: Bool, label: String) -> Configuration {
        var configuration = Configuration()
        configuration.label = label
        configuration.readonly = readonly
        configuration.foreignKeysEnabled = true
        configuration.maximumReaderCount = Connections.maximumReaderCount
        configuration.prepareDatabase { [milliseconds = Int(busyTimeoutSeconds * 1000)] db in
            // Not GRDB's busyMode, which a pool of readers replaces by its own.
            try db.execute(sql: "PRAGMA busy_timeout = \(milliseconds)")
            sqlite3_limit(db.sqliteConnection, SQLITE_LIMIT_LENGTH, Int32(Connections.maximumRowByteCount))
            // Docs/Formats/KeyCatalog.md gives the reason for each.
            try db.execute(
                sql: """
                    PRAGMA trusted_schema = OFF;
                    PRAGMA cell_size_check = ON;
                    PRAGMA secure_delete = ON;
                    PRAGMA temp_store = MEMORY;
                    """)
        }
        return configuration
    }

    /// A write-ahead log that is synced at each commit.
    ///
    /// GRDB can switch WAL on by itself, but it then also sets `synchronous = NORMAL`, under which a power cut takes back
    /// acknowledged commits.
    private static func makeDurable(_ db: Database) throws {
        try db.execute(sql: "PRAGMA synchronous = FULL")
        let mode = try String.fetchOne(db, sql: "PRAGMA journal_mode = WAL")
        guard mode == "wal" else {
            throw KeyStoreError(
                .unavailable, "the file system of the key catalog cannot hold a write-ahead log (journal mode is \(mode ?? "unknown"))")
        }
    }
}
