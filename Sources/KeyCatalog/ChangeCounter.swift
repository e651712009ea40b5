internal import GRDBSQLite
internal import KeyStore
internal import Synchronization

/// Notices commits of anybody else, also of other processes, for a few system calls per look.
///
/// `PRAGMA data_version` is a number that changes for a connection when another connection has committed
/// (https://www.sqlite.org/pragma.html#pragma_data_version). Commits of the connection itself leave it as it is, so this one is only
/// ever asked that question; to it the catalog's own writer is "another connection".
///
/// It is asked before each key operation, which is why it does without GRDB: a prepared statement under a mutex costs half of
/// a statement behind a dispatch queue.
final class ChangeCounter: Sendable {
    /// The connection and its statement; one owner, used under the mutex only, as SQLITE_OPEN_NOMUTEX demands.
    private struct Connection: ~Copyable {
        let database: OpaquePointer
        let statement: OpaquePointer

        deinit {
            sqlite3_finalize(statement)
            sqlite3_close_v2(database)
        }
    }

    private let connection: Mutex<Connection>
    private let path: String

    init(path: String, busyTimeoutSeconds: Double) throws(KeyStoreError) {
        self.path = path
        var database: OpaquePointer?
        let opened = sqlite3_open_v2(path, &database, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, nil)
        guard opened == SQLITE_OK, let database else {
            defer { sqlite3_close_v2(database) }
            throw ChangeCounter.failure(opened, database, path)
        }
        sqlite3_extended_result_codes(database, 1)
        sqlite3_busy_timeout(database, Int32(busyTimeoutSeconds * 1000))
        var statement: OpaquePointer?
        let prepared = sqlite3_prepare_v3(database, "PRAGMA data_version", -1, UInt32(SQLITE_PREPARE_PERSISTENT), &statement, nil)
        guard prepared == SQLITE_OK, let statement else {
            defer { sqlite3_close_v2(database) }
            throw ChangeCounter.failure(prepared, database, path)
        }
        connection = Mutex(Connection(database: database, statement: statement))
    }

    /// A number that is not the one of an earlier call if somebody has committed in between.
    func current() throws(KeyStoreError) -> UInt64 {
        try connection.withLock { connection throws(KeyStoreError) in
            // The reset gives the read lock back, without which no checkpoint could ever cut the log.
            defer { sqlite3_reset(connection.statement) }
            let stepped = sqlite3_step(connection.statement)
            guard stepped == SQLITE_ROW else {
                throw ChangeCounter.failure(stepped, connection.database, path)
            }
            return UInt64(bitPattern: sqlite3_column_int64(connection.statement, 0))
        }
    }

    private static func failure(_ code: Int32, _ database: OpaquePointer?, _ path: String) -> KeyStoreError {
        let message = String(cString: sqlite3_errmsg(database))
        return KeyStoreError(KeyRecordStoreError(sqliteCode: code, message: message, doing: "watch", path: path))
    }
}
