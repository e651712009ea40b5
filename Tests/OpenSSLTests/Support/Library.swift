import Glibc

/// libcrypto's and the system's own view of the process, for what the module under test has no reason to offer.
///
/// The symbols are looked up in the running process, so the tests need no C module of their own.
enum Library {
    private static func function<F>(_ name: String, as type: F.Type) -> F {
        guard let symbol = dlsym(nil, name) else { preconditionFailure("no symbol \(name)") }
        return unsafeBitCast(symbol, to: type)
    }

    /// The first error on this thread's queue; 0 if the queue is empty.
    static func peekError() -> UInt {
        function("ERR_peek_error", as: (@convention(c) () -> UInt).self)()
    }

    /// Whether an address lies in the secure heap.
    static func isInSecureHeap(_ address: UnsafeRawPointer?) -> Bool {
        function("CRYPTO_secure_allocated", as: (@convention(c) (UnsafeRawPointer?) -> Int32).self)(address) == 1
    }

    /// The bytes of the secure heap that are in use.
    static func secureHeapUse() -> Int {
        function("CRYPTO_secure_used", as: (@convention(c) () -> Int).self)()
    }

    /// Whether the process can be dumped and traced (PR_GET_DUMPABLE is 3).
    static func isDumpable() -> Bool {
        function("prctl", as: (@convention(c) (Int32, UInt, UInt, UInt, UInt) -> Int32).self)(3, 0, 0, 0, 0) != 0
    }
}
