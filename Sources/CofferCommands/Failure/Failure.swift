import AccessControl
import AuditTrail
import Envelope
import Integrity
import KeyStore
import ObjectStore
import OpenSSL
import SystemPackage

/// Any error as a person or a program sees it.
struct Failure: Equatable {
    let status: ExitStatus
    let code: String
    let message: String
    let hint: String?

    init(status: ExitStatus, code: String, message: String, hint: String? = nil) {
        self.status = status
        self.code = code
        self.message = message
        self.hint = hint
    }

    init(_ error: any Error) {
        switch error {
        case let error as CommandError:
            self.init(status: error.status, code: error.code.rawValue, message: error.message, hint: error.hint)
        case let error as KeyStoreError:
            self.init(
                status: ExitStatus(error.code), code: error.code.rawValue,
                message: error.message.isEmpty ? Self.sentence(for: error.code) : error.message, hint: Self.hint(for: error.code))
        case let error as RefusedArgument:
            self.init(status: .usage, code: error.error.code.rawValue, message: error.error.message, hint: error.hint)
        case let error as FilesFailed:
            self.init(status: error.worst.status, code: error.worst.code, message: error.message, hint: error.worst.hint)
        case let error as EnvelopeError:
            self.init(
                status: ExitStatus(error), code: error.keyStoreError?.code.rawValue ?? error.code.memberName, message: error.message,
                hint: error.keyStoreErrors.lazy.compactMap { Self.hint(ofFiles: $0.code) }.first ?? Self.hint(for: error))
        case let error as AccessError:
            self.init(
                status: ExitStatus(error), code: error.keyStoreError?.code.rawValue ?? error.code.rawValue, message: error.message,
                hint: error.keyStoreError.flatMap { Self.hint(for: $0.code) } ?? Self.hint(for: error))
        case let error as ObjectStoreError where error.code == .cancelled:
            self.init(status: .interrupted, code: error.code.rawValue, message: CommandError.interrupted.message)
        case let error as ObjectStoreError:
            self.init(status: ExitStatus(error.code), code: error.code.rawValue, message: error.message, hint: Self.hint(for: error))
        case let error as IntegrityError where error.code == .cancelled: self.init(CommandError.interrupted)
        case let error as IntegrityError:
            self.init(
                status: ExitStatus(error), code: error.keyStoreError?.code.rawValue ?? error.code.memberName, message: error.message,
                hint: error.keyStoreError.flatMap { Self.hint(for: $0.code) } ?? Self.hint(for: error))
        case let error as NamedFailure: self = error.failure
        case let error as FindingsReported: self.init(status: error.status, code: error.code, message: error.message, hint: error.hint)
        case let error as AuditTrailError:
            self.init(status: ExitStatus(error.code), code: "AuditTrailError", message: error.message)
        case let error as OpenSSLError:
            self.init(status: error.code == .outOfSecureMemory ? .environment : .bug, code: "OpenSSLError", message: "\(error)")
        case let error as Errno:
            self = error == .brokenPipe ? Failure(CommandError.brokenPipe) : Failure(CommandError(.fileUnavailable, "\(error)"))
        case is CancellationError:
            self.init(CommandError.interrupted)
        default:
            self.init(status: .bug, code: "InternalError", message: "unexpected \(type(of: error))", hint: "please report this")
        }
    }

    /// As one of many.
    var withoutHint: Failure { Failure(status: status, code: code, message: message) }

    /// AWS KMS sends some errors without a message; a person needs a sentence.
    private static func sentence(for code: KeyStoreError.Code) -> String {
        switch code {
        case .invalidCiphertext: "the ciphertext is damaged, or its encryption context is another one"
        case .invalidMAC: "the MAC is not valid"
        case .invalidSignature: "the signature is not valid"
        case .dryRun: "the request would have succeeded, but it was a dry run"
        case .unsupportedOperation: "this is not possible for this key"
        case .sealed: "the store could not be unsealed"
        default: code.rawValue
        }
    }

    /// Where a file names the key.
    private static func hint(ofFiles code: KeyStoreError.Code) -> String? {
        switch code {
        case .notFound:
            "`coffer key list` shows the keys of this store; `coffer key restore` brings one from a backup, and -i opens without"
        default: hint(for: code)
        }
    }

    private static func hint(for code: KeyStoreError.Code) -> String? {
        switch code {
        case .invalidState: "`coffer key describe KEY` shows its state; `coffer key cancel-deletion KEY` keeps one that waits to be deleted"
        case .storeNotFound: "make a store with `coffer init`, or name one with --home"
        case .storeAlreadyExists: "use another --home for a second store"
        case .disabled: "enable the key with `coffer key enable KEY`"
        case .newerFormat: "this data was written by a newer coffer; install that version"
        case .expiredImportToken: "get new parameters with `coffer key import parameters KEY`"
        case .damagedRecord: "keep a copy of the store, then restore a backup with `coffer key restore`"
        default: nil
        }
    }
}

