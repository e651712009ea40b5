import Envelope
import KeyStore

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A store that is opened at the first need, and once: whoever works on files without KMS keys needs none, and nobody is asked
/// for a passphrase in vain, or twice.
actor LazyStore {
    private let options: StoreOptions
    private let session: Session
    private var outcome: Result<OpenStore, any Error>?

    init(_ options: StoreOptions, in session: Session) {
        self.options = options
        self.session = session
    }

    /// The first call opens the store; all later ones give the first one's result.
    func open() throws -> OpenStore {
        if let outcome { return try outcome.get() }
        let outcome = Result { try OpenStore.open(options, in: session) }
        self.outcome = outcome
        return try outcome.get()
    }

    /// Why the store could not be opened, if that was tried. It says more than the error that the library made of it.
    var failure: (any Error)? {
        guard case .failure(let error) = outcome else { return nil }
        return error
    }

    /// Where a store is looked for.
    nonisolated var path: String { options.home.path(in: session.context) }

    /// Whether there is a store where one is looked for.
    nonisolated var exists: Bool { access(path, F_OK) == 0 }

    /// The KMS keys of the store, which stays closed until a file names one of them.
    nonisolated func identity(expecting context: KMSKeyIdentity.ExpectedContext) -> KMSKeyIdentity {
        KMSKeyIdentity(encryptionContext: context) { () async throws(EnvelopeError) in try await self.service() }
    }

    /// The key service of the store, which is opened if it is not yet.
    func service() throws(EnvelopeError) -> any KeyService {
        do {
            return try open().service
        } catch {
            let reason = error as? KeyStoreError ?? KeyStoreError(.sealed, Failure(error).message)
            throw EnvelopeError(.keyService, "the store could not be opened: \(reason.message)", keyStoreError: reason)
        }
    }
}
