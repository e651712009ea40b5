internal import GRDB
internal import KeyStore

extension KeyRecordStoreError {
    /// Says in words what an SQLite error means for the catalog and what its owner can do (https://www.sqlite.org/rescode.html).
    ///
    /// - Parameter action: what was tried, as a verb that goes before the path: "open", "write".
    init(_ error: any Error, doing action: String, path: String) {
        if let error = error as? KeyRecordStoreError {
            self = error
        } else if let error = error as? DatabaseError {
            self.init(
                sqliteCode: error.extendedResultCode.rawValue, message: error.message ?? "no message", doing: action, path: path)
        } else {
            self.init(.unavailable, "cannot \(action) the key catalog \(path): \(error)")
        }
    }

    /// - Parameter sqliteCode: a primary or extended result code; an extended one has its primary code in the low 8 bits.
    init(sqliteCode: Int32, message: String, doing action: String, path: String) {
        let failed = "cannot \(action) the key catalog \(path)"
        let detail = "SQLite \(sqliteCode): \(message)"
        switch ResultCode(rawValue: sqliteCode & 0xff) {
        // SQLITE_IOERR_SHMSIZE is how a full disk shows when the shared-memory file cannot grow.
        case .SQLITE_FULL,
            _ where sqliteCode == ResultCode.SQLITE_IOERR_SHMSIZE.rawValue:
            self.init(.unavailable, "\(failed): its disk is full. Nothing was changed; free some space and try again (\(detail))")
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            self.init(.busy, "\(failed): another process kept it locked. Nothing was changed; try again when it is done (\(detail))")
        case .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_AUTH:
            self.init(
                .unavailable,
                "\(failed): it may not be written. Mount its disk read-write and let yourself write the file and its folder (\(detail))")
        case .SQLITE_CANTOPEN:
            self.init(
                .unavailable,
                "\(failed): the file, or its -wal and -shm files beside it, cannot be opened. "
                    + "Check that its folder is there, that you may write in it and that its disk is mounted read-write. "
                    + "Of a store in a snapshot or backup, open a copy: every use of a key is recorded beside it (\(detail))")
        case .SQLITE_IOERR, .SQLITE_NOLFS, .SQLITE_PROTOCOL:
            self.init(.unavailable, "\(failed): its disk reports an error. Check the disk and the system's log (\(detail))")
        // SQLITE_ERROR here is a table or column that is not there; SQLITE_TOOBIG a value beyond what a record can have.
        case .SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_FORMAT, .SQLITE_ERROR, .SQLITE_TOOBIG:
            self.init(.damaged, "\(failed): it is damaged. Keep a copy of it as it is, then restore a backup (\(detail))")
        case .SQLITE_CONSTRAINT:
            self.init(.constraint, "\(failed): a rule of its schema was broken (\(detail))")
        default:
            self.init(.unavailable, "\(failed) (\(detail))")
        }
    }
}

extension KeyStoreError {
    /// What KeyStore threw passes unchanged; what the database threw is put into words.
    init(_ error: any Error, doing action: String, path: String) {
        self = error as? KeyStoreError ?? KeyStoreError(KeyRecordStoreError(error, doing: action, path: path))
    }
}
