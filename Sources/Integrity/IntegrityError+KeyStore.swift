import KeyStore

extension IntegrityError {
    /// What the key service refused or could not do.
    /// - Parameter what: was tried: `the manifest cannot be signed`.
    init(_ error: KeyStoreError, while what: String) {
        self.init(.keyService, "\(what): \(error)", keyStoreError: error)
    }
}
