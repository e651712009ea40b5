public import GRDB

/// The tables of access control, in a database that others may have tables in, too (Docs/Formats/AccessControl.md).
///
/// ```swift
/// var migrator = DatabaseMigrator()
/// AccessControlSchema.register(in: &migrator)
/// ```
public enum AccessControlSchema {
    /// "CFFO" in the file's header (https://www.sqlite.org/fileformat.html#application_id).
    public static let applicationID: Int32 = 0x4346_464F

    /// Adds the steps that make the tables. A released step is never edited, only followed by another.
    public static func register(in migrator: inout DatabaseMigrator) {
        migrator.registerMigration(version1Name) { db in try db.execute(sql: version1) }
    }

    /// How the names of the steps begin.
    static let family = "access control"
    static let version1Name = "\(family) 1"

    // The bounds are stated here and again in code: a database that was edited by hand need not respect its own rules.
    private static let version1 = """
        CREATE TABLE access_state (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            format INTEGER NOT NULL,
            revision INTEGER NOT NULL,
            key_arn TEXT NOT NULL CHECK (length(key_arn) <= 2048),
            wrapped_key BLOB NOT NULL CHECK (length(wrapped_key) <= 4096),
            decoy_seed BLOB NOT NULL CHECK (length(decoy_seed) <= 4096),
            protects_keys INTEGER NOT NULL CHECK (protects_keys IN (0, 1)),
            strangers INTEGER NOT NULL,
            mac BLOB NOT NULL CHECK (length(mac) = 32)
        ) STRICT;

        CREATE TABLE mfa_device (
            serial TEXT NOT NULL PRIMARY KEY CHECK (length(serial) <= 256),
            created_at INTEGER NOT NULL,
            algorithm TEXT NOT NULL,
            digits INTEGER NOT NULL CHECK (digits BETWEEN 6 AND 8),
            period INTEGER NOT NULL CHECK (period BETWEEN 15 AND 60),
            wrapped_seed BLOB NOT NULL CHECK (length(wrapped_seed) <= 4096),
            last_step INTEGER NOT NULL,
            certain_at INTEGER NOT NULL,
            boot_id BLOB NOT NULL CHECK (length(boot_id) = 16),
            since_boot INTEGER NOT NULL,
            failures INTEGER NOT NULL CHECK (failures >= 0),
            locked_for INTEGER NOT NULL CHECK (locked_for >= 0),
            mac BLOB NOT NULL CHECK (length(mac) = 32)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE mfa_recovery_code (
            number INTEGER PRIMARY KEY CHECK (number BETWEEN 1 AND 10),
            digest BLOB NOT NULL CHECK (length(digest) = 32),
            created_at INTEGER NOT NULL,
            used_at INTEGER,
            mac BLOB NOT NULL CHECK (length(mac) = 32)
        ) STRICT;

        CREATE TABLE mfa_session (
            id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
            scope TEXT NOT NULL CHECK (length(scope) <= 2048),
            granted_by TEXT NOT NULL CHECK (length(granted_by) <= 256),
            remaining INTEGER NOT NULL CHECK (remaining BETWEEN 0 AND 1000),
            created_at INTEGER NOT NULL,
            expires_at INTEGER NOT NULL,
            boot_id BLOB NOT NULL CHECK (length(boot_id) = 16),
            since_boot INTEGER NOT NULL,
            mac BLOB NOT NULL CHECK (length(mac) = 32)
        ) STRICT, WITHOUT ROWID;
        """
}

extension DatabaseMigrator {
    /// Whether a newer version of Coffer has carried out a step that is not known here, after which the tables need not be what is
    /// expected of them. Only steps of one family count: tables of several modules share the file, and none knows the others' steps.
    ///
    /// - Parameter family: how the names of the steps begin, before a space and a number.
    public func isSuperseded(_ db: Database, family: String) throws -> Bool {
        let known = Set(migrations)
        return try appliedIdentifiers(db).contains { $0.hasPrefix(family + " ") && !known.contains($0) }
    }
}
