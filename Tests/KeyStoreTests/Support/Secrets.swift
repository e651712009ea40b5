import OpenSSL
import Testing

@testable import KeyStore

/// A secret with known bytes.
func secret(_ bytes: [UInt8]) throws -> SecretBytes { try SecretBytes(copying: bytes.bytes) }

/// What is in a secret: tests may look.
func revealed(_ secret: borrowing SecretBytes) -> [UInt8] { secret.withUnsafeBytes { [UInt8]($0) } }

/// The refusal that `body` ends with; a body that succeeds fails the test.
func refusal(
    sourceLocation: SourceLocation = #_sourceLocation, isolation: isolated (any Actor)? = #isolation, _ body: () async throws -> Void
) async throws -> KeyStoreError {
    do {
        try await body()
    } catch let error as KeyStoreError {
        return error
    }
    Issue.record("nothing was refused", sourceLocation: sourceLocation)
    return KeyStoreError(.internalFailure, "nothing was refused")
}
