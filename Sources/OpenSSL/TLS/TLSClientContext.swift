import COpenSSL
import COpenSSLShims

/// What all inspecting clients of this process share: an SSL_CTX that is made once, which takes half a millisecond, and not changed after.
///
/// It refuses as little as libssl can be brought to: security level 0, every version and suite it has, servers without RFC 5746. It checks
/// no certificate (SSL_VERIFY_NONE), because its connections are looked at and not trusted: nothing secret goes over them, and what a
/// careful client would think of the chain is judged from its bytes elsewhere.
@safe
enum TLSClientContext {
    /// Every suite, with those first that a client would offer, and without encryption last.
    static let everySuite = "DEFAULT:COMPLEMENTOFDEFAULT:eNULL:@SECLEVEL=0"

    /// - Throws: `libraryFailure` if libssl could not be set up.
    static func get() throws(OpenSSLError) -> OpaquePointer {
        unsafe try made.get().pointer
    }

    /// Unchecked, because `OpaquePointer` is not `Sendable`: a complete SSL_CTX is only read; its reference count is atomic.
    @safe
    private struct Made: @unchecked Sendable {
        let pointer: OpaquePointer
    }

    private static let made: Result<Made, OpenSSLError> = {
        let operation = Operation("set up a TLS client")
        guard let context = unsafe SSL_CTX_new(TLS_client_method()) else { return .failure(operation.failure(.libraryFailure)) }
        unsafe SSL_CTX_set_security_level(context, 0)
        unsafe SSL_CTX_set_verify(context, SSL_VERIFY_NONE, nil)
        unsafe SSL_CTX_set_options(context, coffer_ssl_legacy_server_connect | coffer_ssl_unsafe_renegotiation)
        // A connection that waits needs no buffers of 34 KiB, and of a list of servers most wait.
        unsafe SSL_CTX_ctrl(context, SSL_CTRL_MODE, Int(SSL_MODE_RELEASE_BUFFERS), nil)
        // Sessions are kept by who made them.
        unsafe SSL_CTX_ctrl(context, SSL_CTRL_SET_SESS_CACHE_MODE, Int(SSL_SESS_CACHE_OFF), nil)
        guard unsafe SSL_CTX_set_cipher_list(context, everySuite) == 1 else { return .failure(operation.failure(.libraryFailure)) }
        return unsafe .success(Made(pointer: context))
    }()
}
