import AccessControl
import AuditTrail
import Envelope
import KeyStore
import ObjectStore

/// What the process tells its parent. Stable, documented in Docs/CLI.md and at the end of each command's help.
enum ExitStatus: Int32, Sendable {
    case success = 0
    /// The question was answered, and the answer is no: a signature or a MAC is not valid, an object was not modified, a check found
    /// something.
    case negative = 1
    case usage = 2
    case notFound = 3
    /// Denied, locked, sealed, disabled, or in a state in which this is not allowed.
    case denied = 4
    case damaged = 5
    /// The world around us: disk full, no permission, a store of a newer version.
    case environment = 6
    case bug = 70
    case interrupted = 130
    /// Whoever read our output went away; what a shell reports for SIGPIPE.
    case brokenPipe = 141
}

extension ExitStatus {
    init(_ code: KeyStoreError.Code) {
        switch code {
        case .dryRun: self = .success
        case .invalidMAC, .invalidSignature: self = .negative
        case .incorrectKeyMaterial, .invalidAliasName, .invalidARN, .invalidMarker, .tag, .validation: self = .usage
        case .notFound, .storeNotFound: self = .notFound
        case .accessDenied, .alreadyExists, .conflict, .disabled, .expiredImportToken, .incorrectKey, .invalidKeyUsage,
            .invalidState, .limitExceeded, .sealed, .storeAlreadyExists, .unsupportedOperation:
            self = .denied
        case .damagedRecord, .invalidBackup, .invalidCiphertext, .invalidImportToken: self = .damaged
        case .auditUnavailable, .newerFormat, .unavailable: self = .environment
        case .internalFailure: self = .bug
        }
    }

    init(_ code: AuditTrailError.Code) {
        switch code {
        case .unavailable, .newerFormat: self = .environment
        case .damaged, .tooLarge: self = .damaged
        }
    }
}

extension ExitStatus {
    init(_ error: AccessError) {
        switch error.code {
        case .accessDenied, .alreadyExists, .invalidCode, .limitExceeded: self = .denied
        case .validation: self = .usage
        case .notFound: self = .notFound
        case .damaged: self = .damaged
        case .newerFormat, .auditUnavailable, .unavailable: self = .environment
        case .keyService: self = error.keyStoreError.map { ExitStatus($0.code) } ?? .bug
        }
    }
}

extension ExitStatus {
    init(_ error: EnvelopeError) {
        switch error.code {
        case .damagedHeader, .damagedPayload, .notASealedFile, .trailingData, .truncated, .unsupportedFormat: self = .damaged
        case .encryptionContextMismatch, .outputExists: self = .denied
        case .noKeyOpens: self = Self.ofRefusals(error.refusals)
        case .keyService: self = error.keyStoreError.map { ExitStatus($0.code) } ?? .bug
        case .inputIsDirectory, .invalidRange, .invalidRecipients, .notSeekable, .malformedKey, .outputIsDirectory, .sameFile: self = .usage
        case .passphraseUnavailable: self = .denied
        case .pluginFailed: self = .environment
        case .inputNotFound: self = .notFound
        case .inUse, .inputChanged, .inputUnreadable, .noSpace, .outputFailed, .outputNotDurable: self = .environment
        case .brokenPipe: self = .brokenPipe
        case .cancelled: self = .interrupted
        }
    }

    /// What all keys say, if they agree: a file whose keys are all damaged is damaged. Else it is denied.
    private static func ofRefusals(_ refusals: [Refusal]) -> ExitStatus {
        let statuses = refusals.map { refusal in
            switch refusal.reason {
            case .encryptionContextMismatch, .wrongPassphrase, .plugin: ExitStatus.denied
            case .keyService(let error): ExitStatus(error.code)
            }
        }
        guard let first = statuses.first, statuses.allSatisfy({ $0 == first }) else { return .denied }
        return first
    }
}

extension ExitStatus {
    init(_ code: ObjectStoreErrorCode) {
        switch code {
        case .notModified: self = .negative
        case .badRequest, .entityTooLarge, .entityTooSmall, .invalidArgument, .invalidBucketName, .invalidDigest,
            .invalidEncryptionAlgorithm, .invalidPart, .invalidPartNumber, .invalidPartOrder, .invalidRange, .invalidRequest,
            .invalidRetentionPeriod, .invalidTag, .keyTooLong, .malformedXML, .metadataTooLarge, .missingContentLength, .notImplemented:
            self = .usage
        case .kmsNotFound, .noSuchBucket, .noSuchBucketPolicy, .noSuchKey, .noSuchLifecycleConfiguration, .noSuchObjectLockConfiguration,
            .noSuchTagSet, .noSuchUpload, .noSuchVersion, .objectLockConfigurationNotFound, .serverSideEncryptionConfigurationNotFound,
            .storeNotFound:
            self = .notFound
        case .accessDenied, .bucketAlreadyExists, .bucketAlreadyOwnedByYou, .bucketNotEmpty, .conditionalRequestConflict,
            .invalidBucketState, .invalidObjectState, .kmsDisabled, .kmsInvalidState, .methodNotAllowed, .operationAborted,
            .preconditionFailed, .storeSealed, .tooManyBuckets:
            self = .denied
        case .badDigest, .damagedObject, .damagedRecord: self = .damaged
        case .auditUnavailable, .incompleteBody, .newerFormat, .noSpace, .olderFormat, .requestTimeout, .serviceUnavailable,
            .storageFailure, .storeReadOnly:
            self = .environment
        case .internalError: self = .bug
        case .cancelled: self = .interrupted
        }
    }
}

extension ExitStatus {
    /// The table at the end of every command's help.
    static let help = """
        EXIT STATUS
          0  fine
          1  the answer is no: a signature is not valid, an object was not modified, a
             check found something
          2  the command was not understood, or a value is not allowed
          3  there is no such store, key, alias, seal, file, bucket, object or version
          4  denied: wrong passphrase or code, locked, disabled, a condition that does
             not hold, or not in this state
          5  damaged data: a record, a ciphertext, a file, an object or the audit trail
          6  the environment: disk full, no permission, a newer format
          70 a bug in coffer
          130 interrupted; 141 the reader of our output went away
        """
}