extension Failure {
    private static func hint(for error: EnvelopeError) -> String? {
        switch error.code {
        case .noKeyOpens where error.refusals.isEmpty: "name what opens it with --identity FILE; `coffer inspect FILE` shows who can"
        case .passphraseUnavailable: "give --passphrase-file or --passphrase-fd"
        case .inputIsDirectory: "--recursive FOLDER takes the files in it, one by one; to make one file of it, archive it first, with tar"
        case .notSeekable: "open all of it, with `coffer decrypt` without --range"
        case .outputExists: "use --force to replace it, or name another file"
        case .encryptionContextMismatch: "`coffer inspect FILE` shows the context that the file was sealed under"
        case .truncated: "the copy may be incomplete; fetch it again"
        default: nil
        }
    }
}

extension Failure {
    private static func hint(for error: AccessError) -> String? {
        switch error.code {
        case .accessDenied:
            "a code works once, for about a minute, and its device is named where there are several; `coffer mfa list` shows locks"
        case .notFound: "`coffer mfa list` shows the devices, `coffer mfa enroll --name NAME` adds one"
        case .newerFormat: hint(for: KeyStoreError.Code.newerFormat)
        default: nil
        }
    }
}

extension Failure {
    private static func hint(for error: IntegrityError) -> String? {
        switch error.code {
        case .notSigned: "commands on manifests take one that nobody signed with --allow-unsigned"
        case .unknownSigner: "name whom you trust, with --public-key FILE or --signer KEY"
        case .outputExists: "use --force to replace it, or name another file"
        case .newerFormat: hint(for: KeyStoreError.Code.newerFormat)
        default: nil
        }
    }
}

extension Failure {
    /// What a person can do in the words of the command line, where that is more than the error itself advises.
    private static func hint(for error: ObjectStoreError) -> String? {
        switch error.code {
        case .storeNotFound: "make a bucket first, with `coffer bucket create NAME`"
        case .noSuchBucket: "`coffer ls` lists the buckets"
        case .noSuchKey where error.deleteMarker != nil:
            "it was deleted; `coffer ls --versions` shows what is behind the delete marker, `coffer restore --at` brings it back"
        case .noSuchVersion: "`coffer ls --versions` shows the versions"
        case .bucketNotEmpty: "`coffer rm --recursive --all-versions coffer://BUCKET` empties it; `coffer object upload list` shows uploads"
        case .kmsDisabled: "enable the key with `coffer key enable KEY`, or name another one with --key"
        case .kmsNotFound: "`coffer key list` lists the keys"
        case .newerFormat: hint(for: KeyStoreError.Code.newerFormat)
        default: error.advice.map(lowercased)
        }
    }

    /// The library advises in sentences; a hint is none.
    private static func lowercased(_ sentence: String) -> String {
        let sentence = sentence.replacing(/'(coffer [^']+)'/) { "`\($0.1)`" }
        let text = sentence.hasSuffix(".") ? sentence.dropLast() : sentence[...]
        return text.prefix(1).lowercased() + text.dropFirst()
    }
}

/// The failure of one of many things, which the error itself does not name.
struct NamedFailure: Error {
    let failure: Failure

    /// - Parameter failure: whose message begins with the name.
    init(_ failure: Failure) { self.failure = failure }

    /// - Parameter name: of what failed, as a person reads it.
    init(_ name: String, _ error: any Error) {
        let failure = Failure(error)
        // Errors of files begin with the name.
        let message = failure.message.hasPrefix(name) ? failure.message : "\(name): \(failure.message)"
        self.failure = Failure(status: failure.status, code: failure.code, message: message, hint: failure.hint)
    }
}

extension EnvelopeError {
    /// What the key service said, of the operation or of each key that was tried.
    fileprivate var keyStoreErrors: [KeyStoreError] {
        let refusals = refusals.compactMap { refusal -> KeyStoreError? in
            guard case .keyService(let error) = refusal.reason else { return nil }
            return error
        }
        return (keyStoreError.map { [$0] } ?? []) + refusals
    }
}

extension EnvelopeError.Code {
    /// As programs see it: `DamagedPayload`.
    fileprivate var memberName: String { rawValue.prefix(1).uppercased() + rawValue.dropFirst() }
}

extension Failure {
    /// What `--json` writes to stderr.
    var json: JSONText {
        do {
            return try JSONText(Document(error: Members(code: code, message: message, hint: hint)), naming: .asWritten)
        } catch {
            preconditionFailure("three strings can be encoded")
        }
    }

    private struct Document: Encodable { let error: Members }
    private struct Members: Encodable {
        let code: String
        let message: String
        let hint: String?
    }
}
