import COpenSSL

/// A library context with libcrypto's default algorithms, and the legacy ones where they are installed.
@safe
struct LegacyProviders: ~Copyable {
    let context: OpaquePointer
    private let standard: OpaquePointer
    private let legacy: OpaquePointer?

    var hasLegacy: Bool { unsafe legacy != nil }

    init() throws(OpenSSLError) {
        let operation = Operation("load providers")
        let context = try unsafe operation.check(OSSL_LIB_CTX_new())
        guard let standard = unsafe OSSL_PROVIDER_load(context, "default") else {
            let failure = operation.failure(.libraryFailure)
            unsafe OSSL_LIB_CTX_free(context)
            throw failure
        }
        unsafe self.context = unsafe context
        unsafe self.standard = unsafe standard
        unsafe legacy = unsafe OSSL_PROVIDER_load(context, "legacy")
        Operation.discardErrors()
    }

    deinit {
        // The context goes last: the providers live in it.
        if let legacy = unsafe legacy { unsafe OSSL_PROVIDER_unload(legacy) }
        unsafe OSSL_PROVIDER_unload(standard)
        unsafe OSSL_LIB_CTX_free(context)
    }
}
