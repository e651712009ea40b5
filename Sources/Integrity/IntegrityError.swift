public import KeyStore
public import SystemPackage

/// Why a tree, a manifest, a list of checksums or a bag could not be made, read or judged.
///
/// What a check finds wrong with a file is no error but a verdict; an error means that nothing can be said. The message is one sentence for a person,
/// in lower case without a full stop. Errors compare by `code` alone.
public struct IntegrityError: Error, Sendable, Equatable, CustomStringConvertible {
    public enum Code: String, Sendable, Hashable, CaseIterable {
        // Files
        /// What was named is not there.
        case notFound
        case notAFolder
        /// A file or folder cannot be read; `errno` says why.
        case unreadable
        /// A file or folder cannot be written; `errno` says why.
        case unwritable
        case outputExists
        /// Somebody changes a file as fast as it is read.
        case changedMeanwhile

        // Manifests
        /// Not a manifest (a list, a proof, a bag) at all.
        case malformed
        /// Of a version that is not known here.
        case newerFormat
        /// It ends too early.
        case truncated
        /// It is not what was signed, or contradicts itself.
        case damaged
        /// A path that leads out of the tree, or is none.
        case unsafePath
        case noSuchEntry
        /// A file is not what a manifest says that it was.
        case contentDiffers

        // Trust
        case notSigned
        /// The signature is not that of the key.
        case invalidSignature
        /// The key is none that was named or that is in the store.
        case unknownSigner
        /// A newer manifest of the same tree is known, or another one of the same age.
        case rolledBack
        /// The key service refused or failed; `keyStoreError` says how.
        case keyService

        // Use
        case invalidArgument
        /// Asked for something that this version, or the installed libcrypto, does not do.
        case unsupported
        case cancelled
        case internalFailure
    }

    public let code: Code
    public let message: String
    /// The system's reason, for errors of reading and writing.
    public let errno: Errno?
    /// For `keyService`.
    public let keyStoreError: KeyStoreError?

    package init(_ code: Code, _ message: String, errno: Errno? = nil, keyStoreError: KeyStoreError? = nil) {
        self.code = code
        self.message = message
        self.errno = errno
        self.keyStoreError = keyStoreError
    }

    public var description: String { message }

    public static func == (left: Self, right: Self) -> Bool { left.code == right.code }
}
