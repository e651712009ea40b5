internal import OpenSSL

extension CertificateError {
    init(_ error: OpenSSLError) {
        switch error.code {
        case .invalidInput, .invalidKey: self = .malformed("\(error.operation): \(Self.reason(error.reason))")
        case .unsupported: self = .unsupported("\(error.operation): \(error.reason)")
        case .authenticationFailed, .outOfSecureMemory, .libraryFailure: self = .failed(error.description)
        }
    }

    /// libcrypto names the trouble, and then each structure around it by the same words.
    private static func reason(_ text: String) -> String {
        let reasons = text.split(separator: "; ").filter { $0 != "nested asn1 error" }
        return reasons.isEmpty ? "not readable" : reasons.joined(separator: "; ")
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
