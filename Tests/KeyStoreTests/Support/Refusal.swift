import KeyStore
import Testing

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
