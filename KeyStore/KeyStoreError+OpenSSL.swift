import OpenSSL

extension KeyStoreError {
    /// What a failure of libcrypto means to a caller of KeyStore.
    init(_ error: OpenSSLError) {
        switch error.code {
        case .authenticationFailed: self.init(.invalidCiphertext)
        case .invalidKey, .invalidInput: self.init(.validation, error.description)
        case .unsupported: self.init(.unsupportedOperation, error.description)
        case .outOfSecureMemory:
            self.init(.unavailable, "no locked memory is left for keys; raise RLIMIT_MEMLOCK (ulimit -l) or use fewer keys at once")
        case .libraryFailure: self.init(.internalFailure, error.description)
        }
    }
}
