import COpenSSL

/// What libcrypto keeps in one of its STACK_OF, which it gives a type with macros only. It lives no longer than the stack.
@safe
struct X509Stack {
    private let stack: OpaquePointer?

    init(_ stack: OpaquePointer?) { unsafe self.stack = unsafe stack }

    /// 0 for a stack that is absent.
    var count: Int { unsafe max(0, Int(OPENSSL_sk_num(stack))) }

    func forEach<E: Error>(_ body: (UnsafeMutableRawPointer) throws(E) -> Void) throws(E) {
        for index in 0..<Int32(count) {
            guard let element = unsafe OPENSSL_sk_value(stack, index) else { continue }
            try unsafe body(element)
        }
    }
}
