import COpenSSL

/// An algorithm that is looked up among libcrypto's providers once and kept for the life of the process.
///
/// Looking one up takes about a microsecond and a lock, which is several times what sealing a small message takes.
///
/// Unchecked, because `OpaquePointer` is not `Sendable`: an EVP_CIPHER, EVP_MD, EVP_MAC or EVP_KDF is not changed by any
/// call after its fetch but for its atomic reference count, this value is constant, and the object is never freed.
@safe
struct Fetched: @unchecked Sendable {
    private let pointer: OpaquePointer?
    private let name: StaticString

    /// - Parameter fetch: EVP_CIPHER_fetch and its sisters; the default library context and its configured properties are used.
    init(_ name: StaticString, _ fetch: (OpaquePointer?, UnsafePointer<CChar>?, UnsafePointer<CChar>?) -> OpaquePointer?) {
        self.name = name
        unsafe pointer = name.withCString { unsafe fetch(nil, $0, nil) }
        if unsafe pointer == nil { Operation.discardErrors() }
    }

    /// - Throws: `unsupported` if no provider of the installed libcrypto has the algorithm.
    func get(for operation: Operation) throws(OpenSSLError) -> OpaquePointer {
        guard let pointer = unsafe pointer else {
            throw OpenSSLError(code: .unsupported, operation: operation.name, reason: "libcrypto has no \(name)")
        }
        return unsafe pointer
    }
}

extension StaticString {
    /// The NUL-terminated bytes, which live as long as the process.
    @unsafe var cString: UnsafePointer<CChar> {
        unsafe UnsafeRawPointer(utf8Start).assumingMemoryBound(to: CChar.self)
    }

    fileprivate func withCString<R>(_ body: (UnsafePointer<CChar>) -> R) -> R {
        unsafe body(cString)
    }
}
