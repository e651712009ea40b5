/// Why a key operation was refused or failed.
///
/// `code` is AWS KMS's error name where one exists (AWS KMS API reference, "Errors" of each operation) and one of
/// ours where AWS has no such situation (a sealed store, a damaged record). Errors compare by `code` alone, so that a
/// caller can test for a kind of failure without repeating its sentence. The message never contains key material,
/// plaintext or a passphrase.
public struct KeyStoreError: Error, Sendable, Equatable, CustomStringConvertible {
    public enum Code: String, Sendable, Hashable, CaseIterable {
        // AWS KMS
        case accessDenied = "AccessDeniedException"
        case alreadyExists = "AlreadyExistsException"
        case conflict = "ConflictException"
        case disabled = "DisabledException"
        case expiredImportToken = "ExpiredImportTokenException"
        case incorrectKey = "IncorrectKeyException"
        case incorrectKeyMaterial = "IncorrectKeyMaterialException"
        case internalFailure = "KMSInternalException"
        case invalidAliasName = "InvalidAliasNameException"
        case invalidARN = "InvalidArnException"
        case invalidCiphertext = "InvalidCiphertextException"
        case invalidImportToken = "InvalidImportTokenException"
        case invalidKeyUsage = "InvalidKeyUsageException"
        case invalidMAC = "KMSInvalidMacException"
        case invalidMarker = "InvalidMarkerException"
        case invalidSignature = "KMSInvalidSignatureException"
        case invalidState = "KMSInvalidStateException"
        case limitExceeded = "LimitExceededException"
        case notFound = "NotFoundException"
        case tag = "TagException"
        case unsupportedOperation = "UnsupportedOperationException"
        case validation = "ValidationException"
        case dryRun = "DryRunOperationException"

        // Coffer
        /// The store has no root key in memory, or no seal could be opened with what was given.
        case sealed = "StoreSealed"
        /// There is no store, or no seal of that name.
        case storeNotFound = "StoreNotFound"
        case storeAlreadyExists = "StoreAlreadyExists"
        /// A stored record is not what the root key authenticated.
        case damagedRecord = "DamagedRecord"
        /// A store, blob, seal or backup of a format that this version does not know.
        case newerFormat = "NewerFormat"
        /// A backup or recovery file that is not well formed or not authentic.
        case invalidBackup = "InvalidBackup"
        /// The disk, the database or the random generator failed.
        case unavailable = "StoreUnavailable"
        /// The audit trail could not be written, so the operation was not carried out.
        case auditUnavailable = "AuditUnavailable"
    }

    public let code: Code
    public let message: String

    public init(_ code: Code, _ message: String = "") {
        self.code = code
        self.message = message
    }

    public var description: String { message.isEmpty ? code.rawValue : "\(code.rawValue): \(message)" }

    public static func == (left: Self, right: Self) -> Bool { left.code == right.code }
}
