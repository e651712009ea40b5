import OpenSSL
import SystemPackage

/// Words for what goes wrong with a trail's file: what was tried, what happened, what to do.
struct LogFailure {
    let path: String
    /// Whether the trail is one that is written to, and not a copy of one.
    var isInUse = false

    func disk(_ error: SystemCallError, while action: String) -> AuditTrailError {
        let errno = Errno(rawValue: error.errno)
        let advice =
            switch errno {
            case .noSpace, .diskQuotaExceeded: "free some space and try again"
            case .readOnlyFileSystem: "mount the file system writable and try again"
            case .ioError: "the disk reports an error: check it, and restore the trail from a backup if it cannot be read"
            case .permissionDenied, .notPermitted: "check who owns the file and its mode (0600)"
            case .tooManySymbolicLinkLevels: "the trail must not be a symbolic link: name the file itself"
            case .noSuchFileOrDirectory: "check the path"
            default: "check the file and its disk"
            }
        return AuditTrailError(
            code: .unavailable, message: "cannot \(action) the audit trail \(path): \(errno) (\(error.call)); \(advice)")
    }

    func cryptography(_ error: OpenSSLError) -> AuditTrailError {
        AuditTrailError(code: .unavailable, message: "cannot authenticate the audit trail \(path): \(error)")
    }

    func unavailable(_ reason: String) -> AuditTrailError {
        AuditTrailError(code: .unavailable, message: "the audit trail \(path) is unavailable: \(reason)")
    }

    func damaged(_ reason: String) -> AuditTrailError {
        let advice =
            isInUse
            ? "verify it; put it back from a copy, or go on from the last authentic event before the damage with 'coffer audit accept'"
            : "verify it, and keep a copy as evidence"
        return AuditTrailError(code: .damaged, message: "the audit trail \(path) is damaged: \(reason); \(advice)")
    }

    func head(_ defect: HeadLine.Defect) -> AuditTrailError {
        switch defect {
        case .malformed(let malformed): damaged(malformed.reason)
        case .newerFormat(let version):
            AuditTrailError(
                code: .newerFormat,
                message:
                    "the audit trail \(path) has format \(version), this version of Coffer reads up to \(HeadLine.formatVersion): it was made by "
                    + "a newer version, or its first line is damaged")
        }
    }
}
