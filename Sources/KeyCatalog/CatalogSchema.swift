internal import GRDB
internal import KeyStore

/// Whose database it is, and which tables it has.
enum CatalogSchema {
    /// "CFFR" in the file's header, where `file` and other programs look (https://www.sqlite.org/fileformat.html#application_id).
    static let applicationID: Int32 = 0x4346_4652

    /// The steps from an empty file to the schema of this version. A released step is never edited, only followed by another.
    static let migrator: DatabaseMigrator = {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1 key records", foreignKeyChecks: .immediate) { db in try db.execute(sql: version1) }
        return migrator
    }()

    // The length of each value is bound here and again in code: a database that was edited by hand need not respect its own rules.
    //
    // References say NO ACTION, not CASCADE: KeyStore counts every record, so nothing may disappear that it did not remove itself.
    // They are deferred, because the order of changes within a transaction is nobody's business, only its result.
    //
    // A key's body may hold a policy of 32 KiB, too much for a WITHOUT ROWID table, whose pages would hold few rows.
    private static let version1 = """
        CREATE TABLE catalog_state (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            body BLOB NOT NULL CHECK (length(body) <= 65536),
            mac BLOB NOT NULL CHECK (length(mac) = 32)
        ) STRICT;

        CREATE TABLE seal (
            id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
            body BLOB NOT NULL CHECK (length(body) <= 65536),
            mac BLOB NOT NULL CHECK (length(mac) = 32)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE kms_key (
            id TEXT NOT NULL PRIMARY KEY CHECK (length(id) BETWEEN 1 AND 64),
            body BLOB NOT NULL CHECK (length(body) <= 65536),
            mac BLOB NOT NULL CHECK (length(mac) = 32)
        ) STRICT;

        CREATE TABLE key_version (
            key_id TEXT NOT NULL REFERENCES kms_key (id) DEFERRABLE INITIALLY DEFERRED,
            version INTEGER NOT NULL CHECK (version BETWEEN 0 AND 4294967295),
            body BLOB NOT NULL CHECK (length(body) <= 65536),
            mac BLOB NOT NULL CHECK (length(mac) = 32),
            PRIMARY KEY (key_id, version)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE alias (
            name TEXT NOT NULL PRIMARY KEY CHECK (length(name) BETWEEN 1 AND 256),
            key_id TEXT NOT NULL REFERENCES kms_key (id) DEFERRABLE INITIALLY DEFERRED,
            body BLOB NOT NULL CHECK (length(body) <= 65536),
            mac BLOB NOT NULL CHECK (length(mac) = 32)
        ) STRICT, WITHOUT ROWID;

        CREATE INDEX alias_by_key ON alias (key_id, name);
        """

    /// Makes sure that the database is a catalog, or is empty and may become one.
    static func identify(_ db: Database, path: String, mayClaim: Bool) throws {
        var found = try Int32.fetchOne(db, sql: "PRAGMA application_id")
        if found == 0, mayClaim {
            // Under the write lock, since another program may be about to use the file. This is the first page ever written, in
            // rollback mode: from now on the header on disk tells whose file it is, whatever happens to the log.
            try db.inTransaction(.immediate) {
                found = try Int32.fetchOne(db, sql: "PRAGMA application_id")
                if found == 0, try isEmpty(db) {
                    try db.execute(sql: "PRAGMA application_id = \(applicationID)")
                    found = applicationID
                }
                return .commit
            }
        }
        guard found == applicationID else {
            let what = try isEmpty(db) ? "is empty" : "is a database of another program"
            throw KeyStoreError(.storeNotFound, "\(path) \(what), not a key catalog; it was left as it is")
        }
        // The catalog has neither. In an edited database they could copy or change rows behind the back of every statement.
        let intruder = try String.fetchOne(db, sql: "SELECT name FROM sqlite_schema WHERE type IN ('trigger', 'view') LIMIT 1")
        if let intruder {
            throw KeyStoreError(
                .damagedRecord,
                "the key catalog \(path) was edited: it has a trigger or view named \(intruder.prefix(64)). Restore a backup")
        }
    }

    /// Brings the schema up to date, and refuses one that is ahead. Only under the folder's lock: a step must not run twice.
    static func migrate(_ writer: DatabaseQueue, path: String) throws {
        guard try !writer.unsafeRead({ db in try isCurrent(db, path: path) }) else { return }
        try migrator.migrate(writer)
    }

    /// Refuses a schema that is not the one of this version.
    static func verifyIsCurrent(_ db: Database, path: String) throws {
        guard try isCurrent(db, path: path) else {
            throw KeyStoreError(
                .unavailable, "the key catalog \(path) has an older format; open it once for writing, which brings it up to date")
        }
    }

    private static func isCurrent(_ db: Database, path: String) throws -> Bool {
        // A newer Coffer may have migrated to a layout that this one would misread or write wrongly.
        guard try !migrator.hasBeenSuperseded(db) else {
            throw KeyStoreError(
                .newerFormat, "the key catalog \(path) was written by a newer version of Coffer; use that version or a later one")
        }
        return try migrator.hasCompletedMigrations(db)
    }

    private static func isEmpty(_ db: Database) throws -> Bool {
        try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_schema") == 0 && Int.fetchOne(db, sql: "PRAGMA user_version") == 0
    }
}
