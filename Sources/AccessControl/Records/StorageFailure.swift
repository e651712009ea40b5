import GRDB

extension AccessError {
    /// What was thrown here passes unchanged; what the database threw is put into words (https://www.sqlite.org/rescode.html).
    ///
    /// - Parameter action: what was tried, as a verb.
    init(_ error: any Error, doing action: String) {
        if let error = error as? AccessError {
            self = error
        } else if let error = error as? DatabaseError {
            self.init(error, doing: action)
        } else {
            self.init(.unavailable, "cannot \(action) the second factors: \(error)")
        }
    }

    private init(_ error: DatabaseError, doing action: String) {
        let failed = "cannot \(action) the database of the second factors"
        let detail = "SQLite \(error.extendedResultCode.rawValue): \(error.message ?? "no message")"
        switch error.resultCode {
        case .SQLITE_FULL:
            self.init(.unavailable, "\(failed): its disk is full. Nothing was changed; free some space and try again (\(detail))")
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            self.init(.unavailable, "\(failed): another process kept it locked. Nothing was changed; try again when it is done (\(detail))")
        case .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_AUTH, .SQLITE_CANTOPEN:
            self.init(.unavailable, "\(failed): check that you may read and write its file and its folder (\(detail))")
        case .SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_FORMAT, .SQLITE_ERROR, .SQLITE_TOOBIG, .SQLITE_CONSTRAINT:
            self = .damaged("\(failed): it is damaged (\(detail))")
        default:
            self.init(.unavailable, "\(failed) (\(detail))")
        }
    }
}
