import AccessControl
import AuditTrail
import GRDB
import GRDBSQLite
import KeyStore
import OpenSSL

/// What others threw, in the words of this module.
extension ObjectStoreError {
    /// What was thrown here passes unchanged; what the database threw is put into words (https://www.sqlite.org/rescode.html).
    ///
    /// - Parameter action: what was tried, as a verb.
    init(storage error: any Error, doing action: String) {
        switch error {
        case let error as ObjectStoreError: self = error
        case let error as AccessError: self.init(error)
        case let error as DatabaseError:
            self.init(sqlite: error.extendedResultCode.rawValue, error.message ?? "no message", doing: action)
        default: self.init(.internalError, "Cannot \(action) the database of the object store: \(error).")
        }
    }

    init(sqlite code: CInt, _ message: String, doing action: String) {
        let failed = "Cannot \(action) the database of the object store"
        let detail = "SQLite \(code): \(message)"
        switch code & 0xFF {
        case SQLITE_FULL: self.init(.noSpace, "\(failed): its disk is full (\(detail)).")
        // The index of the log could not be made longer (SQLITE_IOERR_SHMSIZE). That is done behind writing the log, whose end a crash may
        // bring back.
        case SQLITE_IOERR where code == SQLITE_IOERR | 19 << 8:
            self.init(.noSpace, "\(failed): its disk is full (\(detail)).", fileCause: .writing)
        case SQLITE_BUSY, SQLITE_LOCKED: self.init(.serviceUnavailable, "\(failed): another process keeps it locked (\(detail)).")
        case SQLITE_READONLY, SQLITE_PERM, SQLITE_AUTH, SQLITE_CANTOPEN:
            self.init(.storeReadOnly, "\(failed): check that you may read and write its file and its folder (\(detail)).")
        case SQLITE_CORRUPT, SQLITE_NOTADB, SQLITE_FORMAT, SQLITE_ERROR, SQLITE_TOOBIG, SQLITE_CONSTRAINT, SQLITE_SCHEMA, SQLITE_MISMATCH:
            self = .damaged("\(failed): it is damaged (\(detail))")
        case SQLITE_IOERR:
            self.init(.storageFailure, "\(failed): its disk failed (\(detail)).", fileCause: Self.isOfWriting(code) ? .writing : .reading)
        default: self.init(.internalError, "\(failed) (\(detail)).")
        }
    }

    /// Whether it is of what was to be on the disk, and not of reading, locking or of memory that connections share. What is changed can
    /// fail to be read first, and what is read can make SQLite write: so the code says it, and not the action.
    private static func isOfWriting(_ code: CInt) -> Bool {
        switch code >> 8 {
        // SQLITE_IOERR without more to it, _WRITE, _FSYNC, _DIR_FSYNC, _TRUNCATE, _DELETE, _CLOSE and _DIR_CLOSE.
        case 0, 3, 4, 5, 6, 10, 16, 17: true
        default: false
        }
    }

    init(_ error: AccessError) {
        switch error.code {
        case .accessDenied:
            self.init(
                .accessDenied, error.message,
                advice:
                    "A code works once, for about a minute, and its device is named where there are several; 'coffer mfa list' shows locks."
            )
        case .damaged: self.init(.damagedRecord, "\(error.message).")
        case .newerFormat: self.init(.newerFormat, "\(error.message).")
        case .auditUnavailable: self.init(.auditUnavailable, "\(error.message).")
        case .keyService:
            if let cause = error.keyStoreError { self.init(cause) } else { self.init(.serviceUnavailable, "\(error.message).") }
        case .alreadyExists, .invalidCode, .limitExceeded, .notFound, .validation, .unavailable:
            self.init(.serviceUnavailable, "\(error.message).")
        }
    }

    /// As S3 reports what KMS said.
    init(_ error: KeyStoreError) {
        let message = error.message.isEmpty ? error.code.rawValue : error.message
        switch error.code {
        case .notFound: self.init(.kmsNotFound, message)
        case .disabled: self.init(.kmsDisabled, message)
        case .invalidState, .invalidKeyUsage: self.init(.kmsInvalidState, message)
        case .accessDenied: self.init(.accessDenied, message)
        case .sealed: self.init(.storeSealed, message)
        case .auditUnavailable: self.init(.auditUnavailable, message)
        case .newerFormat: self.init(.newerFormat, message)
        case .damagedRecord: self.init(.damagedRecord, message)
        case .invalidARN, .invalidAliasName, .validation: self = .argument("SSEKMSKeyId", "", message)
        default: self.init(.serviceUnavailable, message)
        }
    }

    init(_ error: OpenSSLError) { self.init(.internalError, "The cryptographic library failed: \(error).") }

    init(_ error: AuditTrailError) {
        self.init(
            .auditUnavailable, "The operation was not carried out because it could not be recorded in the audit trail: \(error.message).")
    }

    static func damaged(_ what: String) -> ObjectStoreError {
        ObjectStoreError(.damagedRecord, "\(what). Keep a copy of the store as it is.")
    }
}
