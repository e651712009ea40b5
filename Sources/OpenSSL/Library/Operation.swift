import COpenSSL

/// What a call into libcrypto is for, and the one way from its result to an `OpenSSLError`.
///
/// libcrypto keeps a queue of errors per thread. Each failure takes all of it as its reason, so the queue is empty again
/// when the error is thrown, and no later failure on this thread inherits it.
struct Operation {
    let name: String

    init(_ name: String) {
        self.name = name
    }

    /// Passes if libcrypto returned 1, the only value that means success in every function used by this module.
    func check(_ result: Int32, else code: OpenSSLError.Code = .libraryFailure) throws(OpenSSLError) {
        guard result == 1 else { throw failure(code) }
    }

    /// Passes a pointer on, unless libcrypto returned none.
    func check(_ pointer: OpaquePointer?, else code: OpenSSLError.Code = .libraryFailure) throws(OpenSSLError) -> OpaquePointer {
        guard let pointer = unsafe pointer else { throw failure(code) }
        return unsafe pointer
    }

    /// Refuses what the caller passed, before libcrypto sees it.
    func require(_ condition: Bool, _ reason: @autoclosure () -> String, code: OpenSSLError.Code = .invalidInput) throws(OpenSSLError) {
        guard condition else { throw OpenSSLError(code: code, operation: name, reason: reason()) }
    }

    /// The error for a call that just failed on this thread.
    func failure(_ code: OpenSSLError.Code) -> OpenSSLError {
        var reasons: [String] = []
        while case let entry = ERR_get_error(), entry != 0 {
            if let text = unsafe ERR_reason_error_string(entry) {
                unsafe reasons.append(String(cString: text))
            }
        }
        return OpenSSLError(code: code, operation: name, reason: reasons.joined(separator: "; "))
    }

    /// Forgets what a call left on the queue although it did not fail, or failed in a way that must not be told apart.
    static func discardErrors() {
        ERR_clear_error()
    }
}
