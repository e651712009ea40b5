import GRDB

/// The tables of the object store, in the database that it shares with access control (Docs/Formats/ObjectStore.md).
///
/// Each row is what is needed to find it, one encoded record, and a MAC over both.
enum ObjectStoreSchema {
    static let formatVersion = 1
    /// How the names of the steps begin.
    static let family = "object store"
    static let version1Name = "\(family) 1"

    static func register(in migrator: inout DatabaseMigrator) {
        migrator.registerMigration(version1Name) { db in try db.execute(sql: version1) }
    }

    /// Whether the tables are those below, and not those that had the same name before any release: their seals were never shared.
    static func isSettled(_ db: Database) throws -> Bool {
        try db.columns(in: "seal").contains { $0.name == "is_shared" }
    }

    private static let version1 = """
        CREATE TABLE object_state (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            record BLOB NOT NULL,
            mac BLOB NOT NULL CHECK (length(mac) = 32)
        ) STRICT;

        CREATE TABLE object_key (
            id INTEGER PRIMARY KEY,
            arn TEXT NOT NULL UNIQUE CHECK (length(arn) <= 2048),
            mac BLOB NOT NULL CHECK (length(mac) = 32)
        ) STRICT;

        CREATE TABLE bucket (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE CHECK (length(name) <= 63),
            record BLOB NOT NULL,
            mac BLOB NOT NULL CHECK (length(mac) = 32)
        ) STRICT;

        CREATE TABLE bucket_document (
            bucket INTEGER NOT NULL,
            kind INTEGER NOT NULL,
            record BLOB NOT NULL,
            mac BLOB NOT NULL CHECK (length(mac) = 32),
            PRIMARY KEY (bucket, kind)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE version (
            bucket INTEGER NOT NULL,
            key BLOB NOT NULL CHECK (length(key) BETWEEN 1 AND 1024),
            sequence INTEGER NOT NULL,
            name BLOB NOT NULL CHECK (length(name) IN (0, 16)),
            record BLOB NOT NULL,
            mac BLOB NOT NULL CHECK (length(mac) = 32),
            PRIMARY KEY (bucket, key, sequence DESC)
        ) STRICT, WITHOUT ROWID;
        CREATE UNIQUE INDEX version_name ON version (bucket, key, name);

        CREATE TABLE seal (
            id INTEGER PRIMARY KEY,
            bucket INTEGER NOT NULL,
            object_key INTEGER NOT NULL,
            blob INTEGER,
            recovery INTEGER NOT NULL,
            is_shared INTEGER NOT NULL CHECK (is_shared IN (0, 1)),
            header BLOB NOT NULL,
            payload BLOB,
            mac BLOB NOT NULL CHECK (length(mac) = 32)
        ) STRICT;

        CREATE TABLE seal_share (
            seal INTEGER PRIMARY KEY,
            extra INTEGER NOT NULL CHECK (extra > 0),
            mac BLOB NOT NULL CHECK (length(mac) = 32)
        ) STRICT;

        CREATE TABLE blob (
            id INTEGER PRIMARY KEY,
            name BLOB NOT NULL UNIQUE CHECK (length(name) = 16),
            record BLOB NOT NULL,
            mac BLOB NOT NULL CHECK (length(mac) = 32)
        ) STRICT;

        CREATE TABLE part (
            owner INTEGER NOT NULL,
            number INTEGER NOT NULL CHECK (number BETWEEN 1 AND 10000),
            record BLOB NOT NULL,
            mac BLOB NOT NULL CHECK (length(mac) = 32),
            PRIMARY KEY (owner, number)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE upload (
            bucket INTEGER NOT NULL,
            key BLOB NOT NULL CHECK (length(key) BETWEEN 1 AND 1024),
            ordinal INTEGER NOT NULL,
            upload_id BLOB NOT NULL UNIQUE CHECK (length(upload_id) = 16),
            record BLOB NOT NULL,
            mac BLOB NOT NULL CHECK (length(mac) = 32),
            PRIMARY KEY (bucket, key, ordinal)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE doomed_blob (
            name BLOB NOT NULL PRIMARY KEY CHECK (length(name) = 16)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE scrub (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            record BLOB NOT NULL,
            mac BLOB NOT NULL CHECK (length(mac) = 32)
        ) STRICT;
        """
}
