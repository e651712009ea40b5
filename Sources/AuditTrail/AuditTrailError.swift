/// Why the audit trail refused. The message says what was tried, what happened and what to do; it never holds content of an event.
public struct AuditTrailError: Error, Sendable, Equatable, CustomStringConvertible {
    public enum Code: Sendable, Equatable {
        /// The file cannot be used now: full or read-only disk, I/O error, missing permission, a failure in libcrypto.
        case unavailable
        /// The file's content contradicts itself. Nothing is appended to a trail in this state.
        case damaged
        /// One event does not fit the limits of the format.
        case tooLarge
        /// The file was written by a later version of Coffer.
        case newerFormat
    }

    public let code: Code
    public let message: String

    public init(code: Code, message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { message }
}
