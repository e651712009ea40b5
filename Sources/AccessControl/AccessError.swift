public import KeyStore
import OpenSSL

/// Why a question of access was refused, or could not be answered.
///
/// Codes are S3's and IAM's error names where these exist. Errors compare by `code` alone. A message holds no code of a device, no
/// recovery code and no seed, and a refused code gets one and the same message whatever was wrong with it.
public struct AccessError: Error, Sendable, Equatable, CustomStringConvertible {
    public enum Code: String, Sendable, Hashable, CaseIterable {
        /// S3: no code was given where one is needed, or the one that was given is not accepted.
        case accessDenied = "AccessDenied"
        // IAM (API reference, EnableMFADevice, CreateVirtualMFADevice)
        case alreadyExists = "EntityAlreadyExists"
        case invalidCode = "InvalidAuthenticationCode"
        case limitExceeded = "LimitExceeded"
        case notFound = "NoSuchEntity"
        case validation = "ValidationError"

        // Coffer
        /// A row, or the set of rows, is not what was written.
        case damaged = "DamagedRecord"
        case newerFormat = "NewerFormat"
        /// The key service refused; ``AccessError/keyStoreError`` says why.
        case keyService = "KeyServiceFailed"
        /// The audit trail could not be written, so nothing was done.
        case auditUnavailable = "AuditUnavailable"
        /// The disk, the database or the random generator failed.
        case unavailable = "StoreUnavailable"
    }

    public let code: Code
    public let message: String
    /// Of a failure with code `keyService`.
    public let keyStoreError: KeyStoreError?

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
        self.keyStoreError = nil
    }

    init(_ error: KeyStoreError) {
        self.code = error.code == .auditUnavailable ? .auditUnavailable : .keyService
        self.message = error.message.isEmpty ? error.code.rawValue : error.message
        self.keyStoreError = error
    }

    init(_ error: OpenSSLError) {
        self.init(.unavailable, error.description)
    }

    public var description: String { "\(code.rawValue): \(message)" }

    public static func == (left: Self, right: Self) -> Bool { left.code == right.code }

    static let newerFormat = AccessError(
        .newerFormat, "the second factors were written by a newer version of Coffer; use that version or a later one")

    /// No code was given; S3's words.
    public static let codeNeeded = AccessError(.accessDenied, "Mfa Authentication must be used for this request")

    /// For every code that is not accepted, so that the answer does not tell an unknown device from a wrong, used or late code.
    static let codeRefused = AccessError(.accessDenied, "the MFA code was not accepted")

    static func damaged(_ what: String) -> AccessError {
        AccessError(.damaged, "\(what); keep a copy of the store as it is, then restore a backup")
    }
}
