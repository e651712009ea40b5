public import KeyStore
public import SystemPackage

/// Why a file could not be sealed, opened, verified or inspected.
///
/// The message is one sentence for a person: what was tried, what happened and, where something can be done, what. It
/// never holds a key or a byte of plaintext. Errors compare by `code` alone.
public struct EnvelopeError: Error, Sendable, Equatable, CustomStringConvertible {
    public enum Code: String, Sendable, Hashable, CaseIterable {
        // The file is not what it should be
        /// Not an age file at all.
        case notASealedFile
        /// An age file of a version or in a form (armor) that is not read.
        case unsupportedFormat
        /// The header is malformed, passes a bound, or its MAC is not that of the file key.
        case damagedHeader
        /// The file ends too early.
        case truncated
        /// A chunk of the payload is not authentic.
        case damagedPayload
        /// Something follows the last chunk.
        case trailingData

        // Keys
        /// None of the given identities opens the file; `refusals` say why.
        case noKeyOpens
        /// As `noKeyOpens`, and every key refused because the encryption context is another one.
        case encryptionContextMismatch
        /// Nobody to seal for, too many recipients, or a recipient that cannot be written.
        case invalidRecipients
        /// A recipient or an identity, in an argument or a file, is not well formed.
        case malformedKey
        /// A passphrase is needed, and there is nobody to ask.
        case passphraseUnavailable
        /// A plugin is missing, broke the protocol, took too long or said that it failed.
        case pluginFailed
        /// The key service or the cipher failed; `keyStoreError` says how.
        case keyService

        // Files
        case inputNotFound
        case inputUnreadable
        case inputIsDirectory
        /// Only a regular file in binary form can be read from the middle.
        case notSeekable
        /// A range begins behind the end.
        case invalidRange
        /// Somebody else changed the file while it was worked on.
        case inputChanged
        /// Another process is at work in the same place.
        case inUse
        /// The output exists and was not to be replaced.
        case outputExists
        case outputIsDirectory
        /// Input and output are one file.
        case sameFile
        case outputFailed
        /// The disk or the quota is full.
        case noSpace
        /// Who read the output went away.
        case brokenPipe
        /// The output is complete and in its place, but a crash might still undo that.
        case outputNotDurable
        case cancelled
    }

    public let code: Code
    public let message: String
    /// For `noKeyOpens` and `encryptionContextMismatch`: each key that was tried.
    public let refusals: [Refusal]
    /// For `keyService`.
    public let keyStoreError: KeyStoreError?
    /// The system's reason, for errors of reading and writing.
    public let errno: Errno?

    /// For recipients and identities of another's making, too.
    /// - Parameter message: one sentence in lower case, without a full stop and without a secret.
    public init(_ code: Code, _ message: String, refusals: [Refusal] = [], keyStoreError: KeyStoreError? = nil, errno: Errno? = nil) {
        self.code = code
        self.message = message
        self.refusals = refusals
        self.keyStoreError = keyStoreError
        self.errno = errno
    }

    public var description: String { message }

    public static func == (left: Self, right: Self) -> Bool { left.code == right.code }
}

/// One key that was tried on a file, and why it did not open it.
public struct Refusal: Sendable, Equatable, CustomStringConvertible {
    public enum Reason: Sendable, Equatable {
        /// The file was sealed under another encryption context than the one that was asked for.
        case encryptionContextMismatch
        case wrongPassphrase
        case keyService(KeyStoreError)
        /// What a plugin said.
        case plugin(String)
    }

    /// The key, as a person names it: an ARN, a recipient, a file of an identity.
    public let key: String
    public let reason: Reason

    public init(key: String, reason: Reason) {
        self.key = key
        self.reason = reason
    }

    public var description: String {
        switch reason {
        case .encryptionContextMismatch: "\(key): the file was sealed under another encryption context"
        case .wrongPassphrase: "\(key): the passphrase is not the right one"
        // The key service names the key itself where it has something to say about it.
        case .keyService(let error): error.message.contains(key) ? error.message : "\(key): \(error)"
        case .plugin(let message): "\(key): \(message)"
        }
    }
}
