/// Why an operation of this module failed: what was tried, in which class the failure falls, and what libcrypto said about it.
///
/// It never holds key material, plaintext or a passphrase: `reason` is made of libcrypto's own constant strings and of ours.
public struct OpenSSLError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The class of a failure, to be matched by callers and tests.
    public enum Code: Sendable, Equatable {
        /// A tag, a wrapped key or an RSA ciphertext is not what the key's owner made.
        case authenticationFailed
        /// A key has the wrong length, type or structure, or does not lie on its curve.
        case invalidKey
        /// A length, range or combination of parameters is not allowed.
        case invalidInput
        /// The locked memory that secrets live in is used up or cannot be had.
        case outOfSecureMemory
        /// The algorithm exists, but not here: not offered by this module, or not by the installed libcrypto.
        case unsupported
        /// libcrypto failed for another reason: no memory, in the secure heap or elsewhere, or a broken installation.
        case libraryFailure
    }

    public let code: Code
    /// What was tried, for example `AES-256-GCM open`.
    public let operation: String
    /// libcrypto's reason strings or ours, joined by `; `. May be empty.
    public let reason: String

    public init(code: Code, operation: String, reason: String) {
        self.code = code
        self.operation = operation
        self.reason = reason
    }

    public var description: String {
        reason.isEmpty ? "\(operation): \(code.summary)" : "\(operation): \(code.summary) (\(reason))"
    }
}

extension OpenSSLError.Code {
    fileprivate var summary: String {
        switch self {
        case .authenticationFailed: "authentication failed"
        case .invalidKey: "invalid key"
        case .invalidInput: "invalid input"
        case .outOfSecureMemory: "no locked memory left for secrets"
        case .unsupported: "not supported"
        case .libraryFailure: "libcrypto failed"
        }
    }
}
