import OpenSSL

extension IntegrityError {
    /// A digest that could not be computed.
    init(_ error: OpenSSLError) {
        self.init(error.code == .unsupported ? .unsupported : .internalFailure, "a digest could not be computed: \(error)")
    }
}
