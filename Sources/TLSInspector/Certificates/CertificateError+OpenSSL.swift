internal import OpenSSL

extension CertificateError {
    init(_ error: OpenSSLError) {
        switch error.code {
        case .invalidInput, .invalidKey: self = .malformed("\(error.operation): \(error.reason.isEmpty ? "not readable" : error.reason)")
        case .unsupported: self = .unsupported("\(error.operation): \(error.reason)")
        case .authenticationFailed, .outOfSecureMemory, .libraryFailure: self = .failed(error.description)
        }
    }

    /// Runs calls into libcrypto.
    static func wrapping<R>(_ body: () throws(OpenSSLError) -> R) throws(CertificateError) -> R {
        do {
            return try body()
        } catch {
            throw CertificateError(error)
        }
    }
}
