import KeyStore

extension EnvelopeError {
    /// What a failure to read or open a stanza means to the file: a malformed stanza makes the whole header so, as in age.
    init(stanza error: KeyStoreError) {
        switch error.code {
        case .invalidCiphertext, .limitExceeded: self.init(.damagedHeader, error.message)
        default: self.init(error, while: "opening the file key")
        }
    }

    /// What KeyStore says about a key that a person gave.
    init(key error: KeyStoreError) {
        switch error.code {
        case .validation: self.init(.malformedKey, error.message)
        default: self.init(error, while: "reading a key")
        }
    }

    /// The same, said of something.
    init(_ error: EnvelopeError, prefix: String) {
        self.init(
            error.code, "\(prefix): \(error.message)", refusals: error.refusals, keyStoreError: error.keyStoreError, errno: error.errno)
    }
}
