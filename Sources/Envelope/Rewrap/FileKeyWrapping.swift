import KeyStore

/// The key service as rewrapping needs it: asked for one thing, and opened at the first need.
struct FileKeyWrapping: Sendable {
    private let service: @Sendable () async throws(EnvelopeError) -> any KeyService

    init(_ service: @escaping @Sendable () async throws(EnvelopeError) -> any KeyService) {
        self.service = service
    }

    func wrap(
        _ fileKey: borrowing FileKey, keyID: String, encryptionContext: EncryptionContext
    ) async throws(KeyStoreError) -> WrappedFileKey {
        let service: any KeyService
        do {
            service = try await self.service()
        } catch {
            throw error.keyStoreError ?? KeyStoreError(.unavailable, error.message)
        }
        return try await service.wrap(fileKey, keyID: keyID, encryptionContext: encryptionContext)
    }
}
