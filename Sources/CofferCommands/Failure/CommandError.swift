/// A failure that the command line itself found, before or after it asked the library.
///
/// The message is one sentence in lower case without a full stop; it never contains a secret.
struct CommandError: Error, Equatable {
    /// A stable name for programs, in the JSON form of the error.
    enum Code: String, Sendable {
        case usage = "UsageError"
        case fileNotFound = "FileNotFound"
        case fileExists = "FileExists"
        case fileUnavailable = "FileUnavailable"
        case insecurePermissions = "InsecurePermissions"
        case noCredential = "NoCredential"
        case malformedInput = "MalformedInput"
        case newerFormat = "NewerFormat"
        case auditDamaged = "AuditTrailDamaged"
        case auditUnattested = "AuditTrailUnattested"
        case noSuchObject = "NoSuchKey"
        case versioningNeeded = "InvalidBucketState"
        case keysRotated = "KeysRotatedMeanwhile"
        case interrupted = "Interrupted"
        case brokenPipe = "BrokenPipe"
        case libraryFailure = "LibraryFailure"
    }

    let code: Code
    let message: String
    let hint: String?

    init(_ code: Code, _ message: String, hint: String? = nil) {
        self.code = code
        self.message = message
        self.hint = hint
    }

    var status: ExitStatus {
        switch code {
        case .usage, .malformedInput: .usage
        case .fileNotFound, .noSuchObject: .notFound
        case .fileExists, .insecurePermissions, .noCredential, .versioningNeeded: .denied
        case .auditDamaged: .damaged
        case .auditUnattested, .fileUnavailable, .libraryFailure, .keysRotated, .newerFormat: .environment
        case .interrupted: .interrupted
        case .brokenPipe: .brokenPipe
        }
    }

    static let interrupted = CommandError(.interrupted, "interrupted")
    static let brokenPipe = CommandError(.brokenPipe, "the reader of the output went away")
}
